//! [`Pair`]: a tensor of the base with the same of the tuned model, and how their bytes become ΔW.

use super::difference::Difference;
use super::files::FileRange;
use super::names::PairKind;
use super::numbers::{BLOCK, Numbers};
use super::problem::CheckpointProblem;
use super::scaling::Scaling;
use super::side::Side;
use crate::adapter::file::read::{ReadBytes, read};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::{Location, Problem, Reason};

/// A weight in both checkpoints. It holds no numbers: those are read on request, one pair at a time.
///
/// ```
/// use lora_rank_explorer::checkpoint::{Checkpoint, Pairing, PairKind, sample};
///
/// let sample = sample();
/// let open = |model: &lora_rank_explorer::checkpoint::SampleModel| {
///     let files = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
///     Checkpoint::open(Some(&model.index), &mut files.collect::<Vec<_>>())
/// };
/// let pairing = Pairing::new(&open(&sample.base)?, &open(&sample.tuned)?);
/// let pair = pairing.pairs().iter().find(|pair| pair.name() == "layers.0.self_attn.q_proj.weight").unwrap();
/// assert_eq!((pair.kind(), pair.rows(), pair.cols()), (PairKind::Linear, 256, 256));
///
/// let files = |model: &lora_rank_explorer::checkpoint::SampleModel| -> Vec<Vec<u8>> {
///     model.files.iter().map(|(_, bytes)| bytes.clone()).collect()
/// };
/// let (base, tuned) = (files(&sample.base), files(&sample.tuned));
/// let mut sources = [&base, &tuned].map(|files| files.iter().map(|file| &file[..]).collect::<Vec<&[u8]>>());
/// let [base, tuned] = &mut sources;
/// let difference = pair.read(base, tuned)?;
/// assert!(difference.frobenius_norm() > 0.0);
/// # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub(super) name: String,
    /// The name as the model has it that a LoRA is loaded in.
    pub(super) in_model: String,
    pub(super) kind: PairKind,
    pub(super) rows: usize,
    pub(super) cols: usize,
    /// Whether the layer is stored as in × out, as GPT-2's `Conv1D` is.
    pub(super) is_transposed: bool,
    /// Whether it is of diffusers' FLUX.
    pub(super) is_diffusers_flux: bool,
    /// Of the base and of the tuned model.
    pub(super) stored: [Stored; 2],
}

/// A tensor with its file and its scales.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) side: Side,
    pub(super) file: usize,
    pub(super) file_name: String,
    pub(super) tensor: Tensor,
    pub(super) scaling: Option<Scaling>,
}

impl Pair {
    /// The name without the prefixes of containers.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the weight is.
    pub fn kind(&self) -> PairKind {
        self.kind
    }

    /// The tensor on one side, with its full name and dtype.
    pub fn tensor(&self, side: Side) -> &Tensor {
        &self.stored(side).tensor
    }

    /// How many rows ΔW has: m. 1 for what is neither a linear layer nor a convolution nor an embedding.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns ΔW has: n. For a convolution in·kernel.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Which bytes of which files [`difference`](Self::difference) needs of one side: those of the tensor, then those of its
    /// scales, if it has any.
    pub fn ranges(&self, side: Side) -> Vec<FileRange> {
        let stored = self.stored(side);
        let own = FileRange { file: stored.file, range: stored.tensor.range() };
        let scales =
            stored.scaling.iter().map(|scaling| FileRange { file: scaling.file, range: scaling.tensor.range() });
        [own].into_iter().chain(scales).collect()
    }

    /// How many bytes both sides have in their files.
    pub fn bytes(&self) -> u64 {
        let ranges = [Side::Base, Side::Tuned].map(|side| self.ranges(side));
        ranges.iter().flatten().map(|range| range.range.end - range.range.start).sum()
    }

    /// What a pair takes at once, in bytes, to have its leading spectrum and its best factors up to `rank`: the bytes of both
    /// sides and ΔW in 32 bits, and 30 % more. For the decision how many workers a machine has room for, and which layer it has
    /// none for.
    ///
    /// Where the smaller side of ΔW is below twice the [directions](crate::svd::LeadingSolver) that the rank asks for, all values
    /// are computed, from a copy in 64 bits; that is in it.
    ///
    /// ```
    /// use lora_rank_explorer::checkpoint::memory;
    ///
    /// let (bytes, entries) = (2 * 2 * 4096 * 4096, 4 * 4096 * 4096);
    /// assert_eq!(memory(bytes, 4096, 4096, 64), (bytes + entries) * 13 / 10);
    /// ```
    pub fn memory(&self, rank: usize) -> u64 {
        memory(self.bytes(), self.rows, self.cols, rank)
    }

