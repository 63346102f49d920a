//! [`Pairing`]: which tensor of the base belongs to which of the tuned model.

use std::collections::HashSet;
use std::fmt;

use super::files::{Checkpoint, Located};
use super::names::{PairKind, module_of, stripped, without_container};
use super::pair::{Pair, Stored};
use super::partners::Weights;
use super::problem::few;
use super::scaling::Scaling;
use super::side::Side;
use super::unusable::{Unusable, WhyUnusable};
use crate::adapter::kinds::diffusion::has_diffusion_block;

/// The tensors of two checkpoints in pairs, and what has none.
///
/// A pair has the same name and the same shape. Equal names come first; what is left is compared without the prefixes
/// `model.diffusion_model.`, `diffusion_model.`, `transformer.` and `model.`, where that leaves one tensor on each side. No other
/// names are taken for the same: where two naming schemes meet, [`names`](Self::names) shows both.
///
/// ```
/// use lora_rank_explorer::checkpoint::{Checkpoint, Pairing, sample};
///
/// let sample = sample();
/// let open = |model: &lora_rank_explorer::checkpoint::SampleModel| {
///     let files = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
///     Checkpoint::open(Some(&model.index), &mut files.collect::<Vec<_>>())
/// };
/// let pairing = Pairing::new(&open(&sample.base)?, &open(&sample.tuned)?);
/// assert_eq!((pairing.pairs().len(), pairing.only_base().len()), (20, 0));
/// assert_eq!(pairing.names().to_string(), "20 of 20 names of the base are names of the tuned model, too");
/// # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pairing {
    pairs: Vec<Pair>,
    only_base: Vec<String>,
    only_tuned: Vec<String>,
    unusable: Vec<Unusable>,
    beside: Vec<String>,
    names: NamesCompared,
    pub(super) scheme: Scheme,
}

/// What the names of two checkpoints say of the model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scheme {
    /// What stands before the paths of a diffusion model is a container's.
    pub(super) is_diffusion: bool,
    /// Only some of the names of diffusers' FLUX tell that they are not the original's.
    is_diffusers_flux: bool,
}

impl Scheme {
    fn of<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        Self {
            is_diffusion: names.clone().any(has_diffusion_block),
            is_diffusers_flux: names.map(stripped).any(|name| name.starts_with("single_transformer_blocks.")),
        }
    }
}

/// How far the names of two checkpoints are the same, with a few of those that are not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamesCompared {
    /// How many names both have.
    pub both: usize,
    /// How many names the base has.
    pub base: usize,
    /// How many names the tuned model has.
    pub tuned: usize,
    /// The first of those that only the base has.
    pub base_examples: Vec<String>,
    /// The first of those that only the tuned model has.
    pub tuned_examples: Vec<String>,
}

/// How many examples of each naming scheme are kept.
const EXAMPLES: usize = 8;

impl Pairing {
    /// Pairs the tensors of two checkpoints, in the order of the base. Reads no weights.
    pub fn new(base: &Checkpoint, tuned: &Checkpoint) -> Self {
        let [of_base, of_tuned] = [Weights::of(base), Weights::of(tuned)];
        let partners = of_base.partners(&of_tuned);
        let (mut pairs, mut unusable, mut only_base) = (Vec::new(), Vec::new(), Vec::new());
        let scheme = Scheme::of(of_base.weights.iter().chain(&of_tuned.weights).map(|located| located.tensor.name()));
        for located in &of_base.weights {
            let name = located.tensor.name().to_owned();
            match partners.get(name.as_str()) {
                None => only_base.push(name),
                Some(partner) => match pair([(base, located), (tuned, partner)], scheme) {
                    Ok(pair) => pairs.push(pair),
                    Err(why) => unusable.push(Unusable { name, why }),
                },
            }
        }
        mark_transposed(&mut pairs);
        let paired: HashSet<&str> = partners.values().map(|partner| partner.tensor.name()).collect();
        let tuned_names = of_tuned.weights.iter().map(|located| located.tensor.name());
        let only_tuned: Vec<String> = tuned_names.filter(|name| !paired.contains(name)).map(str::to_owned).collect();
        let first = |names: &[String]| names.iter().take(EXAMPLES).cloned().collect();
        let names = NamesCompared {
            both: partners.len(),
            base: of_base.weights.len(),
            tuned: of_tuned.weights.len(),
            base_examples: first(&only_base),
            tuned_examples: first(&only_tuned),
        };
        let beside = of_base.beside.into_iter().chain(of_tuned.beside).collect();
        Self { pairs, only_base, only_tuned, unusable, beside, names, scheme }
    }

