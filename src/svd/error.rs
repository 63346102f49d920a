//! [`SvdError`]: why the singular values could not be computed.

use std::fmt;

use crate::matrix::MatrixError;

/// Why singular values could not be computed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SvdError {
    /// The entries do not form a matrix: a side is zero, their number does not fit the shape, or one is not finite.
    Matrix(MatrixError),
    /// The requested rank is 0.
    RankZero,
    /// An allocation failed.
    Memory {
        /// The size of the allocation.
        bytes: usize,
    },
    /// The factors of a product B·A do not fit: B does not have as many columns as A has rows.
    Factors {
        /// The number of columns of B.
        columns: usize,
        /// The number of rows of A.
        rows: usize,
    },
    /// The scale of a product is NaN or infinite.
    Scale(f64),
}

impl fmt::Display for SvdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matrix(error) => error.fmt(f),
            Self::RankZero => f.write_str("the rank must be at least 1, not 0"),
            Self::Memory { bytes } => write!(f, "there is no memory for the {bytes} bytes that the svd needs"),
            Self::Factors { columns, rows } => {
                write!(f, "B has {columns} columns but A has {rows} rows, so B·A is not defined")
            }
            Self::Scale(scale) => write!(f, "the scale of B·A is {scale}, which is not finite"),
        }
    }
}

impl std::error::Error for SvdError {}

impl From<MatrixError> for SvdError {
    fn from(error: MatrixError) -> Self {
        Self::Matrix(error)
    }
}

/// Reserves room for exactly `count` more items.
pub(crate) fn reserve<T>(vec: &mut Vec<T>, count: usize) -> Result<(), SvdError> {
    vec.try_reserve_exact(count).map_err(|_| SvdError::Memory { bytes: count.saturating_mul(size_of::<T>()) })
}

/// Collects `count` items.
pub(crate) fn collected<T>(count: usize, items: impl Iterator<Item = T>) -> Result<Vec<T>, SvdError> {
    let mut vec = Vec::new();
    reserve(&mut vec, count)?;
    vec.extend(items);
    Ok(vec)
}

/// `count` copies of `zero`.
pub(crate) fn zeros<T: Clone>(count: usize, zero: T) -> Result<Vec<T>, SvdError> {
    let mut vec = Vec::new();
    reserve(&mut vec, count)?;
    vec.resize(count, zero);
    Ok(vec)
}
