//! [`LeadingSolver`]: the largest singular values of a matrix that is too large to compute all of them.
//!
//! # Method
//! Seeded block Krylov iteration with Rayleigh–Ritz (Golub, Luk & Overton 1981, doi:10.1145/355945.355946; Musco & Musco 2015,
//! arXiv:1504.05477): block power iteration that keeps all its blocks. It starts from a random block of eight directions and
//! multiplies it by W and Wᵀ in turn. Each new block is made orthonormal to all earlier ones, which also locks directions that
//! have converged. If V holds the directions and U is an orthonormal basis of W·V, the singular values of the small matrix UᵀWV
//! approach those of W from below. Keeping all blocks takes memory that plain power iteration does not need, but saves more than
//! half of the passes over W. Only V is kept, which halves that memory ([`krylov`] explains why that is enough).
//!
//! # When it stops
//! 1. When all requested values have converged: ‖Wᵀu − σv‖ ≤ tolerance·σ₁ for each, where Wv = σu holds by construction. A
//!    singular value of W then lies within that distance of σ; it is usually far closer, since the error falls with the square.
//! 2. At the limit on the directions: 2½·rank + 72 or rank + 128, whichever is more, but not more than fit into 18 % of the
//!    memory of W, and at least rank + 32. [`Leading::converged`] then says how many of the first values have converged. The
//!    values of a flat spectrum do not converge, but this many directions bring them closer than the usual four rounds of power
//!    iteration (see the table in the README).
//!
//! A run of as many equal values as there were random directions may hide more of them. Eight more random directions are then
//! added.

mod band;
mod basis;
mod block;
mod capture;
mod columns;
mod convergence;
mod core;
mod krylov;
mod pass;
pub(super) mod right_basis;
mod tridiagonal;
pub(super) mod vectors;

use self::krylov::{Found, Krylov, directions};
use super::entry::Entry;
use super::error::SvdError;
use super::full::Work;
use super::solver::Solver;
use super::source::{Energy, Measure, Measured, Source};
use crate::svd::kernel::scale::unscale;

/// The largest singular values of a matrix, and its total energy.
#[derive(Clone, Debug, PartialEq)]
pub struct Leading {
    rows: usize,
    cols: usize,
    singular_values: Vec<f64>,
    converged: usize,
    frobenius_norm: f64,
    /// How far a converged value may be off, in units of σ₁.
    tolerance: f64,
}

impl Leading {
    /// The number of rows of the matrix, m.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns of the matrix, n.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// σ₁ ≥ σ₂ ≥ … ≥ 0: as many as requested, but at most min(m, n).
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// How many of the first values have converged, to within the [tolerance](super::Entry::TOLERANCE). The others are lower
    /// bounds.
    pub fn converged(&self) -> usize {
        self.converged
    }

    /// How far a converged value may be off, in units of σ₁: the tolerance of the entries' type, or that of `f64` where all values
    /// were computed.
    pub(crate) fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// ‖W‖_F, summed over all entries in `f64`; at most `f64::MAX`.
    pub fn frobenius_norm(&self) -> f64 {
        self.frobenius_norm
    }

    /// ‖W‖_F². Overflows to infinity or underflows to 0 for extreme norms; the share (σ/‖W‖_F)² never does.
    pub fn total_energy(&self) -> f64 {
        self.frobenius_norm * self.frobenius_norm
    }
}

/// The `rank` largest singular values of a `rows` × `cols` matrix of `f32` or `f64` entries, row-major, and ‖W‖_F.
///
/// If `rank` exceeds min(`rows`, `cols`), returns all min(`rows`, `cols`) values. The same input gives the same bits on every
/// platform. [`LeadingSolver`] does the same in steps; see there for the method and when it stops.
///
/// # Errors
/// [`SvdError::RankZero`]; [`SvdError::Matrix`] if a side is zero, the number of entries is not `rows · cols`, or an entry is not
/// finite; [`SvdError::Memory`]. Never panics.
///
/// ```
/// use lora_rank_explorer::svd;
///
/// let entries = [3.0f32, 0.0, 0.0, 0.0, 4.0, 0.0];
/// let leading = svd::leading_singular_values(&entries, 2, 3, 1)?;
/// assert_eq!(leading.singular_values(), [4.0]);
/// assert_eq!((leading.converged(), leading.total_energy()), (1, 25.0));
/// # Ok::<(), svd::SvdError>(())
/// ```
pub fn leading_singular_values<T: Entry>(
    entries: &[T],
    rows: usize,
    cols: usize,
    rank: usize,
) -> Result<Leading, SvdError> {
    LeadingSolver::new(entries, rows, cols, rank)?.run()
}

