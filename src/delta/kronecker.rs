//! scale·(W₁ ⊗ W₂): its values and vectors are the products of those of W₁ and of W₂.

use std::num::NonZeroUsize;

use super::balanced::{Factors, Formed, entries_of, finite, length, matrix, split};
use super::error::DeltaError;
use super::{Delta, Form};
use crate::matrix::Matrix;
use crate::spectrum::Spectrum;
use crate::svd::error::{collected, zeros};
use crate::svd::kernel::scale::{exponent, exponent_of, times_power_of_two, unscale};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kronecker {
    pub(super) first: Delta,
    pub(super) second: Delta,
    pub(super) scale: f64,
}

impl Kronecker {
    pub(super) fn rows(&self) -> usize {
        self.first.rows() * self.second.rows()
    }

    pub(super) fn cols(&self) -> usize {
        self.first.cols() * self.second.cols()
    }

    pub(super) fn spectrum(&self) -> Result<Spectrum, DeltaError> {
        let (first, second) = (self.first.spectrum()?, self.second.spectrum()?);
        let above_zero = |spectrum: &Spectrum| spectrum.singular_values().iter().filter(|value| **value > 0.0).count();
        let first = &first.singular_values()[..above_zero(&first)];
        let second = &second.singular_values()[..above_zero(&second)];
        let (mantissa, k) = split(self.scale);
        let largest = |values: &[f64]| values.first().map_or(0, |&value| exponent_of(value));
        let (k1, k2) = (largest(first), largest(second));
        let products = first.iter().flat_map(|x| {
            let x = mantissa.abs() * times_power_of_two(*x, -k1);
            second.iter().map(move |y| x * times_power_of_two(*y, -k2))
        });
        let (rows, cols) = (self.rows(), self.cols());
        let mut values = collected(first.len() * second.len() + 1, products)?;
        values.sort_unstable_by(|x, y| y.total_cmp(x));
        unscale(&mut values, k + k1 + k2);
        if values.len() < rows.min(cols) {
            values.push(0.0);
        }
        Ok(Spectrum::leading(rows, cols, values, None).expect("falling values, no more than the shape has"))
    }

    pub(super) fn truncate(&self, rank: NonZeroUsize) -> Result<(Matrix, Matrix), DeltaError> {
        let (first, second) = (Best::of(&self.first, rank)?, Best::of(&self.second, rank)?);
        let (m, n, rank) = (self.rows(), self.cols(), rank.get());
        let pairs = (0..first.rank).flat_map(|i| (0..second.rank).map(move |j| (i, j)));
        let mut pairs = collected(first.rank * second.rank, pairs)?;
        let value = |&(i, j): &(usize, usize)| first.values[i] * second.values[j];
        pairs.sort_unstable_by(|x, y| value(y).total_cmp(&value(x)).then(x.cmp(y)));

        let (mantissa, k) = split(self.scale);
        let root = (mantissa.abs() * f64::from(1 + k.rem_euclid(2))).sqrt();
        let half = k.div_euclid(2);
        let mut b = zeros(m.saturating_mul(rank), 0.0)?;
        let mut a = zeros(n.saturating_mul(rank), 0.0)?;
        let (in_b, in_a) =
            (half + first.exponents[0] + second.exponents[0], half + first.exponents[1] + second.exponents[1]);
        let bounded = |entry: f64, k: i32| times_power_of_two(entry, k).clamp(f64::MIN, f64::MAX);
        let (rows, cols) = (self.second.rows(), self.second.cols());
        for (c, &(i, j)) in pairs.iter().take(rank).enumerate() {
            for (row, place) in b[c..].iter_mut().step_by(rank).enumerate() {
                let left = first.b[row / rows * first.rank + i] * second.b[row % rows * second.rank + j];
                *place = bounded(left * root.copysign(mantissa), in_b);
            }
            for (column, place) in a[c * n..(c + 1) * n].iter_mut().enumerate() {
                let right = first.a[i * self.first.cols() + column / cols] * second.a[j * cols + column % cols];
                *place = bounded(right * root, in_a);
            }
        }
        Ok((matrix(m, rank, b)?, matrix(rank, n, a)?))
    }

    /// (B₁ ⊗ B₂)·(A₁ ⊗ A₂).
    pub(super) fn factors(&self) -> Result<Factors, DeltaError> {
        let (x, y) = (self.first.factors()?, self.second.factors()?);
        let (mantissa, k) = split(self.scale);
        let width = entries_of(x.width, y.width)?;
        let b = product((&x.b, x.rows, x.width), (&y.b, y.rows, y.width))?;
        let a = product((&x.a, x.width, x.cols), (&y.a, y.width, y.cols))?;
        let (mantissa, more) = split(mantissa * x.mantissa * y.mantissa);
        let exponent = k + more + x.exponent + y.exponent;
        Ok(Factors { rows: self.rows(), width, cols: self.cols(), b, a, mantissa, exponent })
    }

