//! [`NotApplicable`]: why a rule or a suggestion gives no rank.

use std::fmt;

/// Why a [`RankRule`](crate::RankRule) or a [`RankSuggestion`](crate::RankSuggestion) gives no rank for a spectrum. Its text is
/// half a sentence, to follow a name and a colon.
///
/// ```
/// use lora_rank_explorer::{RankSuggestion, Spectrum};
///
/// let zero = Spectrum::new(2, 3, vec![0.0, 0.0])?;
/// let reason = RankSuggestion::StableRank.rank(&zero).unwrap_err();
/// assert_eq!(reason.to_string(), "every singular value is 0");
/// # Ok::<(), lora_rank_explorer::SpectrumError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotApplicable {
    /// The known singular values leave more than one rank possible.
    Between {
        /// The smallest possible rank.
        least: usize,
        /// The largest.
        most: usize,
        /// How many singular values are known.
        known: usize,
        /// How many there are.
        of: usize,
    },
    /// All singular values are needed, but only the first are known.
    Incomplete {
        /// How many are known.
        known: usize,
        /// How many there are.
        of: usize,
    },
    /// ‖W‖_F is needed, but unknown.
    NormUnknown,
    /// W = 0.
    AllZero,
    /// The tool's sums overflow its number format, so the tool gives no rank either.
    Overflow {
        /// The bits of that format.
        bits: u32,
    },
    /// Not even rank 1 fits.
    OverBudget {
        /// The bytes of rank 1.
        needed: u64,
        /// The bytes that were allowed.
        budget: u64,
    },
    /// Too few singular values are above the rounding errors.
    TooFewValues {
        /// How many there are.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The singular values that are compared are all equal.
    Flat,
    /// Some singular values are 0 up to rounding, as in a product B·A: there is no noise to measure.
    RankDeficient {
        /// The numerical rank.
        rank: usize,
        /// min(m, n).
        of: usize,
    },
    /// No singular value is above the noise.
    AllNoise,
}

impl fmt::Display for NotApplicable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Between { least, most, known, of } => {
                write!(f, "between rank {least} and {most}, with {known} of {of} singular values known")
            }
            Self::Incomplete { known, of } => write!(f, "needs all {of} singular values, with {known} known"),
            Self::NormUnknown => f.write_str("needs ‖W‖_F or all singular values"),
            Self::AllZero => f.write_str("every singular value is 0"),
            Self::Overflow { bits } => write!(f, "its sums exceed the range of {bits}-bit numbers"),
            Self::OverBudget { needed, budget } => write!(f, "rank 1 needs {needed} bytes, more than {budget}"),
            Self::TooFewValues { found, needed } => {
                write!(f, "needs {needed} singular values above 0, but finds {found}")
            }
            Self::Flat => f.write_str("the singular values do not differ"),
            Self::RankDeficient { rank, of } => write!(f, "W has rank {rank} of {of}, so it holds no noise to measure"),
            Self::AllNoise => f.write_str("no singular value is above the noise"),
        }
    }
}

impl std::error::Error for NotApplicable {}
