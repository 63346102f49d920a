//! [`Spectrum`]: the singular values of a matrix with its shape. Every input becomes a spectrum before it is drawn.

pub(crate) mod curve;
mod error;

use serde::{Deserialize, Serialize};

use crate::matrix::Matrix;
use crate::svd;
pub use error::SpectrumError;

/// The singular values σ₁ ≥ σ₂ ≥ … ≥ 0 of an m × n matrix with its shape: all min(m, n) of them, or the first k.
///
/// All values after a 0 are 0. So a spectrum whose values end in 0 is complete, and does not store the other zeros.
///
/// If only the first k values are known, ‖W‖_F makes residual and energy exact; without it they are ranges. See
/// [`ResidualCurve`](crate::ResidualCurve).
///
/// ```
/// use lora_rank_explorer::{Matrix, Spectrum};
///
/// let w = Matrix::from_rows(&[[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]])?;
/// let spectrum = Spectrum::of(&w);
/// assert_eq!(spectrum.singular_values(), [4.0, 3.0]);
/// assert_eq!(spectrum.frobenius_norm(), Some(5.0));
/// # Ok::<(), lora_rank_explorer::MatrixError>(())
/// ```
///
/// JSON: `{"rows": 3, "cols": 2, "singular_values": [4.0, 3.0]}`, with `"frobenius_norm": 5.0` if there are fewer than min(rows,
/// cols) values and the norm is known, and then with `"rounding": 2e-6` if the values were computed in 32 bits
/// ([`with_rounding`](Spectrum::with_rounding)). Reading applies the checks of [`Spectrum::new`] and [`Spectrum::leading`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Spectrum {
    rows: usize,
    cols: usize,
    singular_values: Vec<f64>,
    /// Set only if not all values are known; at least the norm of the known ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    frobenius_norm: Option<f64>,
    /// The error of ‖W‖_F² − Σσⱼ², as a share of ‖W‖_F².
    #[serde(skip_serializing_if = "is_double")]
    rounding: f64,
}

/// The [`rounding`](Spectrum::with_rounding) of values that were computed in 64 bits.
const DOUBLE: f64 = 2e-12;

fn is_double(rounding: &f64) -> bool {
    *rounding == DOUBLE
}

#[derive(Deserialize)]
struct Unchecked {
    rows: usize,
    cols: usize,
    singular_values: Vec<f64>,
    frobenius_norm: Option<f64>,
    rounding: Option<f64>,
}

/// By what share of itself ‖W‖_F may lie outside the range that the values allow: the error of a 32-bit svd.
const NORM_TOLERANCE: f64 = 1e-4;

impl Spectrum {
    /// The spectrum of `matrix`. The cost is that of [`svd::singular_values`]. Never panics.
    pub fn of(matrix: &Matrix) -> Self {
        let singular_values = svd::singular_values(matrix);
        Self { rows: matrix.rows(), cols: matrix.cols(), singular_values, frobenius_norm: None, rounding: DOUBLE }
    }

    /// The spectrum of [`Matrix::default`], as constants: a page that shows no other matrix does not contain the solver.
    pub(crate) fn of_default_matrix() -> Self {
        const SINGULAR_VALUES: [f64; 8] = [
            14.363567149632493,
            4.526552366217729,
            0.4245548829786074,
            0.3357108467970896,
            0.2538486568156667,
            0.22041066032679985,
            0.07371785382704417,
            0.043768032927521745,
        ];
        Self { rows: 8, cols: 8, singular_values: SINGULAR_VALUES.to_vec(), frobenius_norm: None, rounding: DOUBLE }
    }

    /// The smallest spectrum: of a 1×1 matrix with a 0.
    pub(crate) fn one_zero() -> Self {
        Self { rows: 1, cols: 1, singular_values: vec![0.0], frobenius_norm: None, rounding: DOUBLE }
    }

    /// A spectrum computed elsewhere: all min(`rows`, `cols`) singular values of a `rows` × `cols` matrix, largest first.
    ///
    /// # Errors
    /// [`SpectrumError`] names the first value that is not finite, negative or larger than the one before it, or says
    /// that the count does not fit the shape.
    pub fn new(rows: usize, cols: usize, singular_values: Vec<f64>) -> Result<Self, SpectrumError> {
        if singular_values.len() != rows.min(cols) {
            return Err(SpectrumError::Count { rows, cols, found: singular_values.len() });
        }
        Self::leading(rows, cols, singular_values, None)
    }