    pub(super) fn formed(&self) -> Result<Formed, DeltaError> {
        let (x, y) = (self.first.formed()?, self.second.formed()?);
        let (mantissa, k) = split(self.scale);
        let mut entries = product((&x.entries, x.rows, x.cols), (&y.entries, y.rows, y.cols))?;
        entries.iter_mut().for_each(|entry| *entry *= mantissa);
        Ok(Formed { rows: self.rows(), cols: self.cols(), entries, exponent: k + x.exponent + y.exponent })
    }
}

/// The Kronecker product of two matrices, row after row, each given with its rows and columns.
fn product(x: (&[f64], usize, usize), y: (&[f64], usize, usize)) -> Result<Vec<f64>, DeltaError> {
    let (x, rows, cols) = x;
    let (y, y_rows, y_cols) = y;
    let count = entries_of(entries_of(rows, y_rows)?, entries_of(cols, y_cols)?)?;
    let lines = x.chunks_exact(cols).flat_map(|x| y.chunks_exact(y_cols).map(move |y| (x, y)));
    Ok(collected(count, lines.flat_map(|(x, y)| x.iter().flat_map(move |x| y.iter().map(move |y| x * y))))?)
}

/// The best factors of W₁ or W₂, in units of powers of two, with as many columns as can count.
struct Best {
    b: Vec<f64>,
    a: Vec<f64>,
    rank: usize,
    exponents: [i32; 2],
    /// The singular values, in the units of B times those of A.
    values: Vec<f64>,
}

impl Best {
    fn of(delta: &Delta, rank: NonZeroUsize) -> Result<Self, DeltaError> {
        let rank = rank.min(NonZeroUsize::new(delta.most_rank()).unwrap_or(NonZeroUsize::MIN));
        let (b, a) = delta.truncate(rank)?;
        let (rank, cols) = (rank.get(), a.cols());
        let (mut b, mut a) = (b.into_entries(), a.into_entries());
        let exponents = [exponent(&b), exponent(&a)];
        b.iter_mut().for_each(|entry| *entry = times_power_of_two(*entry, -exponents[0]));
        a.iter_mut().for_each(|entry| *entry = times_power_of_two(*entry, -exponents[1]));
        // Row k of A′ is as long as √σₖ.
        let values = collected(rank, a.chunks_exact(cols).map(|row| length(row) * length(row)))?;
        Ok(Self { b, a, rank, exponents, values })
    }
}

impl Delta {
    /// LoKr: scale·(W₁ ⊗ W₂), where block (i, j) is entry (i, j) of W₁ times W₂. Neither the product nor its vectors are formed,
    /// but for those that [`truncate`](Self::truncate) returns.
    ///
    /// W₁ and W₂ may have any form. LyCORIS stores each whole (`lokr_w1`: [`dense`](Self::dense)) or as factors (`lokr_w1_a`,
    /// `lokr_w1_b`: [`thin`](Self::thin) with scale 1); with `lokr_t2` the factors of W₂ are the transpose of `lokr_w2_a` and
    /// [`tucker`](super::tucker)(`lokr_t2`, `lokr_w2_b`). Of a convolution W₂ is out₂ × (in₂·kh·kw). The scale is alpha / rank of the
    /// factors, and 1 where both are whole.
    ///
    /// # Errors
    /// [`DeltaError::Scale`] when `scale` is not finite, [`DeltaError::TooLarge`] when a side cannot be counted.
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let w1 = Delta::dense(Matrix::from_rows(&[[2.0, 0.0], [0.0, 1.0]])?);
    /// let w2 = Delta::dense(Matrix::from_rows(&[[3.0, 0.0, 0.0], [0.0, 5.0, 0.0]])?);
    /// let delta = Delta::kronecker(w1, w2, -1.0)?;
    /// assert_eq!((delta.rows(), delta.cols()), (4, 6));
    /// assert_eq!(delta.spectrum()?.singular_values(), [10.0, 6.0, 5.0, 3.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kronecker(w1: Self, w2: Self, scale: f64) -> Result<Self, DeltaError> {
        finite(scale)?;
        entries_of(w1.rows(), w2.rows())?;
        entries_of(w1.cols(), w2.cols())?;
        Ok(Self { form: Form::Kronecker(Box::new(Kronecker { first: w1, second: w2, scale })) })
    }
}
