//! [`Difference`]: ΔW = W′ − W of a pair, in 32 bits.

use std::num::NonZeroUsize;

use super::floor::RoundingFloor;
use super::low_rank::LowRank;
use super::numbers::{BLOCK, Numbers, Spacing};
use super::pair::Pair;
use super::problem::CheckpointProblem;
use super::residual::residual;
use crate::delta::Delta;
use crate::matrix::Matrix;
use crate::spectrum::Spectrum;
use crate::svd::error::SvdError;
use crate::svd::leading::{Leading, LeadingSolver};
use crate::svd::solver::Solver;
use crate::svd::truncated::leading_factors;

/// ΔW = W′ − W, m × n, in 32 bits, with its rounding floor.
///
/// The difference of two numbers of 16 or 8 bits is exact in 32 bits, or rounded once.
///
/// ```
/// use std::num::NonZeroUsize;
/// use lora_rank_explorer::checkpoint::{Checkpoint, Pairing, SampleModel, sample};
///
/// let sample = sample();
/// let open = |model: &SampleModel| {
///     let files = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
///     Checkpoint::open(Some(&model.index), &mut files.collect::<Vec<_>>())
/// };
/// fn sources(model: &SampleModel) -> Vec<&[u8]> {
///     model.files.iter().map(|(_, bytes)| &bytes[..]).collect()
/// }
/// let pairing = Pairing::new(&open(&sample.base)?, &open(&sample.tuned)?);
/// let (name, planted) = &sample.planted[0];
/// let pair = pairing.pairs().iter().find(|pair| pair.name() == name).unwrap();
/// let difference = pair.read(&mut sources(&sample.base), &mut sources(&sample.tuned))?;
///
/// let rank = NonZeroUsize::new(24).unwrap();
/// let leading = difference.leading(rank)?;
/// assert_eq!(difference.floor().rank_above(leading.singular_values()), Ok(*planted));
/// let low_rank = difference.low_rank(NonZeroUsize::new(*planted).unwrap())?;
/// assert!(difference.residual(&low_rank) < 0.5 * difference.frobenius_norm());
/// # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    name: String,
    rows: usize,
    cols: usize,
    entries: Vec<f32>,
    unchanged: usize,
    floor: RoundingFloor,
}

impl Difference {
    pub(super) fn of(pair: &Pair, [base, tuned]: [Numbers; 2]) -> Result<Self, CheckpointProblem> {
        let (rows, cols) = (pair.rows, pair.cols);
        let count = rows * cols;
        let mut entries: Vec<f32> = Vec::new();
        entries.try_reserve_exact(count).map_err(|_| pair.memory_problem(count, size_of::<f32>()))?;
        let (mut noise, mut in_32_bits, mut in_64_bits) = (0.0, [[0.0; BLOCK]; 2], [[0.0; BLOCK]; 2]);
        for from in (0..count).step_by(BLOCK) {
            let length = BLOCK.min(count - from);
            let [before, after] = in_32_bits.each_mut().map(|block| &mut block[..length]);
            let exact =
                tuned.decode_exact(from, after).and_then(|after| Some((base.decode_exact(from, before)?, after)));
            if let Some((before, after)) = exact {
                noise += noise_of(after, tuned.spacing());
                entries.extend(after.iter().zip(before).map(|(after, before)| after - before));
                if entries[from..].iter().all(|entry| entry.is_finite()) {
                    continue;
                }
                entries.truncate(from);
            }
            let [before, after] = in_64_bits.each_mut().map(|block| &mut block[..length]);
            base.decode(from, before)?;
            tuned.decode(from, after)?;
            noise += (after.iter().enumerate())
                .map(|(i, w)| tuned.spacing().squared(*w) * tuned.scale(from + i) * tuned.scale(from + i))
                .sum::<f64>();
            base.scale_all(from, before);
            tuned.scale_all(from, after);
            entries.extend(after.iter().zip(&*before).map(|(after, before)| (after - before) as f32));
            if let Some(at) = entries[from..].iter().position(|entry| !entry.is_finite()) {
                let value = after[at] - before[at];
                return Err(CheckpointProblem::TooLarge { name: pair.name.clone(), index: from + at + 1, value });
            }
        }
        let unchanged = entries.iter().filter(|entry| **entry == 0.0).count();
        let entry_noise = (noise / 12.0 / count as f64).sqrt().min(f64::MAX);
        let floor =
            RoundingFloor::new(rows, cols, entry_noise, unchanged as f64 / count as f64, &tuned.dtype().to_string())
                .expect("sides of at least 1, a finite noise, a share of the entries");
        Ok(Self { name: pair.name.clone(), rows, cols, entries, unchanged, floor })
    }

