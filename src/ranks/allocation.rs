//! [`allocate_ranks`]: one budget over many layers. [`RankAllocator`]: many budgets over the same layers.

use std::fmt;

use super::bounds::Bounds;
use super::not_applicable::NotApplicable;
use crate::spectrum::Spectrum;

/// The ranks that [`allocate_ranks`] or a [`RankAllocator`] chose.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Allocation {
    /// One for each spectrum, from 0 (the layer gets no adapter) to the number of its values above 0.
    pub ranks: Vec<usize>,
    /// Their total cost, at most the budget.
    pub spent: u64,
}

/// Spends `budget` on the singular directions that hold the most energy for their cost: takes them over all layers in the order
/// of σⱼ² / cost, until the next one does not fit.
///
/// `costs` holds the cost of one unit of rank in each layer: [`RankCost::bytes(1)`](crate::RankCost::bytes), or the cost in any
/// other unit that `budget` has, too.
///
/// The result is optimal for what it spends: no ranks that cost `spent` or less leave a smaller Σ‖W − Wᵣ‖_F² over all layers (a
/// prefix of the fractional knapsack's solution, Dantzig 1957, doi:10.1287/opre.5.2.266). The rest of the budget is less than one
/// unit of rank in the layer that would be next. Ties go to the first layer. Energies are compared across layers as they are;
/// scale the spectra first if a layer matters more. If only the first values of a spectrum are given and all others are 0, end
/// them with a 0.
///
/// For several budgets over the same layers, see [`RankAllocator`]. For a tool that accepts certain ranks only, see [`round_up_rank`](crate::round_up_rank).
///
/// # Errors
/// [`AllocationError`] for no spectra, a budget of 0, a cost of 0, lists of different lengths, or if the known singular values do
/// not decide the ranks.
///
/// # Cost
/// O(N log N) for N singular values in all.
///
/// ```
/// use lora_rank_explorer::{Spectrum, allocate_ranks};
///
/// let steep = Spectrum::new(8, 3, vec![9.0, 1.0, 0.1])?;
/// let flat = Spectrum::new(8, 3, vec![4.0, 4.0, 4.0])?;
/// let allocation = allocate_ranks(&[steep, flat], &[11, 11], 50)?;
/// assert_eq!((allocation.ranks, allocation.spent), (vec![1, 3], 44));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn allocate_ranks(spectra: &[Spectrum], costs: &[u64], budget: u64) -> Result<Allocation, AllocationError> {
    let allocator = RankAllocator::new(spectra, costs)?;
    if budget == 0 {
        return Err(AllocationError::NoBudget);
    }
    allocator.allocate(budget)
}

/// Spends any number of budgets on the same layers, as [`allocate_ranks`] spends one. The singular directions of all layers are
/// sorted once.
///
/// ```
/// use lora_rank_explorer::{RankAllocator, Spectrum, allocate_ranks};
///
/// let spectra = [Spectrum::new(8, 3, vec![9.0, 1.0, 0.1])?, Spectrum::new(8, 3, vec![4.0, 4.0, 4.0])?];
/// let allocator = RankAllocator::new(&spectra, &[11, 11])?;
/// let spent: Result<Vec<u64>, _> = allocator.each([11, 30, 50]).map(|each| each.map(|it| it.spent)).collect();
/// assert_eq!(spent, Ok(vec![11, 22, 44]));
/// assert_eq!(allocator.allocate(50), allocate_ranks(&spectra, &[11, 11], 50));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RankAllocator {
    costs: Vec<u64>,
    /// In the order in which they are taken.
    candidates: Vec<Candidate>,
}

impl RankAllocator {
    /// Sorts the directions of `spectra`, whose units of rank cost `costs`. O(N log N) for N singular values in all.
    ///
    /// # Errors
    /// [`AllocationError`] for no spectra, a cost of 0, or lists of different lengths.
    pub fn new(spectra: &[Spectrum], costs: &[u64]) -> Result<Self, AllocationError> {
        if spectra.is_empty() {
            return Err(AllocationError::NoSpectra);
        }
        if spectra.len() != costs.len() {
            return Err(AllocationError::Lengths { spectra: spectra.len(), costs: costs.len() });
        }
        if let Some(layer) = costs.iter().position(|&cost| cost == 0) {
            return Err(AllocationError::NoCost { layer: layer + 1 });
        }

        let largest = spectra.iter().map(|spectrum| spectrum.singular_values()[0]).fold(0.0, f64::max);
        let mut candidates = Vec::new();
        for (layer, (spectrum, &cost)) in spectra.iter().zip(costs).enumerate() {
            let density = |value: f64| (value / largest) * (value / largest) / cost as f64;
            let known = spectrum.singular_values().iter().take_while(|&&value| value > 0.0);
            candidates.extend(known.map(|&value| Candidate { layer, density: density(value), unknown: None }));
            let next = Bounds::of(spectrum).map_or(0.0, |bounds| bounds.next_value());
            if next > 0.0 {
                let unknown = Some((spectrum.known_rank(), spectrum.max_rank()));
                candidates.push(Candidate { layer, density: density(next), unknown });
            }
        }
        // Stable: equal candidates stay in the order of layers, and each layer's in the order of ranks.
        candidates.sort_by(|a, b| b.density.total_cmp(&a.density));
        Ok(Self { costs: costs.to_vec(), candidates })
    }