    /// The first k singular values of a `rows` × `cols` matrix W, largest first, and ‖W‖_F if it is known:
    /// `numpy.linalg.norm(W)`.
    ///
    /// A norm outside the range that the values allow, but within the error of a 32-bit svd, is moved to the nearest end of that
    /// range. A norm of `f64::MAX` counts as unknown, since larger norms are capped to it.
    ///
    /// # Errors
    /// [`SpectrumError`] as for [`Spectrum::new`], with 1 ≤ k ≤ min(`rows`, `cols`); or when ‖W‖_F is not finite, below
    /// √(σ₁² + … + σₖ²), or above the norm that W would have if all other values were σₖ.
    ///
    /// ```
    /// use lora_rank_explorer::Spectrum;
    ///
    /// let spectrum = Spectrum::leading(4096, 1024, vec![12.0, 3.0], Some(13.0))?;
    /// assert_eq!((spectrum.known_rank(), spectrum.max_rank()), (2, 1024));
    /// assert!(Spectrum::leading(4096, 1024, vec![12.0, 3.0], Some(10.0)).is_err());
    /// # Ok::<(), lora_rank_explorer::SpectrumError>(())
    /// ```
    pub fn leading(
        rows: usize,
        cols: usize,
        mut singular_values: Vec<f64>,
        frobenius_norm: Option<f64>,
    ) -> Result<Self, SpectrumError> {
        let (found, most) = (singular_values.len(), rows.min(cols));
        if found == 0 || found > most {
            return Err(SpectrumError::Count { rows, cols, found });
        }
        let mut previous = f64::INFINITY;
        for (i, value) in singular_values.iter_mut().enumerate() {
            *value += 0.0; // so that −0 is 0
            let value = *value;
            if !value.is_finite() || value < 0.0 {
                return Err(SpectrumError::NotASingularValue { index: i + 1 });
            }
            if value > previous {
                return Err(SpectrumError::Rises { index: i + 1 });
            }
            previous = value;
        }
        let frobenius_norm = match frobenius_norm {
            Some(norm) => Some(checked_norm(norm, &singular_values, most - found)?).filter(|&norm| norm < f64::MAX),
            None => None,
        };
        let mut spectrum = Self { rows, cols, singular_values, frobenius_norm, rounding: DOUBLE };
        if spectrum.is_complete() {
            spectrum.frobenius_norm = None;
        }
        Ok(spectrum)
    }

    /// The same, where ‖W‖_F² − Σσⱼ² may be off by this `share` of ‖W‖_F²: 2e-12 by default, and 2e-6 for values that were computed
    /// in 32 bits. A smaller share counts as 2e-12, one above 1 as 1. Of a complete spectrum nothing depends on it.
    ///
    /// ```
    /// use lora_rank_explorer::{Metric, ResidualCurve, Spectrum};
    ///
    /// let part = Spectrum::leading(4096, 4096, vec![4.0, 3.0], Some(5.000_01))?;
    /// let residual = |spectrum: &Spectrum| ResidualCurve::new(spectrum, Metric::Frobenius).residual_range(2);
    /// assert!((residual(&part).end() - 0.01).abs() < 1e-6);
    /// let in_32_bits = residual(&part.with_rounding(2e-6));
    /// assert!((in_32_bits.start() - 0.007).abs() < 1e-4 && (in_32_bits.end() - 0.0122).abs() < 1e-4);
    /// # Ok::<(), lora_rank_explorer::SpectrumError>(())
    /// ```
    #[must_use]
    pub fn with_rounding(mut self, share: f64) -> Self {
        if !self.is_complete() {
            self.rounding = if share > DOUBLE { share.min(1.0) } else { DOUBLE };
        }
        self
    }

    /// The error of ‖W‖_F² − Σσⱼ², as a share of ‖W‖_F².
    pub(crate) fn rounding(&self) -> f64 {
        self.rounding
    }

    /// How many rows the matrix has: m.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns the matrix has: n.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// σ₁ ≥ σ₂ ≥ … ≥ 0, as many as were given. If the spectrum is [complete](Self::is_complete), all others are 0.
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// The largest rank that the matrix can have: min(m, n), at least 1.
    pub fn max_rank(&self) -> usize {
        self.rows.min(self.cols)
    }

    /// How many singular values are known, from 1 to [`max_rank`](Self::max_rank). If they end in 0, all are known.
    pub fn known_rank(&self) -> usize {
        if self.is_complete() { self.max_rank() } else { self.singular_values.len() }
    }

