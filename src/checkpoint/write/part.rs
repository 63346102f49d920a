//! [`LoraPart`]: what a file says about one pair.

use serde::{Deserialize, Serialize};

use super::options::LoraOptions;
use crate::adapter::file::dtype::Dtype;
use crate::adapter::problem::Location;
use crate::adapter::write::encode::encode;
use crate::adapter::write::options::Names;
use crate::checkpoint::difference::Difference;
use crate::checkpoint::low_rank::LowRank;
use crate::checkpoint::names::PairKind;
use crate::checkpoint::pair::Pair;
use crate::checkpoint::problem::CheckpointProblem;
use crate::checkpoint::side::Side;
use crate::matrix::Matrix;

/// What a [`LoraFile`](super::file::LoraFile) says about one pair: two factors, or a parameter whole. It holds the encoded bytes.
///
/// JSON holds all but the bytes, which [`take_bytes`](Self::take_bytes) gives: a program that makes the parts in several processes or
/// workers keeps them wherever it has room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoraPart {
    pub(super) name: String,
    /// The path of the module as PEFT knows it.
    pub(super) path: String,
    /// 0 for a parameter that is written whole.
    pub(super) rank: usize,
    /// Whether B·A is the transpose of ΔW as it is stored, as PEFT has it with `fan_in_fan_out`.
    #[serde(default)]
    pub(super) is_transposed: bool,
    pub(super) tensors: Vec<Written>,
}

/// A tensor of the new file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Written {
    pub(super) name: String,
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<u64>,
    /// How many bytes it has, also once they were taken.
    pub(super) length: u64,
    #[serde(skip)]
    pub(super) bytes: Vec<u8>,
}

fn as_text<S: serde::Serializer>(dtype: &Dtype, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(dtype)
}

fn from_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Dtype, D::Error> {
    String::deserialize(deserializer).map(|text| Dtype::from(text.as_str()))
}

impl Written {
    fn new(name: String, dtype: Dtype, shape: Vec<u64>, bytes: Vec<u8>) -> Self {
        Self { name, dtype, shape, length: bytes.len() as u64, bytes }
    }
}

impl LoraPart {
    /// The name of the pair.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes its tensors have.
    pub fn bytes(&self) -> u64 {
        self.tensors.iter().map(|tensor| tensor.length).sum()
    }

    /// r: how many columns B has; 0 for a parameter that is written whole.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Takes the bytes of each tensor out of the part. A [`LoraFile`](super::file::LoraFile) of such parts knows its
    /// [header](super::file::LoraFile::header) and the [order](super::file::LoraFile::order) of the tensors, and no more.
    pub fn take_bytes(&mut self) -> Vec<Vec<u8>> {
        self.tensors.iter_mut().map(|tensor| std::mem::take(&mut tensor.bytes)).collect()
    }
}

impl Difference {
    /// ‖ΔW − B·A‖_F of the factors as they are written, rounded to their dtype, entry by entry in 64 bits: 2·r·m·n operations.
    ///
    /// `None` of a parameter that is written whole, of factors of another shape, and once the bytes were taken.
    ///
    /// ```
    /// # use std::num::NonZeroUsize;
    /// # use lora_rank_explorer::adapter::FactorDtype;
    /// # use lora_rank_explorer::checkpoint::{Checkpoint, LoraOptions, Pairing, SampleModel, sample};
    /// # let sample = sample();
    /// # let open = |model: &SampleModel| {
    /// #     let files = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
    /// #     Checkpoint::open(Some(&model.index), &mut files.collect::<Vec<_>>())
    /// # };
    /// # fn sources(model: &SampleModel) -> Vec<&[u8]> {
    /// #     model.files.iter().map(|(_, bytes)| &bytes[..]).collect()
    /// # }
    /// # let pairing = Pairing::new(&open(&sample.base)?, &open(&sample.tuned)?);
    /// # let pair = pairing.pairs().iter().find(|pair| pair.kind().takes_lora()).unwrap();
    /// # let difference = pair.read(&mut sources(&sample.base), &mut sources(&sample.tuned))?;
    /// let low_rank = difference.low_rank(NonZeroUsize::new(4).unwrap())?;
    /// let part = pair.lora(&low_rank, &LoraOptions::default().dtype(FactorDtype::Bf16))?;
    /// let (best, written) = (difference.residual(&low_rank), difference.written_residual(&part).unwrap());
    /// assert!(written > best && written < 1.001 * best);
    /// # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
    /// ```
    pub fn written_residual(&self, part: &LoraPart) -> Option<f64> {
        let [a, b, ..] = &part.tensors[..] else { return None };
        let numbers = |tensor: &Written| {
            let mut numbers = Vec::new();
            let push = |number| {
                numbers.push(number);
                Ok::<_, ()>(())
            };
            tensor.dtype.decode(&tensor.bytes, push).ok()?;
            Some(numbers)
        };
        let (b, a) = (numbers(b)?, numbers(a)?);
        // (B·A)ᵀ = Aᵀ·Bᵀ.
        let (b, a) = match part.is_transposed {
            true => (transposed(&a, part.rank), transposed(&b, self.cols())),
            false => (b, a),
        };
        let is_of_shape = (b.len(), a.len()) == (self.rows() * part.rank, part.rank * self.cols());
        (part.rank > 0 && is_of_shape).then(|| self.residual_of(&b, &a))
    }
}

