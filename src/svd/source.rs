//! The matrix that a solver reads, and the first pass over its entries.

use std::marker::PhantomData;

use super::entry::Entry;
use super::error::SvdError;
use crate::matrix::MatrixError;
use crate::svd::kernel::scale::{exponent_of, power_of_two, times_power_of_two};

/// The entries, row-major, with their shape.
pub(crate) struct Source<M, T> {
    entries: M,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    of: PhantomData<T>,
}

impl<M: AsRef<[T]>, T: Entry> Source<M, T> {
    pub(crate) fn new(entries: M, rows: usize, cols: usize) -> Result<Self, MatrixError> {
        let found = entries.as_ref().len();
        match (rows, cols) {
            (0, _) => Err(MatrixError::NoRows),
            (_, 0) => Err(MatrixError::NoColumns),
            _ if rows.checked_mul(cols) != Some(found) => Err(MatrixError::Shape { rows, cols, found }),
            _ => Ok(Self { entries, rows, cols, of: PhantomData }),
        }
    }

    pub(crate) fn entries(&self) -> &[T] {
        self.entries.as_ref()
    }
}

/// How many entries are read before the remaining operations are checked again.
const RUN: usize = 1 << 12;

/// The first pass: finds the largest entry, sums the squares, and rejects entries that are not finite.
pub(crate) struct Measure {
    next: usize,
    /// The largest |entry| of each of the four lanes: of every first, second, third and fourth of four entries.
    largest: [f64; 4],
    energy: f64,
}

/// The result of the first pass.
pub(crate) struct Measured {
    /// The k for which the largest |entry| lies in [2ᵏ, 2ᵏ⁺¹).
    pub(crate) exponent: i32,
    /// Σ (entry·2⁻ᵏ)², or `None` if the unscaled squares may over- or underflow.
    pub(crate) energy: Option<f64>,
}

impl Measure {
    pub(crate) const fn new() -> Self {
        Self { next: 0, largest: [0.0; 4], energy: 0.0 }
    }

    /// Reads on; returns the result after the last entry.
    pub(crate) fn advance<T: Entry>(
        &mut self,
        entries: &[T],
        cols: usize,
        operations: &mut u64,
    ) -> Result<Option<Measured>, SvdError> {
        while *operations > 0 {
            let run = &entries[self.next..entries.len().min(self.next + RUN)];
            if run.is_empty() {
                let exponent = exponent_of(self.largest.into_iter().fold(0.0, f64::max));
                let energy = (exponent.abs() <= 400).then(|| self.energy * power_of_two(-2 * exponent));
                return Ok(Some(Measured { exponent, energy }));
            }
            *operations = operations.saturating_sub(4 * RUN as u64);
            self.energy += squares(run, |lane, entry| {
                let largest = &mut self.largest[lane];
                *largest = if entry.abs() > *largest { entry.abs() } else { *largest };
                entry
            });
            if !self.energy.is_finite() {
                let bad = |entry: &T| !(*entry).into().is_finite();
                if let Some(i) = run.iter().position(bad) {
                    let i = self.next + i;
                    let (row, column, value) = (i / cols + 1, i % cols + 1, entries[i].into());
                    return Err(MatrixError::NotFinite { row, column, value }.into());
                }
            }
            self.next += run.len();
        }
        Ok(None)
    }
}

/// Σ (entry·2⁻ᵏ)² of entries so large or small that their unscaled squares may over- or underflow.
pub(crate) struct Energy {
    next: usize,
    sum: f64,
}

impl Energy {
    pub(crate) const fn new() -> Self {
        Self { next: 0, sum: 0.0 }
    }

    /// Reads on; returns the sum when it is complete. The largest |entry| lies in [2ᵏ, 2ᵏ⁺¹).
    pub(crate) fn advance<T: Entry>(&mut self, entries: &[T], k: i32, operations: &mut u64) -> Option<f64> {
        while *operations > 0 {
            let run = &entries[self.next..entries.len().min(self.next + RUN)];
            if run.is_empty() {
                return Some(self.sum);
            }
            *operations = operations.saturating_sub(4 * RUN as u64);
            self.sum += squares(run, |_, entry| times_power_of_two(entry, -k));
            self.next += run.len();
        }
        None
    }
}

/// Both passes at once: the k for which the largest |entry| lies in [2ᵏ, 2ᵏ⁺¹), and ‖W‖_F² in units of 4ᵏ.
pub(crate) fn measure<T: Entry>(entries: &[T], cols: usize) -> Result<(i32, f64), SvdError> {
    let all = || u64::MAX;
    let measured = Measure::new().advance(entries, cols, &mut all())?;
    let Measured { exponent, energy } = measured.unwrap_or(Measured { exponent: 0, energy: None });
    let energy = energy.or_else(|| Energy::new().advance(entries, exponent, &mut all()));
    Ok((exponent, energy.unwrap_or(0.0)))
}

/// Σ of(lane, entry)², in four interleaved sums.
fn squares<T: Entry>(run: &[T], mut of: impl FnMut(usize, f64) -> f64) -> f64 {
    let mut sums = [0.0; 4];
    let mut add = |entries: &[T]| {
        for (lane, (sum, &entry)) in sums.iter_mut().zip(entries).enumerate() {
            let entry = of(lane, entry.into());
            *sum += entry * entry;
        }
    };
    let (fours, rest) = run.as_chunks::<4>();
    fours.iter().for_each(|four| add(four));
    add(rest);
    let [a, b, c, d] = sums;
    (a + c) + (b + d)
}