    /// Whether all singular values are known: min(m, n) were given, or they end in 0, after which there are only zeros.
    ///
    /// ```
    /// use lora_rank_explorer::Spectrum;
    ///
    /// assert!(Spectrum::leading(4096, 1024, vec![12.0, 3.0, 0.0], None)?.is_complete());
    /// assert!(!Spectrum::leading(4096, 1024, vec![12.0, 3.0], None)?.is_complete());
    /// # Ok::<(), lora_rank_explorer::SpectrumError>(())
    /// ```
    pub fn is_complete(&self) -> bool {
        self.singular_values.len() == self.max_rank() || self.singular_values.last() == Some(&0.0)
    }

    /// ‖W‖_F; `None` if it was not given and the spectrum is not complete.
    pub fn frobenius_norm(&self) -> Option<f64> {
        self.frobenius_norm.or_else(|| self.is_complete().then(|| norm(&self.singular_values, 0)))
    }

    /// ‖W‖_F² = Σσⱼ²; `None` as for [`frobenius_norm`](Self::frobenius_norm). Overflows to infinity or underflows to 0 at the
    /// ends of the range of `f64`; the curve does not use it.
    pub fn total_energy(&self) -> Option<f64> {
        self.frobenius_norm().map(|norm| norm * norm)
    }
}

/// √(Σσⱼ²) over `values`, largest first, and `others` more values equal to the last; at most `f64::MAX`. The values are divided
/// by the largest and summed from the smallest up, so nothing overflows or underflows.
fn norm(values: &[f64], others: usize) -> f64 {
    let largest = values[0];
    if largest == 0.0 {
        return 0.0;
    }
    let square = |value: f64| (value / largest) * (value / largest);
    let others = others as f64 * square(values[values.len() - 1]);
    (largest * values.iter().rev().fold(others, |sum, &value| sum + square(value)).sqrt()).min(f64::MAX)
}

/// `rest` + Σ_{j>r} (σⱼ/σ₁)² for r = 0..=k over the k `values`, summed from the smallest up, so that no small term is lost. If
/// σ₁ = 0, every ratio counts as 0.
pub(crate) fn tails(values: &[f64], rest: f64) -> Vec<f64> {
    let largest = values.first().copied().filter(|&largest| largest > 0.0).unwrap_or(1.0);
    let mut tails = vec![rest];
    let mut tail = rest;
    for &value in values.iter().rev() {
        tail += (value / largest) * (value / largest);
        tails.push(tail);
    }
    tails.reverse();
    tails
}

/// The given ‖W‖_F, clamped to what `values` and `others` more values, each at most the last, allow.
fn checked_norm(given: f64, values: &[f64], others: usize) -> Result<f64, SpectrumError> {
    let (least, most) = (norm(values, 0), norm(values, others));
    if !given.is_finite() || given < least * (1.0 - NORM_TOLERANCE) || given > most * (1.0 + NORM_TOLERANCE) {
        return Err(SpectrumError::Norm { given, least, most });
    }
    Ok(given.max(least).min(most))
}

/// Takes the exact ‖W‖_F, and only the values that have converged: the others are mere bounds.
///
/// Fails with [`SpectrumError::Count`] if none has converged.
impl TryFrom<&svd::Leading> for Spectrum {
    type Error = SpectrumError;

    fn try_from(leading: &svd::Leading) -> Result<Self, SpectrumError> {
        if leading.converged() == 0 {
            return Err(SpectrumError::NotConverged { asked: leading.singular_values().len() });
        }
        let values = leading.singular_values()[..leading.converged()].to_vec();
        let spectrum = Self::leading(leading.rows(), leading.cols(), values, Some(leading.frobenius_norm()))?;
        Ok(spectrum.with_rounding(2.0 * leading.tolerance()))
    }
}

impl TryFrom<Unchecked> for Spectrum {
    type Error = SpectrumError;

    fn try_from(unchecked: Unchecked) -> Result<Self, SpectrumError> {
        let Unchecked { rows, cols, singular_values, frobenius_norm, rounding } = unchecked;
        let spectrum = Self::leading(rows, cols, singular_values, frobenius_norm)?;
        Ok(spectrum.with_rounding(rounding.unwrap_or(DOUBLE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_the_singular_values_of_the_default_matrix_bit_for_bit() {
        assert_eq!(Spectrum::of_default_matrix(), Spectrum::of(&Matrix::default()));
    }
}
