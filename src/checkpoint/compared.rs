//! [`Compared`]: how many of the pairs that were computed differ at all.

use std::fmt;

use super::difference::Difference;

/// Counts the pairs that have been computed, and those of them that do not differ.
///
/// ```
/// use lora_rank_explorer::checkpoint::Compared;
///
/// let compared = Compared::default();
/// assert_eq!((compared.pairs(), compared.are_the_same()), (0, false));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    pairs: usize,
    unchanged: usize,
}

impl Compared {
    /// Counts another pair.
    pub fn add(&mut self, difference: &Difference) {
        self.pairs += 1;
        self.unchanged += usize::from(difference.is_unchanged());
    }

    /// How many were computed.
    pub fn pairs(&self) -> usize {
        self.pairs
    }

    /// How many of them do not differ.
    pub fn unchanged(&self) -> usize {
        self.unchanged
    }

    /// Whether there were some and none differs: the same model twice. Models that were swapped cannot be told by their numbers.
    pub fn are_the_same(&self) -> bool {
        self.pairs > 0 && self.unchanged == self.pairs
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} of {} pairs do not differ", self.unchanged, self.pairs)?;
        match self.are_the_same() {
            true => f.write_str(": base and tuned model are the same, perhaps one file chosen twice"),
            false => Ok(()),
        }
    }
}
