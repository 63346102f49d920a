//! [`Spectrum`]: the singular values of a matrix with its shape. What every input becomes before it is drawn.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Matrix, svd};

/// The singular values σ₁ ≥ σ₂ ≥ … ≥ 0 of an m × n matrix, all min(m, n) of them, with its shape.
///
/// ```
/// use lora_rank_explorer::{Matrix, Spectrum};
///
/// let w = Matrix::from_rows(&[[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]])?;
/// let spectrum = Spectrum::of(&w);
/// assert_eq!(spectrum.singular_values(), [4.0, 3.0]);
/// assert_eq!(spectrum.total_energy(), 25.0);
/// # Ok::<(), lora_rank_explorer::MatrixError>(())
/// ```
///
/// JSON: `{"rows": 3, "cols": 2, "singular_values": [4.0, 3.0]}`, read through the checks of [`Spectrum::new`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Spectrum {
    rows: usize,
    cols: usize,
    singular_values: Vec<f64>,
}

#[derive(Deserialize)]
struct Unchecked {
    rows: usize,
    cols: usize,
    singular_values: Vec<f64>,
}

impl Spectrum {
    /// The spectrum of `matrix`. The cost is that of [`svd::singular_values`]. Never panics.
    pub fn of(matrix: &Matrix) -> Self {
        Self { rows: matrix.rows(), cols: matrix.cols(), singular_values: svd::singular_values(matrix) }
    }

    /// A spectrum computed elsewhere: the min(`rows`, `cols`) singular values of a `rows` × `cols` matrix, largest first.
    ///
    /// # Errors
    /// [`SpectrumError`] names the first value that is not finite, negative or larger than the one before it, or says
    /// that the count does not fit the shape.
    pub fn new(rows: usize, cols: usize, singular_values: Vec<f64>) -> Result<Self, SpectrumError> {
        let expected = rows.min(cols);
        if expected == 0 || singular_values.len() != expected {
            return Err(SpectrumError::Count { rows, cols, found: singular_values.len() });
        }
        let mut previous = f64::INFINITY;
        for (i, &value) in singular_values.iter().enumerate() {
            if !value.is_finite() || value < 0.0 {
                return Err(SpectrumError::NotASingularValue { index: i + 1 });
            }
            if value > previous {
                return Err(SpectrumError::Rises { index: i + 1 });
            }
            previous = value;
        }
        Ok(Self { rows, cols, singular_values })
    }

    /// How many rows the matrix has: m.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns the matrix has: n.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// σ₁ ≥ σ₂ ≥ … ≥ 0.
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// The largest rank there is to choose: min(m, n), at least 1.
    pub fn max_rank(&self) -> usize {
        self.singular_values.len()
    }

    /// ‖W‖_F² = Σσⱼ². Infinite where that exceeds the range of an `f64` (‖W‖_F above 1.3e154); the curve does not use it.
    pub fn total_energy(&self) -> f64 {
        self.singular_values.iter().rev().map(|value| value * value).sum()
    }
}

impl TryFrom<Unchecked> for Spectrum {
    type Error = SpectrumError;

    fn try_from(unchecked: Unchecked) -> Result<Self, SpectrumError> {
        Self::new(unchecked.rows, unchecked.cols, unchecked.singular_values)
    }
}

/// Why something is not a [`Spectrum`]. Values are counted from 1, as in σ₁.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpectrumError {
    /// An m × n matrix has min(m, n) singular values, and at least one.
    Count {
        /// The rows given.
        rows: usize,
        /// The columns given.
        cols: usize,
        /// How many values there are.
        found: usize,
    },
    /// A value is negative, NaN or infinite.
    NotASingularValue {
        /// Which one.
        index: usize,
    },
    /// A value is larger than the one before it.
    Rises {
        /// Which one.
        index: usize,
    },
}

impl fmt::Display for SpectrumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Count { rows, cols, found } => {
                let expected = rows.min(cols);
                write!(f, "a {rows}×{cols} matrix has {expected} singular values, not {found}")
            }
            Self::NotASingularValue { index } => {
                write!(f, "singular value {index} is negative or not finite")
            }
            Self::Rises { index } => write!(f, "singular value {index} is larger than the one before it"),
        }
    }
}

impl std::error::Error for SpectrumError {}