/// The transpose of a row-major matrix with so many rows.
fn transposed(entries: &[f64], rows: usize) -> Vec<f64> {
    let cols = entries.len() / rows.max(1);
    (0..cols).flat_map(|col| (0..rows).map(move |row| entries[row * cols + col])).collect()
}

impl Pair {
    /// The two factors of this pair's difference, encoded, with alpha = r. Those of a convolution have its kernel's sides: A is
    /// [r, in, kernel …], B is [m, r, 1 …]. A layer that is stored as in × out, as all of GPT-2 are, has the factors of its
    /// transpose under PEFT's names, which says `fan_in_fan_out`.
    ///
    /// # Errors
    /// [`CheckpointProblem::Write`] as [`check_lora`](Self::check_lora), where the factors are those of another shape, or where a number
    /// does not fit the dtype.
    pub fn lora(&self, low_rank: &LowRank, options: &LoraOptions) -> Result<LoraPart, CheckpointProblem> {
        self.check_lora(options)?;
        if (low_rank.u().rows(), low_rank.vt().cols()) != (self.rows(), self.cols()) {
            return Err(self.refused("the factors are those of another pair"));
        }
        let module = self.module(options.names);
        let [down, up] = match options.names {
            Names::Peft => ["lora_A", "lora_B"],
            _ => ["lora_down", "lora_up"],
        };
        let rank = low_rank.rank() as u64;
        let is_transposed = self.is_transposed && options.names == Names::Peft;
        let sides = self.tensor(Side::Base).shape();
        let (outer, inner) = if is_transposed { (sides[1], &sides[..1]) } else { (sides[0], &sides[1..]) };
        let of_down: Vec<u64> = [rank].into_iter().chain(inner.iter().copied()).collect();
        let of_up = [outer, rank].into_iter().chain(inner.iter().skip(1).map(|_| 1)).collect();
        let (b, a) = match is_transposed {
            true => low_rank.transposed().factors(options.split),
            false => low_rank.factors(options.split),
        };
        let dtype = options.dtype.dtype();
        let factor = |side: &str, shape, matrix: &Matrix| {
            self.written(format!("{module}.{side}.weight"), &dtype, shape, matrix.as_slice())
        };
        let mut tensors = vec![factor(down, of_down, &a)?, factor(up, of_up, &b)?];
        if options.names != Names::Peft {
            tensors.push(self.written(format!("{module}.alpha"), &Dtype::F32, Vec::new(), &[rank as f64])?);
        }
        let (name, path) = (self.name().to_owned(), self.path().to_owned());
        Ok(LoraPart { name, path, rank: low_rank.rank(), is_transposed, tensors })
    }

    /// Whether [`lora`](Self::lora) can write factors of this pair, before anything of it is computed.
    ///
    /// # Errors
    /// [`CheckpointProblem::Write`] where the pair is neither a linear layer nor a convolution, or the loaders of these names do not look
    /// for its path.
    pub fn check_lora(&self, options: &LoraOptions) -> Result<(), CheckpointProblem> {
        if !self.kind().takes_lora() {
            return Err(
                self.refused("no factors can stand for it: it is no linear layer and no convolution. Write it whole")
            );
        }
        self.check_names(options.names)
    }

