//! [`FullSolver`]: all singular values, in bounded steps.

pub(crate) mod bidiagonal;
pub(crate) mod dqds;

use super::entry::Entry;
use super::error::{SvdError, reserve};
use super::solver::Solver;
use super::source::{Measure, Measured, Source};
use crate::svd::kernel::f64x2::F64x2;
use crate::svd::kernel::scale::{halves_of_power_of_two, unscale};
use bidiagonal::{ROWS, Reduction};
use dqds::Iteration;

/// Computes the same as [`singular_values`](super::singular_values), bit for bit, but in bounded steps.
///
/// It may be dropped at any time. It holds the matrix and one copy in `f64`.
///
/// ```
/// use lora_rank_explorer::svd::{FullSolver, Solver};
///
/// let mut solver = FullSolver::new([2.0, 0.0, 0.0, -3.0, 0.0, 0.0], 3, 2)?;
/// let values = loop {
///     if let Some(values) = solver.advance(50_000_000)? {
///         break values;
///     }
///     // Let the page draw, show `solver.progress()`, or cancel.
/// };
/// assert_eq!(values, [3.0, 2.0]);
/// # Ok::<(), lora_rank_explorer::svd::SvdError>(())
/// ```
pub struct FullSolver<M, T = f64> {
    source: Source<M, T>,
    work: Work,
}

impl<M: AsRef<[T]>, T: Entry> FullSolver<M, T> {
    /// For a `rows` × `cols` matrix of `f32` or `f64` entries, row-major: a slice, a vector, an `Rc<[f32]>`, a
    /// [`Matrix`](crate::Matrix).
    ///
    /// # Errors
    /// [`SvdError::Matrix`] if a side is zero or the number of entries is not `rows · cols`. Entries that are not finite and
    /// failed allocations are reported later, by [`advance`](Solver::advance).
    pub fn new(entries: M, rows: usize, cols: usize) -> Result<Self, SvdError> {
        let source = Source::new(entries, rows, cols)?;
        Ok(Self { work: Work::new(rows, cols, rows.max(cols)), source })
    }
}

impl<M: AsRef<[T]>, T: Entry> Solver for FullSolver<M, T> {
    type Output = Vec<f64>;

    fn advance(&mut self, mut operations: u64) -> Result<Option<Vec<f64>>, SvdError> {
        let found = self.work.advance(self.source.entries(), &mut operations)?;
        Ok(found.map(|(mut values, exponent)| {
            unscale(&mut values, exponent);
            values
        }))
    }

    fn progress(&self) -> f64 {
        self.work.progress()
    }
}

/// The solver without its matrix, which must be the same at every step.
pub(crate) struct Work {
    rows: usize,
    cols: usize,
    terms: usize,
    step: Step,
}

enum Step {
    Measure(Measure),
    /// Decides whether to transpose a square matrix, so that a matrix and its transpose are reduced in the same form.
    Compare {
        exponent: i32,
        row: usize,
    },
    Copy {
        exponent: i32,
        transposed: bool,
        row: usize,
        pairs: Vec<F64x2>,
    },
    Reduce {
        exponent: i32,
        reduction: Reduction,
    },
    Iterate {
        exponent: i32,
        reflections: usize,
        iteration: Iteration,
    },
    Done {
        exponent: i32,
        values: Vec<f64>,
    },
}

impl Work {
    /// Values below the rounding errors become 0; the errors grow with the square root of `terms`, the length of the longest
    /// sums.
    pub(crate) fn new(rows: usize, cols: usize, terms: usize) -> Self {
        Self { rows, cols, terms, step: Step::Measure(Measure::new()) }
    }

