//! [`Bounds`]: what the known singular values and ‖W‖_F say about the unknown ones.

use std::ops::RangeInclusive;

use super::not_applicable::NotApplicable;
use crate::spectrum::{Spectrum, tails};

/// All sums are over values divided by σ₁, which must be above 0.
pub(crate) struct Bounds<'a> {
    values: &'a [f64],
    largest: f64,
    /// How many values are unknown.
    unknown: usize,
    /// Their Σ(σⱼ/σ₁)².
    squares: RangeInclusive<f64>,
    /// Σ_{r<j≤k} (σⱼ/σ₁)² for r = 0..=k, over the known values.
    tails: Vec<f64>,
}

impl<'a> Bounds<'a> {
    /// `None` for W = 0.
    pub(crate) fn of(spectrum: &'a Spectrum) -> Option<Self> {
        let values = spectrum.singular_values();
        let (largest, last) = (values[0], values[values.len() - 1] / values[0]);
        if largest == 0.0 {
            return None;
        }
        let unknown = spectrum.max_rank() - values.len();
        let most = unknown as f64 * last * last;
        let tails = tails(values, 0.0);
        let squares = match spectrum.frobenius_norm() {
            _ if most == 0.0 => 0.0..=0.0,
            None => 0.0..=most,
            Some(norm) => {
                let total = (norm / largest) * (norm / largest);
                let rest = |error: f64| (total - tails[0] + error * total).clamp(0.0, most);
                rest(-spectrum.rounding())..=rest(spectrum.rounding())
            }
        };
        Some(Self { values, largest, unknown, squares, tails })
    }

    /// σ₁, by which the values in the sums are divided.
    pub(crate) fn largest(&self) -> f64 {
        self.largest
    }

    /// Σ(σⱼ/σ₁)² over all values.
    pub(crate) fn total_squares(&self) -> RangeInclusive<f64> {
        self.tail_squares(0)
    }

    /// Σσⱼ/σ₁ over all values. For a given sum of squares, the unknown values add least if as many as possible are as large as
    /// the last known one and the others 0, and most if all are equal.
    pub(crate) fn total_values(&self) -> RangeInclusive<f64> {
        let (low, high) = (*self.squares.start(), *self.squares.end());
        let known: f64 = self.values.iter().rev().map(|value| value / self.largest).sum();
        let last = self.values[self.values.len() - 1] / self.largest;
        let least = if low > 0.0 { low / last } else { 0.0 };
        known + least..=known + (self.unknown as f64 * high).sqrt()
    }

    /// Σ_{j>r} (σⱼ/σ₁)² for `r` up to the number of known values.
    pub(crate) fn tail_squares(&self, r: usize) -> RangeInclusive<f64> {
        self.tails[r] + self.squares.start()..=self.tails[r] + self.squares.end()
    }

    /// An upper bound of the first unknown value.
    pub(crate) fn next_value(&self) -> f64 {
        let last = self.values[self.values.len() - 1];
        if self.unknown == 0 { 0.0 } else { last.min(self.largest * self.squares.end().sqrt()) }
    }
}

/// The only rank in `ranks`; an error if there are several.
pub(crate) fn only(ranks: RangeInclusive<usize>, spectrum: &Spectrum) -> Result<usize, NotApplicable> {
    let (least, most) = (*ranks.start(), *ranks.end());
    if least == most {
        return Ok(least);
    }
    Err(NotApplicable::Between { least, most, known: spectrum.known_rank(), of: spectrum.max_rank() })
}