    /// This pair as a whole, from the bytes of its [`ranges`](Self::ranges): for norms, biases, embeddings and other parameters that
    /// have changed.
    ///
    /// Under PEFT's names it is the tuned tensor as it is stored (`modules_to_save`), under ComfyUI's the difference: `.diff`, and
    /// `.diff_b` of a bias.
    ///
    /// # Errors
    /// As [`difference`](Self::difference), under PEFT's names for the tuned tensor alone; [`CheckpointProblem::Write`] where the
    /// loaders of these names know no such parameter, or a number does not fit the dtype. [`Pairing::wholes`](crate::checkpoint::Pairing::wholes) tells beforehand.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Names;
    /// # use lora_rank_explorer::checkpoint::{Checkpoint, LoraOptions, Pairing, SampleModel, Side, sample};
    /// # let sample = sample();
    /// # let open = |model: &SampleModel| {
    /// #     let files = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
    /// #     Checkpoint::open(Some(&model.index), &mut files.collect::<Vec<_>>())
    /// # };
    /// # fn sources(model: &SampleModel) -> Vec<&[u8]> {
    /// #     model.files.iter().map(|(_, bytes)| &bytes[..]).collect()
    /// # }
    /// # let pairing = Pairing::new(&open(&sample.base)?, &open(&sample.tuned)?);
    /// let norm = pairing.pairs().iter().find(|pair| pair.name() == "norm.weight").unwrap();
    /// let base = norm.read_bytes(Side::Base, &mut sources(&sample.base))?;
    /// let tuned = norm.read_bytes(Side::Tuned, &mut sources(&sample.tuned))?;
    /// let part = norm.whole(&base, &tuned, &LoraOptions::default().names(Names::ComfyUi))?;
    /// assert_eq!(part.bytes(), 4 * 256);
    /// # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
    /// ```
    pub fn whole(
        &self,
        base: &[Vec<u8>],
        tuned: &[Vec<u8>],
        options: &LoraOptions,
    ) -> Result<LoraPart, CheckpointProblem> {
        self.check_whole(options)?;
        let tensor = self.tensor(Side::Tuned);
        let shape = tensor.shape().to_vec();
        let tensor = match options.names {
            Names::Peft => {
                self.check_tuned(tuned)?;
                let name = format!("base_model.model.{}", self.in_model);
                Written::new(name, tensor.dtype().clone(), shape, tuned[0].clone())
            }
            _ => {
                let difference = self.difference(base, tuned)?;
                let ending = if self.kind() == PairKind::Bias { "diff_b" } else { "diff" };
                let numbers: Vec<f64> = difference.entries().iter().map(|&entry| f64::from(entry)).collect();
                let name = format!("{}.{ending}", self.module(options.names));
                self.written(name, &options.dtype.dtype(), shape, &numbers)?
            }
        };
        let (name, path) = (self.name().to_owned(), self.path().to_owned());
        Ok(LoraPart { name, path, rank: 0, is_transposed: false, tensors: vec![tensor] })
    }

    /// What [`whole`](Self::whole) takes at once, in bytes: those of both sides and of the tensor that is written, and what its
    /// numbers take in between.
    pub fn whole_memory(&self, options: &LoraOptions) -> u64 {
        let entries = (self.rows() as u64).saturating_mul(self.cols() as u64);
        let written = match options.names {
            Names::Peft => self.whole_bytes(options),
            // In 32 bits, in 64, and as they are written.
            _ => entries.saturating_mul(4 + 8).saturating_add(self.whole_bytes(options)),
        };
        self.bytes().saturating_add(written)
    }

    /// How many bytes the tensor has that [`whole`](Self::whole) writes.
    pub(super) fn whole_bytes(&self, options: &LoraOptions) -> u64 {
        let tensor = self.tensor(Side::Tuned);
        let entries = (self.rows() as u64).saturating_mul(self.cols() as u64);
        let width = options.dtype.dtype().bytes().unwrap_or(0) as u64;
        match options.names {
            Names::Peft => tensor.range().end - tensor.range().start,
            _ => entries.saturating_mul(width),
        }
    }

    /// Refuses what the loaders of these names cannot hold of this pair, whatever else is in the file.
    pub(super) fn check_whole(&self, options: &LoraOptions) -> Result<(), CheckpointProblem> {
        self.check_names(options.names)?;
        let is_of_module = matches!(self.kind(), PairKind::Bias) || self.name().ends_with(".weight");
        match options.names {
            Names::Kohya => {
                Err(self.refused("sd-scripts loads factors only: leave it out, or choose the names of ComfyUI"))
            }
            Names::Peft if !is_of_module => {
                Err(self.refused("it is no weight and no bias of a module, and PEFT saves whole modules: leave it out"))
            }
            Names::Peft if self.tensor(Side::Tuned).dtype().bytes() == Some(1) => {
                Err(self.refused("PEFT cannot save weights of eight bits with their scales: leave it out"))
            }
            _ => Ok(()),
        }
    }

    fn written(
        &self,
        name: String,
        dtype: &Dtype,
        shape: Vec<u64>,
        numbers: &[f64],
    ) -> Result<Written, CheckpointProblem> {
        let location = Location::Tensor(name.clone());
        let bytes =
            encode(numbers, 1.0, dtype, &location).map_err(|problem| self.refused(&problem.reason.to_string()))?;
        Ok(Written::new(name, dtype.clone(), shape, bytes))
    }

    pub(super) fn refused(&self, why: &str) -> CheckpointProblem {
        CheckpointProblem::Write { name: self.name().to_owned(), why: why.to_owned() }
    }
}