    /// The number of rows: m.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns: n.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The entries, row-major.
    pub fn entries(&self) -> &[f32] {
        &self.entries
    }

    /// How many entries are exactly 0.
    pub fn unchanged_entries(&self) -> usize {
        self.unchanged
    }

    /// Whether no entry differs. Such a pair needs no LoRA.
    pub fn is_unchanged(&self) -> bool {
        self.unchanged == self.entries.len()
    }

    /// The rounding floor, with the share of the entries that did not change.
    pub fn floor(&self) -> &RoundingFloor {
        &self.floor
    }

    /// ‖ΔW‖_F, summed over all entries in 64 bits.
    pub fn frobenius_norm(&self) -> f64 {
        let rows = self.entries.chunks_exact(self.cols).map(|row| {
            let square = |sum: f64, entry: &f32| sum + f64::from(*entry) * f64::from(*entry);
            row.iter().fold(0.0, square)
        });
        rows.sum::<f64>().sqrt()
    }

    /// The solver for the `rank` largest singular values, to run in steps.
    ///
    /// # Errors
    /// None but [`CheckpointProblem::Memory`] and its like, later.
    pub fn solver(&self, rank: NonZeroUsize) -> Result<LeadingSolver<&[f32], f32>, CheckpointProblem> {
        LeadingSolver::new(&self.entries[..], self.rows, self.cols, rank.get()).map_err(|error| self.svd(error))
    }

    /// The `rank` largest singular values, how many of the first have converged, and ‖ΔW‖_F, as
    /// [`LeadingSolver`] computes them: 0.4 to 0.6 s for 64 values of 4096² on one thread.
    ///
    /// # Errors
    /// [`CheckpointProblem::Memory`].
    pub fn leading(&self, rank: NonZeroUsize) -> Result<Leading, CheckpointProblem> {
        self.solver(rank)?.run().map_err(|error| self.svd(error))
    }

    /// The spectrum of what [`leading`](Self::leading) found: the values that have converged, within 1e-6·σ₁, with ‖ΔW‖_F, so that
    /// residual and energy are known, but for ranges where the values hold nearly all of ‖ΔW‖_F². Values that cannot be told from the rounding of 32 bits are left out.
    ///
    /// # Errors
    /// [`CheckpointProblem::NoneCertain`] where none has converged, as for a pair that differs by rounding alone.
    pub fn spectrum(&self, leading: &Leading) -> Result<Spectrum, CheckpointProblem> {
        let none =
            || CheckpointProblem::NoneCertain { name: self.name.clone(), asked: leading.singular_values().len() };
        let certain = &leading.singular_values()[..leading.converged()];
        let above = certain.partition_point(|value| *value > 0.0);
        if above == 0 && leading.frobenius_norm() > 0.0 || certain.is_empty() {
            return Err(none());
        }
        let values = certain[..above.max(1)].to_vec();
        let spectrum = Spectrum::leading(self.rows, self.cols, values, Some(leading.frobenius_norm()));
        spectrum.map(|spectrum| spectrum.with_rounding(2.0 * leading.tolerance())).map_err(|_| none())
    }