    /// When complete, returns values v and an exponent k such that v·2ᵏ are the singular values.
    pub(crate) fn advance<T: Entry>(
        &mut self,
        entries: &[T],
        operations: &mut u64,
    ) -> Result<Option<(Vec<f64>, i32)>, SvdError> {
        let (rows, cols) = (self.rows, self.cols);
        let (long, short) = (rows.max(cols), rows.min(cols));
        while *operations > 0 {
            self.step = match &mut self.step {
                Step::Measure(measure) => match measure.advance(entries, cols, operations)? {
                    Some(Measured { exponent, .. }) if rows == cols => Step::Compare { exponent, row: 0 },
                    Some(Measured { exponent, .. }) => self.copy(exponent, rows < cols)?,
                    None => return Ok(None),
                },
                Step::Compare { exponent, row } => {
                    let below_wins = below_wins(entries, cols, *row);
                    *operations = operations.saturating_sub(16 * cols as u64);
                    match below_wins {
                        None if *row + 1 < rows => {
                            *row += 1;
                            continue;
                        }
                        found => {
                            let exponent = *exponent;
                            self.copy(exponent, found == Some(true))?
                        }
                    }
                }
                Step::Copy { exponent, transposed, row, pairs } => {
                    let [half, rest] = halves_of_power_of_two(-*exponent);
                    let (first, step) = if *transposed { (*row, cols) } else { (*row * cols, 1) };
                    let scaled =
                        |i: usize| if i < short { entries[first + i * step].into() * half * rest } else { 0.0 };
                    pairs.extend((0..short.div_ceil(2)).map(|pair| F64x2::new(scaled(2 * pair), scaled(2 * pair + 1))));
                    *operations = operations.saturating_sub((if *transposed { 64 } else { 8 }) * short as u64);
                    *row += 1;
                    if *row < long {
                        continue;
                    }
                    pairs.resize(long.next_multiple_of(ROWS) * short.div_ceil(2), F64x2::both(0.0));
                    let reduction = Reduction::new(std::mem::take(pairs), long, short);
                    Step::Reduce { exponent: *exponent, reduction }
                }
                Step::Reduce { exponent, reduction } => {
                    if !reduction.advance(operations) {
                        return Ok(None);
                    }
                    let diagonal = std::mem::take(&mut reduction.diagonal);
                    let iteration = Iteration::new(diagonal, std::mem::take(&mut reduction.above));
                    Step::Iterate { exponent: *exponent, reflections: reduction.reflections, iteration }
                }
                Step::Iterate { exponent, reflections, iteration } => {
                    if !iteration.advance(operations) {
                        return Ok(None);
                    }
                    let mut values = iteration.take_values();
                    if *reflections > 0 {
                        let floor = 4.0 * f64::EPSILON * (self.terms as f64).sqrt() * values[0];
                        for value in values.iter_mut().filter(|value| **value <= floor) {
                            *value = 0.0;
                        }
                    }
                    Step::Done { exponent: *exponent, values }
                }
                Step::Done { exponent, values } => return Ok(Some((values.clone(), *exponent))),
            };
        }
        Ok(None)
    }

    fn copy(&self, exponent: i32, transposed: bool) -> Result<Step, SvdError> {
        let (long, short) = (self.rows.max(self.cols), self.rows.min(self.cols));
        let mut pairs = Vec::new();
        reserve(&mut pairs, long.next_multiple_of(ROWS).saturating_mul(short.div_ceil(2)))?;
        Ok(Step::Copy { exponent, transposed, row: 0, pairs })
    }

    pub(crate) fn progress(&self) -> f64 {
        const COPIED: f64 = 0.03;
        const REDUCED: f64 = 0.9;
        match &self.step {
            Step::Measure(_) | Step::Compare { .. } => 0.0,
            Step::Copy { row, .. } => COPIED * *row as f64 / self.rows.max(self.cols) as f64,
            Step::Reduce { reduction, .. } => COPIED + (REDUCED - COPIED) * reduction.progress(),
            Step::Iterate { iteration, .. } => REDUCED + (1.0 - REDUCED) * iteration.progress(),
            Step::Done { .. } => 1.0,
        }
    }
}

/// Compares row i of a square matrix with column i, from the diagonal on: whether the column has the greater entry where they
/// first differ. `None` if they are equal.
fn below_wins<T: Entry>(entries: &[T], n: usize, i: usize) -> Option<bool> {
    let mut pairs = (i + 1..n).map(|j| (entries[i * n + j].into(), entries[j * n + i].into()));
    pairs.find(|(right, below)| right != below).map(|(right, below)| below > right)
}

/// Values v and an exponent k such that v·2ᵏ are the singular values of the `rows` × `cols` matrix with these finite entries,
/// row-major. `terms` as for [`Work::new`].
pub(crate) fn of_slice(entries: &[f64], rows: usize, cols: usize, terms: usize) -> Result<(Vec<f64>, i32), SvdError> {
    let mut work = Work::new(rows, cols, terms);
    loop {
        if let Some(found) = work.advance(entries, &mut u64::MAX.clone())? {
            return Ok(found);
        }
    }
}
