//! [`SpectrumError`]: why numbers are not a spectrum.

use std::fmt;

/// Why something is not a [`Spectrum`](crate::Spectrum). Values are counted from 1, as in σ₁.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SpectrumError {
    /// The number of values is 0, more than min(m, n), or, for [`Spectrum::new`](crate::Spectrum::new), fewer than that.
    Count {
        /// The rows given.
        rows: usize,
        /// The columns given.
        cols: usize,
        /// How many values there are.
        found: usize,
    },
    /// None of the leading singular values has converged, so none is certain: the spectrum is nearly flat.
    NotConverged {
        /// How many were asked for.
        asked: usize,
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
    /// ‖W‖_F does not fit the singular values.
    Norm {
        /// What was given.
        given: f64,
        /// √(Σσⱼ²) over the known values.
        least: f64,
        /// The same with every other value as large as the last known one.
        most: f64,
    },
}

impl fmt::Display for SpectrumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Count { rows, cols, found } => {
                let expected = rows.min(cols);
                let values = if expected == 1 { "value" } else { "values" };
                write!(f, "a {rows}×{cols} matrix has {expected} singular {values}, not {found}")
            }
            Self::NotConverged { asked } => write!(
                f,
                "none of {asked} leading singular values has converged: the spectrum is nearly flat; compute all of them instead"
            ),
            Self::NotASingularValue { index } => {
                write!(f, "singular value {index} is negative or not finite")
            }
            Self::Rises { index } => write!(f, "singular value {index} is larger than the one before it"),
            Self::Norm { given, least, most } => {
                write!(f, "the Frobenius norm is {given}, and the singular values allow {least} to {most}")
            }
        }
    }
}

impl std::error::Error for SpectrumError {}
