//! [`AxesError`]: what is wrong with axes, and where.

use std::fmt;

/// What is wrong with [`Axes`](crate::Axes) or a [`RankScale`](crate::RankScale). Rungs are counted from 1.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AxesError {
    /// A ladder without rungs.
    EmptyLadder,
    /// A ladder that starts with 0.
    RungZero,
    /// A rung that is not above the one before it.
    RungDoesNotRise {
        /// Which one.
        index: usize,
    },
    /// A ladder without a rung that is a rank on the axis.
    NoRung {
        /// The smallest rank of the axis.
        first: usize,
        /// The largest.
        last: usize,
    },
    /// A largest rank of 0.
    MaxRankZero,
    /// A base norm that is not finite or not above 0.
    BaseNorm {
        /// What was given.
        norm: f64,
    },
}

impl fmt::Display for AxesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::EmptyLadder => f.write_str("the ladder of ranks is empty"),
            Self::RungZero => f.write_str("the first rung of the ladder is 0, and ranks start at 1"),
            Self::RungDoesNotRise { index } => write!(f, "rung {index} of the ladder is not above the one before it"),
            Self::NoRung { first, last } => write!(f, "no rung of the ladder lies between {first} and {last}"),
            Self::MaxRankZero => f.write_str("the axis ends at rank 0, and ranks start at 1"),
            Self::BaseNorm { norm } => {
                let name = match norm {
                    _ if norm.is_nan() => "NaN",
                    0.0 => "0",
                    _ if norm < 0.0 => "negative",
                    _ => "infinite",
                };
                write!(f, "the base norm is {name}, and must be finite and above 0")
            }
        }
    }
}

impl std::error::Error for AxesError {}