    /// The best approximation of ΔW of rank `rank`, as U, Σ and Vᵀ.
    ///
    /// ‖ΔW − UΣVᵀ‖_F is as near to the least there is as [`leading_factors`] says; [`residual`](Self::residual) measures it. The
    /// columns of U and the rows of Vᵀ are orthonormal to 1e-10, except for those of values that are 0.
    ///
    /// # Cost
    /// For d directions, r + 16 to 2½·r + 72, 4·d·m·n operations, most of them in 32 bits; one thread does some 10⁹ to 10¹⁰
    /// a second. Where min(m, n) is below d and no multiple of 8, some 100·min(m, n)³.
    ///
    /// # Errors
    /// [`CheckpointProblem::Memory`].
    pub fn low_rank(&self, rank: NonZeroUsize) -> Result<LowRank, CheckpointProblem> {
        let most = self.rows.min(self.cols);
        let rank = rank.min(NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN));
        let (b, a) = leading_factors(&self.entries, self.rows, self.cols, rank).map_err(|error| self.svd(error))?;
        Ok(LowRank::of(b, a))
    }

    /// ‖ΔW − UΣVᵀ‖_F, entry by entry in 64 bits: 2·r·m·n operations.
    pub fn residual(&self, low_rank: &LowRank) -> f64 {
        let (b, a) = low_rank.factors(super::low_rank::SigmaSplit::Up);
        self.residual_of(b.as_slice(), a.as_slice())
    }

    /// The residual that remains if the factors UΣ and Vᵀ are clamped at the 0.99 quantile of all their numbers, as sd-scripts
    /// (`networks/extract_lora_from_models.py`, `CLAMP_QUANTILE`), musubi-tuner and ComfyUI's `LoraSave` do. Nothing here clamps.
    ///
    /// The quantile is that of `torch.quantile`, over signed numbers, and the signs of singular vectors are arbitrary: the figure of
    /// another program differs by some percent, and by up to a third where a layer has few numbers.
    ///
    /// # Cost
    /// That of [`residual`](Self::residual).
    pub fn clamped_residual(&self, low_rank: &LowRank) -> f64 {
        let (b, a) = low_rank.factors(super::low_rank::SigmaSplit::Up);
        let most = super::clamp::quantile(b.as_slice().iter().chain(a.as_slice()).copied());
        let clamped = |of: &Matrix| of.as_slice().iter().map(|entry| entry.clamp(-most, most)).collect::<Vec<_>>();
        self.residual_of(&clamped(&b), &clamped(&a))
    }

    /// The same as a [`Delta`], for its sums and rules: a copy in 64 bits, twice the memory.
    ///
    /// # Errors
    /// [`CheckpointProblem::Memory`].
    pub fn delta(&self) -> Result<Delta, CheckpointProblem> {
        let mut entries = Vec::new();
        let bytes = self.entries.len().saturating_mul(size_of::<f64>()) as u64;
        let memory = |_| CheckpointProblem::Memory { name: self.name.clone(), bytes };
        entries.try_reserve_exact(self.entries.len()).map_err(memory)?;
        entries.extend(self.entries.iter().map(|&entry| f64::from(entry)));
        Ok(Delta::dense(Matrix::from_vec(self.rows, self.cols, entries).expect("finite entries that fill the shape")))
    }

    /// ‖ΔW − B·A‖_F for B of m × r and A of r × n.
    pub(super) fn residual_of(&self, b: &[f64], a: &[f64]) -> f64 {
        residual(&self.entries, self.cols, b, a)
    }

    fn svd(&self, error: SvdError) -> CheckpointProblem {
        match error {
            SvdError::Memory { bytes } => CheckpointProblem::Memory { name: self.name.clone(), bytes: bytes as u64 },
            error => CheckpointProblem::Svd { name: self.name.clone(), error },
        }
    }
}

/// Σ ulp(w)², in four interleaved sums.
fn noise_of(tuned: &[f32], spacing: Spacing) -> f64 {
    let (fours, rest) = tuned.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, &w) in sums.iter_mut().zip(four) {
            *sum += spacing.squared(w.into());
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|&w| spacing.squared(w.into())).sum::<f64>()
}
