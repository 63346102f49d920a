//! [`FilePart`]: a part of a resized file, made from bytes of the old one.

use std::ops::Range;
use std::sync::Arc;

use super::recipe::Recipe;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::{Problem, Reason};

/// The most bytes that one part copies.
const MOST_BYTES: u64 = 4 << 20;

/// A part of a resized file: the ranges of the old one that it needs, and how it is made from them.
///
/// ```
/// # use lora_rank_explorer::adapter::{Adapter, sample};
/// # let sample = sample();
/// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, Some(&sample.config))?;
/// let resized = adapter.resize(&[4; 28])?;
/// let part = &resized.parts()[0];
/// assert_eq!(part.ranges().len(), 2, "a layer needs its A and its B");
/// assert!(part.bytes(vec![vec![], vec![]]).is_err(), "reads that gave nothing");
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug)]
pub struct FilePart {
    ranges: Vec<Range<u64>>,
    origin: Origin,
}

#[derive(Clone, Debug)]
enum Origin {
    Copy,
    Given(Vec<u8>),
    Factors { recipe: Arc<Recipe>, sides: Vec<Side> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Down,
    Up,
}

impl FilePart {
    pub(crate) fn copy(tensor: &Tensor) -> Self {
        Self { ranges: vec![tensor.range()], origin: Origin::Copy }
    }

    pub(crate) fn given(bytes: Vec<u8>) -> Self {
        Self { ranges: Vec::new(), origin: Origin::Given(bytes) }
    }

    pub(crate) fn factors(recipe: &Arc<Recipe>, side: Side) -> Self {
        let origin = Origin::Factors { recipe: Arc::clone(recipe), sides: vec![side] };
        Self { ranges: recipe.ranges(), origin }
    }

    /// Joins the two factors of a layer into one part if they are adjacent, and splits large copies. The bytes stay the same.
    pub(crate) fn joined(parts: impl Iterator<Item = Self>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::new();
        for part in parts {
            match (&part.origin, joined.last_mut().map(|last| &mut last.origin)) {
                (Origin::Factors { recipe, sides }, Some(Origin::Factors { recipe: last, sides: all }))
                    if Arc::ptr_eq(recipe, last) =>
                {
                    all.extend(sides);
                }
                (Origin::Copy, _) => {
                    let range = part.ranges[0].clone();
                    let starts = range.clone().step_by(MOST_BYTES as usize);
                    let parts = starts.map(|start| start..range.end.min(start + MOST_BYTES));
                    joined.extend(parts.map(|part| Self { ranges: vec![part], origin: Origin::Copy }));
                }
                _ => joined.push(part),
            }
        }
        joined
    }

    /// The ranges of the old file that [`bytes`](Self::bytes) needs.
    pub fn ranges(&self) -> &[Range<u64>] {
        &self.ranges
    }

    /// The bytes of this part, from those of the old file in [`ranges`](Self::ranges), one vector for each range.
    ///
    /// # Errors
    /// [`Problem`] when there is a wrong number of bytes or not enough memory. Where [the checks](super::resize::Resized::checks) have not
    /// been run, also when a weight is not finite or a number does not fit the dtype. Never panics.
    pub fn bytes(&self, mut old: Vec<Vec<u8>>) -> Result<Vec<u8>, Problem> {
        check_lengths(&self.ranges, &old)?;
        match &self.origin {
            Origin::Copy => Ok(old.pop().unwrap_or_default()),
            Origin::Given(bytes) => Ok(bytes.clone()),
            Origin::Factors { recipe, sides } => {
                let [down, up] = recipe.factors(&old)?;
                match sides[..] {
                    [Side::Down] => Ok(down),
                    [Side::Up] => Ok(up),
                    _ => joined_bytes(down, up),
                }
            }
        }
    }
}

/// Checks that each range has its bytes.
pub(super) fn check_lengths(ranges: &[Range<u64>], bytes: &[Vec<u8>]) -> Result<(), Problem> {
    let expected: u64 = ranges.iter().map(|range| range.end - range.start).sum();
    let found: u64 = bytes.iter().map(|bytes| bytes.len() as u64).sum();
    match found == expected && bytes.len() == ranges.len() {
        true => Ok(()),
        false => Err(Problem::file(Reason::Incomplete { found, expected })),
    }
}

fn joined_bytes(mut first: Vec<u8>, second: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let bytes = (first.len() + second.len()) as u64;
    first.try_reserve_exact(second.len()).map_err(|_| Problem::file(Reason::OutOfMemory { bytes }))?;
    first.extend(second);
    Ok(first)
}
