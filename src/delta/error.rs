//! [`DeltaError`]: why there is no ΔW.

use std::fmt;

use crate::matrix::MatrixError;
use crate::svd::SvdError;

/// Why a ΔW cannot be made, or its spectrum or factors cannot be computed. Rows, columns and parts are counted from 1.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DeltaError {
    /// Two factors cannot be multiplied: the first has not as many columns as the second has rows.
    Factors {
        /// The columns of the first.
        columns: usize,
        /// The rows of the second.
        rows: usize,
    },
    /// Two matrices that are added, subtracted or multiplied entry by entry differ in shape.
    Shapes {
        /// Rows and columns of the first.
        first: (usize, usize),
        /// Rows and columns of the other.
        other: (usize, usize),
    },
    /// A side cannot be split into as many equal parts.
    Split {
        /// The side: "A's rows", "B's columns" and so on.
        side: &'static str,
        /// How long it is.
        length: usize,
        /// How many parts there should be.
        parts: usize,
    },
    /// There is no such expert.
    Expert {
        /// The one asked for, counted from 0 as in the file.
        expert: usize,
        /// How many there are.
        experts: usize,
    },
    /// The diagonal between B and A has another length than they have.
    Diagonal {
        /// Its length.
        found: usize,
        /// The columns of B.
        expected: usize,
    },
    /// A number of the diagonal is NaN or infinite.
    DiagonalNotFinite {
        /// Which one.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// A scale, or a coefficient of a sum, is NaN or infinite.
    Scale(f64),
    /// A sum of nothing has no shape.
    NoParts,
    /// The matrix has more rows, columns or entries than can be counted.
    TooLarge,
    /// An entry exceeds `f64::MAX`.
    Overflow(MatrixError),
    /// Of the leading singular values none is certain yet: the spectrum is too flat. The whole spectrum can be computed.
    NoneCertain,
    /// The memory cannot be had.
    Memory {
        /// How much was asked for in one piece.
        bytes: usize,
    },
    /// The svd fails for another reason.
    Svd(SvdError),
}

impl fmt::Display for DeltaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Factors { columns, rows } => {
                write!(
                    f,
                    "the first factor has {columns} columns where the second has {rows} rows: they have no product"
                )
            }
            Self::Shapes { first: (m, n), other: (p, q) } => {
                write!(f, "one matrix is {m}×{n} and the other {p}×{q}: they must have the same shape")
            }
            Self::Split { side, length, parts } => {
                write!(f, "{side} are {length}, which {parts} equal parts do not make up")
            }
            Self::Expert { expert, experts } => {
                write!(f, "there is no expert {expert}: they are counted from 0, and there are {experts}")
            }
            Self::Diagonal { found, expected } => {
                write!(f, "the diagonal has {found} numbers where B has {expected} columns")
            }
            Self::DiagonalNotFinite { index, value } => {
                write!(f, "number {index} of the diagonal is {value}, which is not finite")
            }
            Self::Scale(scale) => write!(f, "the scale is {scale}, which is not finite"),
            Self::NoParts => f.write_str("a sum needs at least one part"),
            Self::TooLarge => f.write_str("the matrix has more entries than can be counted"),
            Self::Overflow(error) => write!(f, "the result exceeds the range of 64-bit numbers: {error}"),
            Self::NoneCertain => {
                f.write_str("no leading singular value is certain yet, the spectrum is too flat: compute all of it")
            }
            Self::Memory { bytes } => {
                write!(f, "there is no memory for {bytes} bytes that the matrix or its svd needs")
            }
            Self::Svd(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DeltaError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Svd(error) => Some(error),
            Self::Overflow(error) => Some(error),
            _ => None,
        }
    }
}

impl From<SvdError> for DeltaError {
    fn from(error: SvdError) -> Self {
        match error {
            SvdError::Memory { bytes } => Self::Memory { bytes },
            SvdError::Factors { columns, rows } => Self::Factors { columns, rows },
            SvdError::Scale(scale) => Self::Scale(scale),
            error => Self::Svd(error),
        }
    }
}
