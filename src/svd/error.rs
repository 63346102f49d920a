//! [`SvdError`]: why there is nothing to decompose.

use std::fmt;

/// Why singular values could not be computed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SvdError {
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
            Self::Factors { columns, rows } => {
                write!(f, "B has {columns} columns where A has {rows} rows: there is no product B·A")
            }
            Self::Scale(scale) => write!(f, "the scale of B·A is {scale}, which is not finite"),
        }
    }
}

impl std::error::Error for SvdError {}
