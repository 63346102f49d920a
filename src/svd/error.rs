//! [`SvdError`]: why there is nothing to decompose.

use std::fmt;

use crate::matrix::MatrixError;

/// Why singular values could not be computed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SvdError {
    /// The entries are no matrix: a side is zero, their number does not fit the shape, or one is not finite.
    Matrix(MatrixError),
    /// None of the leading values was asked for.
    RankZero,
    /// The memory for the computation cannot be had.
    Memory {
        /// How much was asked for in one piece.
        bytes: usize,
    },
    /// The factors of a product B·A do not fit: B has not as many columns as A has rows.
    Factors {
        /// The columns of B.
        columns: usize,
        /// The rows of A.
        rows: usize,
    },
    /// The scale of a product is NaN or infinite.
    Scale(f64),
}

impl fmt::Display for SvdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matrix(error) => error.fmt(f),
            Self::RankZero => f.write_str("rank 0 asks for no singular value: it must be at least 1"),
            Self::Memory { bytes } => write!(f, "there is no memory for the {bytes} bytes that the svd needs"),
            Self::Factors { columns, rows } => {
                write!(f, "B has {columns} columns where A has {rows} rows: there is no product B·A")
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

/// Makes room for exactly `count` more, or says how many bytes cannot be had.
pub(crate) fn reserve<T>(vec: &mut Vec<T>, count: usize) -> Result<(), SvdError> {
    vec.try_reserve_exact(count).map_err(|_| SvdError::Memory { bytes: count.saturating_mul(size_of::<T>()) })
}

/// The `count` items, or how many bytes cannot be had.
pub(crate) fn collected<T>(count: usize, items: impl Iterator<Item = T>) -> Result<Vec<T>, SvdError> {
    let mut vec = Vec::new();
    reserve(&mut vec, count)?;
    vec.extend(items);
    Ok(vec)
}

/// As many copies of `zero`, or how many bytes cannot be had.
pub(crate) fn zeros<T: Clone>(count: usize, zero: T) -> Result<Vec<T>, SvdError> {
    let mut vec = Vec::new();
    reserve(&mut vec, count)?;
    vec.resize(count, zero);
    Ok(vec)
}
