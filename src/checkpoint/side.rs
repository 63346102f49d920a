//! [`Side`]: which of the two checkpoints.

use std::fmt;

/// One of the two checkpoints. Which is which only a person can say: swapped, ΔW has the same singular values, and the LoRA would
/// lead from the tuned model back to the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// What training began with: W.
    Base,
    /// What it ended with: W′.
    Tuned,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Base => "the base",
            Self::Tuned => "the tuned model",
        })
    }
}
