//! scale·B·A with thin factors, and the layouts that come down to it.

use std::num::NonZeroUsize;

use super::balanced::{Factors, entries_of, finite, matrix};
use super::error::DeltaError;
use super::{Delta, Form};
use crate::matrix::Matrix;
use crate::spectrum::Spectrum;
use crate::svd::error::{collected, zeros};
use crate::svd::kernel::scale::{exponent, times_power_of_two};
use crate::svd::kernel::sums::squares;
use crate::svd::product::truncated::truncated_product;
use crate::svd::product::values_of_core;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Thin {
    pub(super) b: Matrix,
    pub(super) a: Matrix,
    pub(super) scale: f64,
}

impl Thin {
    pub(super) fn spectrum(&self) -> Result<Spectrum, DeltaError> {
        let (rows, cols) = (self.b.rows(), self.a.cols());
        let mut values = values_of_core(&self.b, &self.a, self.scale)?;
        let floor = self.rounding()?;
        values.iter_mut().filter(|value| **value <= floor).for_each(|value| *value = 0.0);
        if values.len() < rows.min(cols) {
            values.push(0.0);
        }
        Ok(Spectrum::leading(rows, cols, values, None).expect("falling values, no more than the shape has"))
    }

    pub(super) fn truncate(&self, rank: NonZeroUsize) -> Result<(Matrix, Matrix), DeltaError> {
        let (b, a) = truncated_product(&self.b, &self.a, self.scale, rank)?;
        let floor = self.rounding()?;
        let rank = rank.get();
        let (m, n) = (b.rows(), a.cols());
        let (mut b, mut a) = (b.into_entries(), a.into_entries());
        // The row of A′ is as long as √σ.
        for (k, row) in a.chunks_exact_mut(n).enumerate() {
            let largest = row.iter().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
            let length = largest * row.iter().map(|entry| (entry / largest) * (entry / largest)).sum::<f64>().sqrt();
            if largest > 0.0 && length * length <= floor {
                row.fill(0.0);
                b[k..].iter_mut().step_by(rank).for_each(|entry| *entry = 0.0);
            }
        }
        Ok((matrix(m, rank, b)?, matrix(rank, n, a)?))
    }

    /// The size of what rounding leaves where summands cancel: 4·ε·√max(m, n) times the largest |scale|·‖b_k‖·‖a_k‖, where b_k
    /// is column k of B and a_k row k of A. No value up to that says anything about B·A.
    fn rounding(&self) -> Result<f64, DeltaError> {
        let (m, r, n) = (self.b.rows(), self.b.cols(), self.a.cols());
        let mut of_columns = zeros(r, 0.0)?;
        for row in self.b.as_slice().chunks_exact(r) {
            of_columns.iter_mut().zip(row).for_each(|(square, entry)| *square += entry * entry);
        }
        let lengths = self.a.as_slice().chunks_exact(n).zip(&of_columns).enumerate().map(|(k, (row, square))| {
            let column = || self.b.as_slice()[k..].iter().step_by(r).copied();
            [length(*square, column), length(squares(row), || row.iter().copied())]
        });
        let unit = 4.0 * f64::EPSILON * (m.max(n) as f64).sqrt();
        // The smallest two first, so that no partial product leaves the range where the whole does not.
        let product = |[b, a]: [f64; 2]| {
            let mut sizes = [b, a, self.scale.abs()];
            sizes.sort_by(f64::total_cmp);
            let [low, middle, high] = sizes;
            low * high * middle * unit
        };
        let largest = lengths.map(product).fold(0.0, f64::max);
        Ok(if largest.is_finite() { largest } else { 0.0 })
    }
}

/// The length of a vector from the sum of its squares, or from its entries where that leaves the range.
fn length<I: Iterator<Item = f64>>(square: f64, entries: impl Fn() -> I) -> f64 {
    if (1e-280..1e280).contains(&square) {
        return square.sqrt();
    }
    let top = entries().fold(0.0f64, |top, entry| top.max(entry.abs()));
    if top == 0.0 {
        return 0.0;
    }
    top * entries().map(|entry| (entry / top) * (entry / top)).sum::<f64>().sqrt()
}

