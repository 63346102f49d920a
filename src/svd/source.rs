//! The matrix as a solver reads it, and the first look at its entries.

use std::marker::PhantomData;

use super::entry::Entry;
use super::error::SvdError;
use super::scale::{exponent_of, power_of_two, times_power_of_two};
use crate::MatrixError;

/// The entries, row after row, with their shape.
pub(super) struct Source<M, T> {
    entries: M,
    pub(super) rows: usize,
    pub(super) cols: usize,
    of: PhantomData<T>,
}

impl<M: AsRef<[T]>, T: Entry> Source<M, T> {
    pub(super) fn new(entries: M, rows: usize, cols: usize) -> Result<Self, MatrixError> {
        let found = entries.as_ref().len();
        match (rows, cols) {
            (0, _) => Err(MatrixError::NoRows),
            (_, 0) => Err(MatrixError::NoColumns),
            _ if rows.checked_mul(cols) != Some(found) => Err(MatrixError::Shape { rows, cols, found }),
            _ => Ok(Self { entries, rows, cols, of: PhantomData }),
        }
    }

    pub(super) fn entries(&self) -> &[T] {
        self.entries.as_ref()
    }
}

/// How many entries are looked at before the work left is counted again.
const RUN: usize = 1 << 12;

/// The search for the largest entry and for one that is not finite.
pub(super) struct Measure {
    next: usize,
    /// The bits of the largest size. They are in the order of the sizes, and those of what is not finite come last.
    largest: i64,
}

impl Measure {
    pub(super) const fn new() -> Self {
        Self { next: 0, largest: 0 }
    }

    /// Goes on; once all is seen, returns the k for which the largest |entry| lies in [2ᵏ, 2ᵏ⁺¹).
    pub(super) fn advance<T: Entry>(
        &mut self,
        entries: &[T],
        cols: usize,
        operations: &mut u64,
    ) -> Result<Option<i32>, SvdError> {
        while *operations > 0 {
            let run = &entries[self.next..entries.len().min(self.next + RUN)];
            if run.is_empty() {
                return Ok(Some(exponent_of(f64::from_bits(self.largest.cast_unsigned()))));
            }
            *operations = operations.saturating_sub(2 * RUN as u64);
            for &entry in run {
                self.largest = self.largest.max(entry.into().abs().to_bits().cast_signed());
            }
            if self.largest >= f64::INFINITY.to_bits().cast_signed() {
                let bad = |entry: &T| !(*entry).into().is_finite();
                let i = self.next + run.iter().position(bad).unwrap_or_default();
                let (row, column, value) = (i / cols + 1, i % cols + 1, entries[i].into());
                return Err(MatrixError::NotFinite { row, column, value }.into());
            }
            self.next += run.len();
        }
        Ok(None)
    }
}

/// Σ (entry·2⁻ᵏ)², summed in four interleaved sums for each run of entries, and then run by run.
pub(super) struct Energy {
    next: usize,
    sum: f64,
}

impl Energy {
    pub(super) const fn new() -> Self {
        Self { next: 0, sum: 0.0 }
    }

    /// Goes on; returns the sum once it is complete. 2ᵏ is the largest entry's power of two.
    pub(super) fn advance<T: Entry>(&mut self, entries: &[T], k: i32, operations: &mut u64) -> Option<f64> {
        while *operations > 0 {
            let run = &entries[self.next..entries.len().min(self.next + RUN)];
            if run.is_empty() {
                return Some(self.sum);
            }
            *operations = operations.saturating_sub(3 * RUN as u64);
            self.sum += if (-1000..=1000).contains(&k) {
                let scale = power_of_two(-k);
                energy(run, |entry| entry * scale)
            } else {
                energy(run, |entry| times_power_of_two(entry, -k))
            };
            self.next += run.len();
        }
        None
    }
}

fn energy<T: Entry>(run: &[T], scaled: impl Fn(f64) -> f64) -> f64 {
    let (fours, rest) = run.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, &entry) in sums.iter_mut().zip(four) {
            let entry = scaled(entry.into());
            *sum += entry * entry;
        }
    }
    for (sum, &entry) in sums.iter_mut().zip(rest) {
        let entry = scaled(entry.into());
        *sum += entry * entry;
    }
    let [a, b, c, d] = sums;
    (a + c) + (b + d)
}
