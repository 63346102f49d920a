//! [`FilePart`]: a part of a resized file, made from bytes of the old one.

use std::num::NonZeroUsize;
use std::ops::Range;

use crate::adapter::file::tensor::Tensor;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::kinds::shape::transposed;
use crate::adapter::problem::{Problem, Reason};
use crate::matrix::Matrix;
use crate::svd;

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
    Factors { layer: Box<Layer>, rank: NonZeroUsize, ratio: f64, sides: Vec<Side> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Down,
    Up,
}

/// How a layer changes.
pub(crate) struct Change {
    pub(crate) rank: NonZeroUsize,
    pub(crate) alpha: f64,
    /// The bytes of the new alpha if a tensor holds it, otherwise empty.
    pub(crate) alpha_bytes: Vec<u8>,
    /// The new scale.
    pub(crate) scale: f64,
    /// The old scale divided by the new one: the new factors are multiplied by it.
    pub(crate) ratio: f64,
}

impl FilePart {
    pub(crate) fn copy(tensor: &Tensor) -> Self {
        Self { ranges: vec![tensor.range()], origin: Origin::Copy }
    }

    pub(crate) fn given(bytes: Vec<u8>) -> Self {
        Self { ranges: Vec::new(), origin: Origin::Given(bytes) }
    }

    pub(crate) fn factors(layer: &Layer, change: &Change, side: Side) -> Self {
        let (rank, ratio) = (change.rank, change.ratio);
        let origin = Origin::Factors { layer: Box::new(layer.clone()), rank, ratio, sides: vec![side] };
        Self { ranges: layer.ranges(), origin }
    }

    /// Joins the two factors of a layer into one part if they are adjacent, and splits large copies. The bytes stay the same.
    pub(crate) fn joined(parts: impl Iterator<Item = Self>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::new();
        for part in parts {
            match (&part.origin, joined.last_mut().map(|last| &mut last.origin)) {
                (Origin::Factors { layer, sides, .. }, Some(Origin::Factors { layer: last, sides: all, .. }))
                    if last.down().name() == layer.down().name() =>
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
    /// [`Problem`] when there is a wrong number of bytes, a weight is not finite, or a number does not fit the dtype. Never
    /// panics.
    pub fn bytes(&self, mut old: Vec<Vec<u8>>) -> Result<Vec<u8>, Problem> {
        let expected: u64 = self.ranges.iter().map(|range| range.end - range.start).sum();
        let found: u64 = old.iter().map(|bytes| bytes.len() as u64).sum();
        if found != expected || old.len() != self.ranges.len() {
            return Err(Problem::file(Reason::Incomplete { found, expected }));
        }
        match &self.origin {
            Origin::Copy => Ok(old.pop().unwrap_or_default()),
            Origin::Given(bytes) => Ok(bytes.clone()),
            Origin::Factors { layer, rank, ratio, sides } => {
                let (b, a) = layer.factors(&old[0], &old[1])?;
                let problem = |error| Problem::module(layer.module(), Reason::Svd(error));
                let (b, a) = svd::truncated_product(&b, &a, *ratio, *rank).map_err(problem)?;
                let mut bytes = Vec::new();
                for side in sides {
                    let (matrix, tensor) = match side {
                        Side::Down => (&a, layer.down()),
                        Side::Up => (&b, layer.up()),
                    };
                    match layer.transposed() {
                        false => encode(matrix, tensor, &mut bytes)?,
                        true => encode(&transposed(tensor, matrix)?, tensor, &mut bytes)?,
                    }
                }
                Ok(bytes)
            }
        }
    }
}

fn encode(matrix: &Matrix, tensor: &Tensor, bytes: &mut Vec<u8>) -> Result<(), Problem> {
    let more = matrix.as_slice().len().saturating_mul(tensor.dtype().bytes().unwrap_or(1));
    bytes.try_reserve_exact(more).map_err(|_| tensor.problem(Reason::OutOfMemory { bytes: more as u64 }))?;
    for &entry in matrix.as_slice() {
        if !tensor.dtype().encode(entry, bytes).is_finite() {
            return Err(tensor.problem(Reason::DoesNotFit(entry)));
        }
    }
    Ok(())
}