    /// ΔW = W′ − W, from the bytes of [`ranges`](Self::ranges) of both sides.
    ///
    /// Differences of numbers of at most 32 bits are rounded once, to 32 bits; others are computed in 64 bits, and rounded then.
    ///
    /// # Errors
    /// [`CheckpointProblem::Tensor`] names the first number that is not finite, or bytes of another length than the ranges have;
    /// [`CheckpointProblem::TooLarge`] a difference that exceeds 32 bits; [`CheckpointProblem::Memory`]. Never panics.
    pub fn difference(&self, base: &[Vec<u8>], tuned: &[Vec<u8>]) -> Result<Difference, CheckpointProblem> {
        let numbers = [Numbers::new(self, &self.stored[0], base)?, Numbers::new(self, &self.stored[1], tuned)?];
        Difference::of(self, numbers)
    }

    /// Reads both sides and computes ΔW. Sources stand in the order of the files of their checkpoint.
    ///
    /// # Errors
    /// As [`difference`](Self::difference), and [`CheckpointProblem::Tensor`] where a read fails: a file was changed or removed.
    pub fn read<R: ReadBytes>(&self, base: &mut [R], tuned: &mut [R]) -> Result<Difference, CheckpointProblem> {
        let base = self.read_bytes(Side::Base, base)?;
        let tuned = self.read_bytes(Side::Tuned, tuned)?;
        self.difference(&base, &tuned)
    }

    /// Reads the bytes of [`ranges`](Self::ranges) of one side, in their order.
    ///
    /// # Errors
    /// [`CheckpointProblem::Tensor`] where a read fails.
    pub fn read_bytes<R: ReadBytes>(&self, side: Side, sources: &mut [R]) -> Result<Vec<Vec<u8>>, CheckpointProblem> {
        let stored = self.stored(side);
        let location = || Location::Tensor(stored.tensor.name().to_owned());
        let bytes = |FileRange { file, range }: FileRange| match sources.get_mut(file) {
            Some(source) => read(source, range, location()).map_err(|problem| stored.problem(problem)),
            None => {
                let error = "its file was not given".to_owned();
                Err(stored.problem(Problem::new(location(), Reason::Read { range, error })))
            }
        };
        self.ranges(side).into_iter().map(bytes).collect()
    }

    /// Checks that the tuned side, with the bytes of its [`ranges`](Self::ranges), has finite numbers only.
    pub(super) fn check_tuned(&self, bytes: &[Vec<u8>]) -> Result<(), CheckpointProblem> {
        let numbers = Numbers::new(self, &self.stored[1], bytes)?;
        let (count, mut block) = (self.rows * self.cols, [0.0; BLOCK]);
        (0..count).step_by(BLOCK).try_for_each(|from| numbers.decode(from, &mut block[..BLOCK.min(count - from)]))
    }

    pub(super) fn stored(&self, side: Side) -> &Stored {
        match side {
            Side::Base => &self.stored[0],
            Side::Tuned => &self.stored[1],
        }
    }

    pub(super) fn memory_problem(&self, entries: usize, of: usize) -> CheckpointProblem {
        CheckpointProblem::Memory { name: self.name.clone(), bytes: entries.saturating_mul(of) as u64 }
    }
}

impl Stored {
    pub(super) fn problem(&self, problem: Problem) -> CheckpointProblem {
        CheckpointProblem::Tensor { side: self.side, file: self.file_name.clone(), problem }
    }
}

/// [`Pair::memory`] of an m × n pair whose two sides have `bytes` bytes in their files.
pub fn memory(bytes: u64, rows: usize, cols: usize, rank: usize) -> u64 {
    let entries = (rows as u64).saturating_mul(cols as u64);
    let difference = entries.saturating_mul(4);
    let sum = u128::from(bytes) + u128::from(difference);
    let usual = u64::try_from(sum * 13 / 10).unwrap_or(u64::MAX);
    let directions = rank.saturating_mul(5).div_ceil(2).saturating_add(72).max(rank.saturating_add(128));
    // All values are computed then, from a copy in 64 bits.
    let copy = if rows.min(cols) / 2 < directions { entries.saturating_mul(8) } else { 0 };
    // What does not depend on the size of the layer matters for small ones.
    usual.saturating_add(copy).max(difference.saturating_add(copy).saturating_add(8 << 20))
}