impl Delta {
    /// scale·B·A: LoRA, rsLoRA, LoCon without `lora_mid`.
    ///
    /// B is m × r and A is r × n, any r ≥ 1; of a convolution n is in·kh·kw. `scale` may be negative or 0.
    ///
    /// # Errors
    /// [`DeltaError::Factors`] when B has not as many columns as A has rows, [`DeltaError::Scale`] when `scale` is not finite.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let b = Matrix::from_rows(&[[1.0], [2.0], [2.0]])?;
    /// let a = Matrix::from_rows(&[[3.0, 4.0]])?;
    /// let delta = Delta::thin(b, a, 0.5)?;
    /// assert_eq!((delta.rows(), delta.cols()), (3, 2));
    /// assert_eq!(delta.spectrum()?.singular_values(), [7.5, 0.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn thin(b: Matrix, a: Matrix, scale: f64) -> Result<Self, DeltaError> {
        if b.cols() != a.rows() {
            return Err(DeltaError::Factors { columns: b.cols(), rows: a.rows() });
        }
        finite(scale)?;
        Ok(Self { form: Form::Thin(Thin { b, a, scale }) })
    }

    /// scale·B·diag(d)·A: AdaLoRA with d = `lora_E` and alpha / (ranknum + 1e-5) as the scale, KaSA with d = `lora_diag`.
    ///
    /// # Errors
    /// [`DeltaError`] as for [`thin`](Self::thin), and where d has not as many numbers as B has columns, or one is not finite.
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let b = Matrix::from_rows(&[[1.0, 0.0], [0.0, 1.0]])?;
    /// let delta = Delta::thin_with_diagonal(&b, &[2.0, -3.0], &b, 1.0)?;
    /// assert_eq!(delta.spectrum()?.singular_values(), [3.0, 2.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn thin_with_diagonal(b: &Matrix, diagonal: &[f64], a: &Matrix, scale: f64) -> Result<Self, DeltaError> {
        if diagonal.len() != b.cols() {
            return Err(DeltaError::Diagonal { found: diagonal.len(), expected: b.cols() });
        }
        if let Some(i) = diagonal.iter().position(|entry| !entry.is_finite()) {
            return Err(DeltaError::DiagonalNotFinite { index: i + 1, value: diagonal[i] });
        }
        // diag(d)·A is balanced with the power of two of d taken out, so that it stays in range; so is B with it.
        let (width, cols) = (b.cols(), a.cols());
        if a.rows() != width {
            return Err(DeltaError::Factors { columns: width, rows: a.rows() });
        }
        let mut factors = Factors::of(b, a, scale)?;
        let k = exponent(diagonal);
        for (row, &entry) in factors.a.chunks_exact_mut(cols).zip(diagonal) {
            let entry = times_power_of_two(entry, -k);
            row.iter_mut().for_each(|a| *a *= entry);
        }
        factors.exponent += k;
        Ok(Self { form: Form::Thin(factors.into_thin()?) })
    }

    /// LoHa: scale·(B₁A₁)∘(B₂A₂), the product entry by entry.
    ///
    /// Row i of the thin factor B holds all products of row i of B₁ and of B₂, column j of A those of column j of A₁ and of
    /// A₂ (Khatri–Rao products), so that the width is r₁·r₂ and no m × n matrix is formed. Only where r₁·r₂ reaches min(m, n),
    /// and the factors would be larger than the matrix, it is formed.
    ///
    /// LyCORIS stores B₁ as `hada_w1_a` and A₁ as `hada_w1_b`; with `hada_t1` B₁ is the transpose of `hada_w1_a` and A₁ is
    /// [`tucker`](super::tucker)(`hada_t1`, `hada_w1_b`). The scale is alpha / rows of `hada_w1_b`.
    ///
    /// # Errors
    /// [`DeltaError`] as for [`thin`](Self::thin), [`DeltaError::Shapes`] where the two products differ in shape,
    /// [`DeltaError::Memory`].
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let row = |a, b, c| Matrix::from_rows(&[[a, b, c]]);
    /// let column = |a: f64, b: f64, c: f64| Matrix::from_rows(&[[a], [b], [c]]);
    /// let first = (&column(1.0, 2.0, 3.0)?, &row(1.0, 1.0, 2.0)?);
    /// let second = (&column(2.0, 1.0, 0.0)?, &row(4.0, 3.0, 0.0)?);
    /// // (2, 2, 0)ᵀ·(4, 3, 0)
    /// let delta = Delta::hadamard(first, second, 1.0)?;
    /// assert!((delta.spectrum()?.singular_values()[0] - 200f64.sqrt()).abs() < 1e-13);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hadamard(first: (&Matrix, &Matrix), second: (&Matrix, &Matrix), scale: f64) -> Result<Self, DeltaError> {
        let (x, y) = (Factors::of(first.0, first.1, scale)?, Factors::of(second.0, second.1, 1.0)?);
        if (x.rows, x.cols) != (y.rows, y.cols) {
            return Err(DeltaError::Shapes { first: (x.rows, x.cols), other: (y.rows, y.cols) });
        }
        let width = entries_of(x.width, y.width)?;
        if width >= x.rows.min(x.cols) {
            let (mut x, y) = (x.formed()?, y.formed()?);
            x.entries.iter_mut().zip(&y.entries).for_each(|(x, y)| *x *= y);
            x.exponent += y.exponent;
            return Ok(Self::dense(x.into_matrix()?));
        }
        let rows = x.b.chunks_exact(x.width).zip(y.b.chunks_exact(y.width));
        let b = rows.flat_map(|(x, y)| x.iter().flat_map(move |x| y.iter().map(move |y| x * y)));
        let b = collected(entries_of(x.rows, width)?, b)?;
        let rows = x.a.chunks_exact(x.cols).flat_map(|of_x| y.a.chunks_exact(y.cols).map(move |of_y| (of_x, of_y)));
        let a = rows.flat_map(|(x, y)| x.iter().zip(y).map(|(x, y)| x * y));
        let a = collected(entries_of(width, x.cols)?, a)?;
        let exponent = x.exponent + y.exponent;
        let factors = Factors { rows: x.rows, width, cols: x.cols, b, a, mantissa: x.mantissa, exponent };
        Ok(Self { form: Form::Thin(factors.into_thin()?) })
    }
}