    /// The pairs, in the order of the base.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// The names of the tensors that only the base has.
    pub fn only_base(&self) -> &[String] {
        &self.only_base
    }

    /// The names of the tensors that only the tuned model has.
    pub fn only_tuned(&self) -> &[String] {
        &self.only_tuned
    }

    /// Tensors of the same name that are no pair, with the reason.
    pub fn unusable(&self) -> &[Unusable] {
        &self.unusable
    }

    /// The names of what stands beside weights of eight bits on either side: scales, markers. They are no weights.
    pub fn beside(&self) -> &[String] {
        &self.beside
    }

    /// How far the names are the same. Where few are, the models or their naming schemes differ.
    pub fn names(&self) -> &NamesCompared {
        &self.names
    }
}

/// Marks the layers of GPT-2, whose `Conv1D` stores weights as in × out. Its first projection tells: its output is three times as wide
/// as its input.
fn mark_transposed(pairs: &mut [Pair]) {
    let is_gpt2 = |pair: &Pair| pair.name.ends_with(".attn.c_attn.weight") && pair.cols == 3 * pair.rows;
    if pairs.iter().any(is_gpt2) {
        let is_conv1d = |module: &str| ["c_attn", "q_attn", "c_proj", "c_fc"].contains(&module);
        for pair in pairs.iter_mut().filter(|pair| pair.kind == PairKind::Linear) {
            pair.is_transposed = is_conv1d(module_of(&pair.name).rsplit('.').next().unwrap_or_default());
        }
    }
}

fn pair(sides: [(&Checkpoint, &Located); 2], scheme: Scheme) -> Result<Pair, WhyUnusable> {
    let [(_, base), (_, tuned)] = sides;
    let shape = base.tensor.shape();
    if shape != tuned.tensor.shape() {
        return Err(WhyUnusable::Shapes { base: shape.to_vec(), tuned: tuned.tensor.shape().to_vec() });
    }
    let name = stripped(base.tensor.name());
    let kind = PairKind::of(name, shape);
    let (rows, inner) = match (kind, shape) {
        (PairKind::Linear | PairKind::Embedding | PairKind::Convolution, [rows, inner @ ..]) => (*rows, inner),
        _ => (1, shape),
    };
    let cols = inner.iter().try_fold(1u64, |product, &side| product.checked_mul(side));
    let entries = cols.and_then(|cols| cols.checked_mul(rows)).filter(|&entries| entries > 0);
    // Also where a machine counts to 2³² only.
    let entries = entries.and_then(|entries| usize::try_from(entries).ok());
    let side = |side: u64| usize::try_from(side).map_err(|_| WhyUnusable::Size);
    entries.ok_or(WhyUnusable::Size)?;
    let (rows, cols) = (side(rows)?, side(cols.unwrap_or(0))?);
    let stored = |side: Side, (checkpoint, located): (&Checkpoint, &Located)| {
        if located.tensor.dtype().bytes().is_none() {
            return Err(WhyUnusable::Dtype { side, dtype: located.tensor.dtype().to_string() });
        }
        let scaling = Scaling::of(checkpoint, side, located, rows)?;
        let file_name = checkpoint.files()[located.file].clone();
        Ok(Stored { side, file: located.file, file_name, tensor: located.tensor.clone(), scaling })
    };
    let in_model = if scheme.is_diffusion { name } else { longer(base.tensor.name(), tuned.tensor.name()) };
    let [base, tuned] = sides;
    let stored = [stored(Side::Base, base)?, stored(Side::Tuned, tuned)?];
    let (name, in_model) = (name.to_owned(), in_model.to_owned());
    Ok(Pair {
        name,
        in_model,
        kind,
        rows,
        cols,
        is_transposed: false,
        is_diffusers_flux: scheme.is_diffusers_flux,
        stored,
    })
}

/// Of two names of a weight, without what containers of diffusion models put before them, the longer: a file of the inner model lacks
/// the prefix of the class around it, in which a LoRA is loaded.
fn longer<'a>(base: &'a str, tuned: &'a str) -> &'a str {
    let [base, tuned] = [base, tuned].map(without_container);
    if tuned.len() > base.len() { tuned } else { base }
}

impl fmt::Display for NamesCompared {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} of {} names of the base are names of the tuned model, too", self.both, self.base)?;
        if !self.base_examples.is_empty() {
            write!(f, "; only the base has {}", few(&self.base_examples))?;
        }
        if !self.tuned_examples.is_empty() {
            write!(f, "; only the tuned model has {}", few(&self.tuned_examples))?;
        }
        if self.both == 0 {
            f.write_str(
                ". The models or their naming schemes differ, and no name is guessed: convert one to the other's names",
            )?;
        }
        Ok(())
    }
}