    /// Spends `budget`, which may be 0. O(N).
    ///
    /// # Errors
    /// [`AllocationError::Unknown`] if the known singular values do not decide the ranks.
    pub fn allocate(&self, budget: u64) -> Result<Allocation, AllocationError> {
        let mut run = Run::new(self);
        run.spend(budget).map(|()| run.allocation)
    }

    /// Spends each of `budgets`, smallest first, in one pass over the directions. A budget below the one before it counts as that
    /// one. After an error, all others are the same error.
    ///
    /// # Errors
    /// As for [`allocate`](Self::allocate).
    pub fn each(
        &self,
        budgets: impl IntoIterator<Item = u64>,
    ) -> impl Iterator<Item = Result<Allocation, AllocationError>> {
        let mut run = Run::new(self);
        budgets.into_iter().map(move |budget| run.spend(budget).map(|()| run.allocation.clone()))
    }
}

/// A pass over the directions, which goes on with each larger budget.
struct Run<'a> {
    allocator: &'a RankAllocator,
    allocation: Allocation,
    next: usize,
}

impl<'a> Run<'a> {
    fn new(allocator: &'a RankAllocator) -> Self {
        let allocation = Allocation { ranks: vec![0; allocator.costs.len()], spent: 0 };
        Self { allocator, allocation, next: 0 }
    }

    fn spend(&mut self, budget: u64) -> Result<(), AllocationError> {
        let RankAllocator { costs, candidates } = self.allocator;
        while let Some(candidate) = candidates.get(self.next) {
            let fits = |candidate: &&Candidate| {
                self.allocation.spent.checked_add(costs[candidate.layer]).is_some_and(|spent| spent <= budget)
            };
            // The real place of a bound that does not fit may be behind the next one that does.
            let next = candidates[self.next..].iter().find(|next| next.unknown.is_none() || fits(next));
            if !next.as_ref().is_some_and(fits) {
                break;
            }
            if let Some((known, of)) = candidate.unknown {
                return Err(AllocationError::Unknown {
                    layer: candidate.layer + 1,
                    reason: NotApplicable::Incomplete { known, of },
                });
            }
            self.allocation.spent += costs[candidate.layer];
            self.allocation.ranks[candidate.layer] += 1;
            self.next += 1;
        }
        Ok(())
    }
}

/// One direction of one layer.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    layer: usize,
    /// Energy per cost.
    density: f64,
    /// How many values of the layer are known, of how many, if `density` is only that of an upper bound of its next value.
    unknown: Option<(usize, usize)>,
}

/// Why a budget cannot be allocated. Layers are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AllocationError {
    /// No spectra.
    NoSpectra,
    /// The number of costs differs from the number of spectra.
    Lengths {
        /// How many spectra there are.
        spectra: usize,
        /// How many costs.
        costs: usize,
    },
    /// A budget of 0.
    NoBudget,
    /// A layer whose ranks cost nothing.
    NoCost {
        /// Which one.
        layer: usize,
    },
    /// The budget reaches unknown singular values of a layer.
    Unknown {
        /// Which one.
        layer: usize,
        /// How many are known.
        reason: NotApplicable,
    },
}

impl fmt::Display for AllocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSpectra => f.write_str("there are no spectra to allocate ranks to"),
            Self::Lengths { spectra, costs } => {
                write!(f, "there must be one cost for each spectrum, not {costs} for {spectra}")
            }
            Self::NoBudget => f.write_str("the budget is 0"),
            Self::NoCost { layer } => write!(f, "a rank of layer {layer} costs 0"),
            Self::Unknown { layer, reason } => write!(f, "layer {layer}: {reason}"),
        }
    }
}

impl std::error::Error for AllocationError {}
