//! Two checkpoints, a base and what it was tuned to, as ΔW of each layer, and a LoRA out of them. Needs the feature `checkpoint`.
//!
//! A **checkpoint** is a model in one safetensors file or in several. A **pair** is a weight that both have, W in the base and W′
//! in the tuned model; ΔW = W′ − W is its **difference**. The **rounding floor** is the size of singular values that the dtype of the
//! tuned model makes by itself.
//!
//! ```text
//! headers ──> Checkpoint ─┐
//!                         ├──> Pairing ──> Pair ──> Difference ──> Leading, Spectrum, RoundingFloor
//! headers ──> Checkpoint ─┘             bytes              rank r ──> LowRank ──> LoraPart ──> LoraFile
//! ```
//!
//! ```
//! use std::num::NonZeroUsize;
//! use lora_rank_explorer::checkpoint::{Checkpoint, LoraFile, LoraOptions, Pairing, SampleModel, sample};
//!
//! // Any `ReadBytes`: a file, a slice, a browser's Blob in a worker.
//! fn sources(model: &SampleModel) -> Vec<&[u8]> {
//!     model.files.iter().map(|(_, bytes)| &bytes[..]).collect()
//! }
//! let open = |model: &SampleModel| {
//!     let files = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
//!     Checkpoint::open(Some(&model.index), &mut files.collect::<Vec<_>>())
//! };
//! let sample = sample();
//! let pairing = Pairing::new(&open(&sample.base)?, &open(&sample.tuned)?);
//!
//! let (options, mut parts) = (LoraOptions::default(), Vec::new());
//! for pair in pairing.pairs().iter().filter(|pair| pair.kind().takes_lora()).take(2) {
//!     let difference = pair.read(&mut sources(&sample.base), &mut sources(&sample.tuned))?;
//!     let leading = difference.leading(NonZeroUsize::new(32).unwrap())?;
//!     let Ok(rank) = difference.floor().rank_above(leading.singular_values()) else { continue };
//!     println!("{}: rank {rank}; {}", pair.name(), difference.floor());
//!     let low_rank = difference.low_rank(NonZeroUsize::new(rank).unwrap())?;
//!     parts.push(pair.lora(&low_rank, &options)?);
//! }
//! let file = LoraFile::new(&pairing, parts, &options)?;
//! assert!(file.bytes().count() > 1 && file.config().is_some_and(|config| config.contains("\"peft_type\": \"LORA\"")));
//! # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
//! ```
//!
//! # Only the bytes that are needed are read
//! Nothing here is asynchronous, and nothing holds a whole file. A [`Checkpoint`] needs the headers of its files, which
//! [`Header`](crate::adapter::Header) reads by ranges; a pair states its [`ranges`](Pair::ranges) and takes their bytes.
//! [`Checkpoint::open`] and [`Pair::read`] do both for a synchronous source.
//!
//! # Memory
//! A pair takes the bytes of its two tensors and ΔW in 32 bits, and 30 % more: [`Pair::memory`] says how much, before it is read.
//! Memory that cannot be had is [named](CheckpointProblem::Memory), and the next pair can still be computed.
//!
//! # What is read
//! - Safetensors files, one or several, with `model.safetensors.index.json` or without.
//! - BF16, F16, F32, F64, F8_E4M3 and F8_E5M2; of the last two also with a scale for all or for each row, as ComfyUI
//!   (`scale_weight`) and compressed-tensors (`weight_scale`) store them. Quantised checkpoints are named.
//! - Linear layers; convolutions and patch embeddings of up to five dimensions, as out × (in·kernel). Embeddings, norms, biases and
//!   other parameters pair as well, and can be [written whole](Pair::whole). A stack of experts in one tensor is such a parameter.
//!
//! # What cannot be known
//! Which model is the base: swapped, ΔW has the other sign and the same spectrum. Whether names of two schemes mean the same weight.
//! Whether a convolution has groups.

mod clamp;
mod compared;
mod difference;
mod files;
mod floor;
mod index;
mod low_rank;
mod names;
mod numbers;
mod pair;
mod pairing;
mod partners;
mod problem;
mod quantised;
mod residual;
mod sample;
mod scaling;
mod side;
mod unusable;
mod write;

pub use compared::Compared;
pub use difference::Difference;
pub use files::{Checkpoint, FileRange};
pub use floor::RoundingFloor;
pub use low_rank::{LowRank, SigmaSplit};
pub use names::PairKind;
pub use pair::{Pair, memory};
pub use pairing::{NamesCompared, Pairing};
pub use problem::CheckpointProblem;
pub use sample::{SampleCheckpoints, SampleModel, large_sample, sample, video_sample};
pub use side::Side;
pub use unusable::{Unusable, WhyUnusable};
pub use write::file::LoraFile;
pub use write::options::LoraOptions;
pub use write::part::LoraPart;