/// Computes the same as [`leading_singular_values`], bit for bit, but in bounded steps. May be dropped at any time.
///
/// # Method
/// Block Krylov iteration on WᵀW with Rayleigh–Ritz, from a seeded random block of eight directions. Each new block is made
/// orthonormal to all earlier ones. The iteration stops when ‖Wᵀu − σv‖ ≤ [tolerance](super::Entry::TOLERANCE)·σ₁ for every
/// requested value, or at the limit on the directions: 2½·rank + 72 or rank + 128, whichever is more, but not more than fit into
/// 18 % of the memory of W, and at least rank + 32. [`Leading::converged`] says how many of the first values meet the tolerance.
/// If the limit exceeds half of min(m, n), all values are computed instead, as by [`FullSolver`](super::FullSolver), and all
/// count as converged.
///
/// Values up to 8·ε·σ₁ for `f32`, or 4·ε·√max(m, n)·σ₁ for `f64`, cannot be told from rounding errors and are returned as 0.
///
/// # Cost
/// For d directions: 4·d·m·n operations in the type of the entries, 2·d²·n more, and memory for d·n entries.
pub struct LeadingSolver<M, T: Entry> {
    source: Source<M, T>,
    rank: usize,
    step: Step<T>,
    /// ‖W‖_F² in units of 4ᵏ, and the exponent k.
    energy: f64,
    exponent: i32,
}

enum Step<T: Entry> {
    Measure(Measure),
    Energy(Energy),
    Full(Work),
    Krylov(Box<Krylov<T>>),
    Done(Leading),
}

impl<M: AsRef<[T]>, T: Entry> LeadingSolver<M, T> {
    /// For the `rank` largest values of a `rows` × `cols` matrix of `f32` or `f64` entries, row-major: a slice, a vector, an
    /// `Rc<[f32]>`, a [`Matrix`](crate::Matrix).
    ///
    /// # Errors
    /// [`SvdError::RankZero`], or [`SvdError::Matrix`] if a side is zero or the number of entries is not `rows · cols`. Entries
    /// that are not finite and failed allocations are reported later, by [`advance`](Solver::advance).
    pub fn new(entries: M, rows: usize, cols: usize, rank: usize) -> Result<Self, SvdError> {
        let source = Source::new(entries, rows, cols)?;
        if rank == 0 {
            return Err(SvdError::RankZero);
        }
        let step = Step::Measure(Measure::new());
        Ok(Self { source, rank: rank.min(rows).min(cols), step, energy: 0.0, exponent: 0 })
    }

    /// Chooses the method for this shape and rank.
    fn begin(&mut self, energy: f64) -> Result<Step<T>, SvdError> {
        self.energy = energy;
        let (rows, cols) = (self.source.rows, self.source.cols);
        Ok(match directions(rows, cols, self.rank) {
            _ if self.energy == 0.0 => self.done(vec![0.0; self.rank], self.rank, 0),
            Some(count) => Step::Krylov(Box::new(Krylov::new(rows, cols, self.rank, count, self.exponent)?)),
            None => Step::Full(Work::new(rows, cols, rows.max(cols))),
        })
    }

    fn done(&self, mut values: Vec<f64>, converged: usize, exponent: i32) -> Step<T> {
        unscale(&mut values, exponent);
        let mut norm = [self.energy.sqrt()];
        unscale(&mut norm, self.exponent);
        let tolerance = if matches!(self.step, Step::Krylov(_)) { T::TOLERANCE } else { f64::TOLERANCE };
        Step::Done(Leading {
            rows: self.source.rows,
            cols: self.source.cols,
            singular_values: values,
            converged,
            frobenius_norm: norm[0],
            tolerance,
        })
    }
}

impl<M: AsRef<[T]>, T: Entry> Solver for LeadingSolver<M, T> {
    type Output = Leading;

    fn advance(&mut self, mut operations: u64) -> Result<Option<Leading>, SvdError> {
        while operations > 0 {
            let entries = self.source.entries();
            self.step = match &mut self.step {
                Step::Measure(measure) => match measure.advance(entries, self.source.cols, &mut operations)? {
                    Some(Measured { exponent, energy }) => {
                        self.exponent = exponent;
                        match energy {
                            Some(energy) => self.begin(energy)?,
                            None => Step::Energy(Energy::new()),
                        }
                    }
                    None => break,
                },
                Step::Energy(energy) => match energy.advance(entries, self.exponent, &mut operations) {
                    Some(energy) => self.begin(energy)?,
                    None => break,
                },
                Step::Full(work) => match work.advance(entries, &mut operations)? {
                    Some((mut values, exponent)) => {
                        values.truncate(self.rank);
                        self.done(values, self.rank, exponent)
                    }
                    None => break,
                },
                Step::Krylov(krylov) => match krylov.advance(entries, &mut operations)? {
                    Some(Found { values, converged }) => self.done(values, converged, self.exponent),
                    None => break,
                },
                Step::Done(leading) => return Ok(Some(leading.clone())),
            };
        }
        Ok(None)
    }

    fn progress(&self) -> f64 {
        const MEASURED: f64 = 0.02;
        MEASURED
            + (1.0 - MEASURED)
                * match &self.step {
                    Step::Measure(_) | Step::Energy(_) => return 0.0,
                    Step::Full(work) => work.progress(),
                    Step::Krylov(krylov) => krylov.progress(),
                    Step::Done(_) => 1.0,
                }
    }
}
