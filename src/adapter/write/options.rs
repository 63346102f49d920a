//! [`ResizeOptions`]: what a resized file is, beside its ranks.

use crate::adapter::file::dtype::Dtype;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::{Problem, Reason};
use crate::ranks::ladder::round_up_rank;

/// What [`Adapter::resize_with`](crate::adapter::Adapter::resize_with) does beside changing ranks. By default nothing.
///
/// ```
/// use lora_rank_explorer::adapter::{Adapter, FactorDtype, ResizeOptions, sample};
///
/// let sample = sample();
/// let mut source = &sample.file[..];
/// let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
/// let options = ResizeOptions::new().bake_scale().dtype(FactorDtype::F32);
/// let mut resized = adapter.resize_with(&[4; 28], &options)?;
/// let mut file = Vec::new();
/// resized.write(&mut source, &mut file)?;
///
/// let again = Adapter::open(&mut &file[..], file.len() as u64, resized.config())?;
/// assert_eq!(again.layers()[0].scale().value(), Some(1.0));
/// assert_eq!(again.layers()[0].down().dtype().to_string(), "F32");
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResizeOptions {
    pub(crate) alphas: Alphas,
    pub(crate) dtype: Option<FactorDtype>,
    pub(crate) names: Option<Names>,
    pub(crate) drops: bool,
    pub(crate) cap: Option<f64>,
    ladder: Option<Vec<usize>>,
}

/// Which alphas the layers get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Alphas {
    /// Those that keep the scales.
    #[default]
    Scaled,
    /// The ranks: every scale is 1.
    Ranks,
    /// The same for all.
    One,
}

/// A number format that factors can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactorDtype {
    /// IEEE 754 with 32 bits.
    F32,
    /// IEEE 754 with 16 bits: 11 binary digits, at most 65504, and below 6.1e-5 with fewer digits.
    F16,
    /// The upper half of an `F32`: 8 binary digits.
    Bf16,
}

/// Whose names the factors have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Names {
    /// `base_model.model.<path>.lora_A.weight`, with an `adapter_config.json`.
    Peft,
    /// `diffusion_model.<path>.lora_down.weight`, with an `.alpha` tensor: ComfyUI's generic names.
    ComfyUi,
    /// `lora_unet_<path>.lora_down.weight` with underscores for dots and an `.alpha` tensor: kohya's sd-scripts.
    Kohya,
}

impl ResizeOptions {
    /// Options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Multiplies B by the scale, so that every alpha is r and every scale 1. A loader that knows one scale for all layers, as vLLM,
    /// or none, is right then at any ranks. `use_rslora` becomes false; where other kinds of adapters in the file depend on it, it
    /// stays and alpha is √r.
    ///
    /// Refused where a scale is unknown, where a bias beside B would change with it, and where the file's metadata hold one alpha for
    /// layers of several ranks, or for others that are not resized. Replaces [`one_alpha`](Self::one_alpha).
    pub fn bake_scale(mut self) -> Self {
        self.alphas = Alphas::Ranks;
        self
    }

    /// Gives every layer the same alpha, the commonest rank, and multiplies B by what its scale changes by. A loader that divides one
    /// alpha by each layer's own rank, as llama.cpp, is right then at any ranks. `use_rslora` becomes false. Where no alpha is
    /// stored, none is added.
    ///
    /// Refused where a scale is unknown, and where a bias beside B would change with it. Replaces [`bake_scale`](Self::bake_scale).
    pub fn one_alpha(mut self) -> Self {
        self.alphas = Alphas::One;
        self
    }

    /// Writes the factors of every layer in this format, rounded to nearest, ties to even; also those that keep their rank. Other
    /// tensors keep theirs. A layer with a number that is too large, or with numbers that are too small, is kept as it was, and
    /// [said](super::resize::Resized::kept).
    pub fn dtype(mut self, dtype: FactorDtype) -> Self {
        self.dtype = Some(dtype);
        self
    }

    /// Writes the factors under these names, with alphas where their loaders look for them. Modules keep their paths in the model.
    ///
    /// Refused where that is not well defined: kohya's underscores do not say which were dots, the names of diffusers' models are
    /// not those of the original, and there are no names for what is not a layer here, or is not resized.
    pub fn names(mut self, names: Names) -> Self {
        self.names = Some(names);
        self
    }

    /// Lets a rank of 0 leave the layer out, as [`allocate_ranks`](crate::allocate_ranks) means it. Otherwise it is an error. A layer
    /// that [is never resized](crate::adapter::Layer::kept) is not left out, but kept.
    pub fn drop_layers_of_rank_0(mut self) -> Self {
        self.drops = true;
        self
    }

    /// Reduces every singular value of scale·B·A that is above `most` to it, up to the rounding of the dtype. It must be above 0
    /// and finite. A layer without such a value is not changed by it.
    ///
    /// Refused where a scale is unknown.
    pub fn cap_singular_values(mut self, most: f64) -> Self {
        self.cap = Some(most);
        self
    }

    /// Rounds each rank up to the next in this list, [`VLLM_RANKS`](crate::VLLM_RANKS) for example, but not above the layer's own
    /// rank. A rank of 0 stays. A rank above the whole list is an error.
    pub fn round_ranks_up_to(mut self, ranks: impl Into<Vec<usize>>) -> Self {
        self.ladder = Some(ranks.into());
        self
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        match self.cap {
            Some(most) if !(most > 0.0 && most.is_finite()) => Err(Problem::file(Reason::Choice(format!(
                "singular values can be capped at a number above 0, not at {most}"
            )))),
            _ => Ok(()),
        }
    }

    /// Whether they ask for other factors of a layer, whatever its rank is.
    pub(crate) fn change(&self, layer: &Layer) -> bool {
        let other = |dtype: FactorDtype| layer.tensors().iter().any(|tensor| *tensor.dtype() != dtype.dtype());
        self.alphas != Alphas::Scaled || self.cap.is_some() || self.dtype.is_some_and(other)
    }

    /// The rank that is written for one that was chosen.
    pub(crate) fn rank(&self, module: &str, rank: usize) -> Result<usize, Problem> {
        match &self.ladder {
            Some(ladder) if rank > 0 => round_up_rank(rank, ladder).ok_or_else(|| {
                let most = ladder.iter().max().copied().unwrap_or(0);
                let text = format!("its rank {rank} is above the ranks to round up to, which end with {most}");
                Problem::module(module, Reason::Choice(text))
            }),
            _ => Ok(rank),
        }
    }
}

impl FactorDtype {
    pub(crate) fn dtype(self) -> Dtype {
        match self {
            Self::F32 => Dtype::F32,
            Self::F16 => Dtype::F16,
            Self::Bf16 => Dtype::Bf16,
        }
    }
}
