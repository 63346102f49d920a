//! [`RankRuleError`]: why something is not a rule.

use std::fmt;

/// Why something is not a [`RankRule`](crate::RankRule).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum RankRuleError {
    /// The threshold is outside its range, or not a number.
    Threshold {
        /// The tool and its rule, as in `PEFT`.
        rule: &'static str,
        /// What was given.
        given: f64,
        /// The range, in words.
        range: &'static str,
    },
    /// ‖W_base‖_F is not a positive, finite number.
    BaseNorm {
        /// What was given.
        given: f64,
    },
    /// A budget of 0 bytes.
    NoBudget,
    /// Values of 0 bytes.
    NoWidth,
    /// A cap of rank 0.
    NoRank,
}

impl fmt::Display for RankRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Threshold { rule, given, range } => {
                write!(f, "{rule}: the threshold is {given}, and must be {range}")
            }
            Self::BaseNorm { given } => write!(f, "the base norm is {given}, and must be above 0 and finite"),
            Self::NoBudget => f.write_str("the budget is 0 bytes"),
            Self::NoWidth => f.write_str("a value takes at least 1 byte, not 0"),
            Self::NoRank => f.write_str("the largest rank is 0, and must be at least 1"),
        }
    }
}

impl std::error::Error for RankRuleError {}
