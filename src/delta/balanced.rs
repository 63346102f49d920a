//! Thin factors, and whole matrices, in units of a power of two, so that products and sums of them stay in range.

use super::error::DeltaError;
use super::thin::Thin;
use crate::matrix::Matrix;
use crate::svd::error::{collected, zeros};
use crate::svd::kernel::scale::{exponent, times_power_of_two};
use crate::svd::kernel::sums::dot;
use crate::svd::product::balance::{Balance, scaled};

/// A scale as its mantissa, ±[1, 2) or 0, and its power of two.
pub(super) fn split(scale: f64) -> (f64, i32) {
    let k = exponent(&[scale]);
    (times_power_of_two(scale, -k), k)
}

/// The scale, if it is finite.
pub(super) fn finite(scale: f64) -> Result<f64, DeltaError> {
    if scale.is_finite() { Ok(scale) } else { Err(DeltaError::Scale(scale)) }
}

/// A matrix whose entries were checked or came out of checked ones; one that has left the range is named.
pub(super) fn matrix(rows: usize, cols: usize, entries: Vec<f64>) -> Result<Matrix, DeltaError> {
    Matrix::from_vec(rows, cols, entries).map_err(DeltaError::Overflow)
}

/// mantissa·2ᵏ·B·A, where column k of B and row k of A are about equally large, for each k, and none exceeds 2.
pub(super) struct Factors {
    pub(super) rows: usize,
    pub(super) width: usize,
    pub(super) cols: usize,
    pub(super) b: Vec<f64>,
    pub(super) a: Vec<f64>,
    pub(super) mantissa: f64,
    pub(super) exponent: i32,
}

impl Factors {
    /// Of scale·B·A.
    pub(super) fn of(b: &Matrix, a: &Matrix, scale: f64) -> Result<Self, DeltaError> {
        let (rows, width, cols) = (b.rows(), b.cols(), a.cols());
        if width != a.rows() {
            return Err(DeltaError::Factors { columns: width, rows: a.rows() });
        }
        let (mantissa, exponent) = split(finite(scale)?);
        let balance = Balance::of(b.as_slice(), a.as_slice(), width)?;
        let of_b = b.as_slice().iter().enumerate().map(|(i, &entry)| scaled(entry, balance.b[i % width]));
        let of_a = a.as_slice().iter().enumerate().map(|(i, &entry)| scaled(entry, balance.a[i / cols]));
        let (b, a) = (collected(rows * width, of_b)?, collected(width * cols, of_a)?);
        Ok(Self { rows, width, cols, b, a, mantissa, exponent: exponent + balance.exponent })
    }

    /// The same with a scale where it has room for the power of two.
    pub(super) fn into_thin(mut self) -> Result<Thin, DeltaError> {
        let inside = self.exponent.clamp(-1000, 1000);
        let rest = self.exponent - inside;
        if rest != 0 {
            self.b.iter_mut().for_each(|entry| *entry = times_power_of_two(*entry, rest));
        }
        let b = matrix(self.rows, self.width, self.b)?;
        let a = matrix(self.width, self.cols, self.a)?;
        Ok(Thin { b, a, scale: times_power_of_two(self.mantissa, inside) })
    }

    /// The product, formed.
    pub(super) fn formed(&self) -> Result<Formed, DeltaError> {
        let mut entries = zeros(entries_of(self.rows, self.cols)?, 0.0)?;
        for (row, b) in entries.chunks_exact_mut(self.cols).zip(self.b.chunks_exact(self.width)) {
            for (&b, a) in b.iter().zip(self.a.chunks_exact(self.cols)) {
                row.iter_mut().zip(a).for_each(|(entry, a)| *entry += b * a);
            }
        }
        entries.iter_mut().for_each(|entry| *entry *= self.mantissa);
        Ok(Formed { rows: self.rows, cols: self.cols, entries, exponent: self.exponent })
    }
}

/// How many entries a matrix of these sides has.
pub(super) fn entries_of(rows: usize, cols: usize) -> Result<usize, DeltaError> {
    rows.checked_mul(cols).ok_or(DeltaError::TooLarge)
}

/// 2ᵏ times a matrix that is formed whole.
pub(super) struct Formed {
    pub(super) rows: usize,
    pub(super) cols: usize,
    pub(super) entries: Vec<f64>,
    pub(super) exponent: i32,
}

impl Formed {
    /// W.
    pub(super) fn of(w: &Matrix) -> Result<Self, DeltaError> {
        let entries = collected(w.as_slice().len(), w.as_slice().iter().copied())?;
        let mut formed = Self { rows: w.rows(), cols: w.cols(), entries, exponent: 0 };
        formed.normalise();
        Ok(formed)
    }

    /// Brings the largest entry into [1, 2); no digit changes.
    pub(super) fn normalise(&mut self) {
        let k = exponent(&self.entries);
        self.entries.iter_mut().for_each(|entry| *entry = times_power_of_two(*entry, -k));
        self.exponent += k;
    }

    pub(super) fn into_matrix(mut self) -> Result<Matrix, DeltaError> {
        let k = self.exponent;
        self.entries.iter_mut().for_each(|entry| *entry = times_power_of_two(*entry, k));
        matrix(self.rows, self.cols, self.entries)
    }
}

/// The length of a vector.
pub(super) fn length(x: &[f64]) -> f64 {
    dot(x, x).sqrt()
}
