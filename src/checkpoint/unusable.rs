//! [`Unusable`]: tensors of the same name that are no pair, and why.

use std::fmt;

use super::side::Side;

/// Two tensors of the same name that are no pair.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unusable {
    /// The name in the base.
    pub name: String,
    /// Why.
    pub why: WhyUnusable,
}

/// Why two tensors of the same name are no pair.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyUnusable {
    /// Their shapes differ.
    Shapes {
        /// The base's.
        base: Vec<u64>,
        /// The tuned model's.
        tuned: Vec<u64>,
    },
    /// A dtype is not read.
    Dtype {
        /// On which side.
        side: Side,
        /// Its name.
        dtype: String,
    },
    /// The numbers are scaled by a tensor that is not read.
    Scale {
        /// On which side.
        side: Side,
        /// The name of the scales.
        name: String,
        /// Why they are not read.
        why: String,
    },
    /// It has eight bits, and a part of the checkpoint that is missing or cannot be read may have its scales.
    MissingScale {
        /// On which side.
        side: Side,
    },
    /// There is no number in them, or more than can be counted.
    Size,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "`{}`: ", self.name)?;
        match &self.why {
            WhyUnusable::Shapes { base, tuned } => {
                write!(f, "the shape is {base:?} in the base and {tuned:?} in the tuned model")
            }
            WhyUnusable::Dtype { side, dtype } => write!(f, "its dtype {dtype} in {side} is not read"),
            WhyUnusable::Scale { side, name, why } => write!(f, "in {side} it is scaled by `{name}`, {why}"),
            WhyUnusable::MissingScale { side } => write!(
                f,
                "in {side} it has eight bits, and its scales may be in a part that is missing or cannot be read: add the files"
            ),
            WhyUnusable::Size => f.write_str("it has no numbers, or more than can be counted"),
        }
    }
}
