//! [`LoraOptions`]: how a LoRA is written.

use crate::adapter::write::options::{FactorDtype, Names};
use crate::checkpoint::low_rank::SigmaSplit;

/// How a LoRA is written. By default under PEFT's names, in F32, with Σ on B's side.
///
/// Every layer's alpha is its rank, so that its scale is 1. Nothing is clamped.
///
/// ```
/// use lora_rank_explorer::adapter::{FactorDtype, Names};
/// use lora_rank_explorer::checkpoint::{LoraOptions, SigmaSplit};
///
/// let options = LoraOptions::default().names(Names::ComfyUi).dtype(FactorDtype::Bf16).split(SigmaSplit::Both);
/// assert_ne!(options, LoraOptions::default());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoraOptions {
    pub(super) names: Names,
    pub(super) dtype: FactorDtype,
    pub(super) split: SigmaSplit,
}

impl Default for LoraOptions {
    fn default() -> Self {
        Self { names: Names::Peft, dtype: FactorDtype::F32, split: SigmaSplit::Up }
    }
}

impl LoraOptions {
    /// Whose names the tensors have.
    ///
    /// | names | layers | other parameters |
    /// | --- | --- | --- |
    /// | [`Peft`](Names::Peft) | `base_model.model.<path>.lora_A.weight` and `lora_B`, alphas in `adapter_config.json` | `modules_to_save`, as they are in the tuned model |
    /// | [`ComfyUi`](Names::ComfyUi) | `diffusion_model.<path>.lora_down.weight`, `lora_up`, `alpha` | `.diff` and `.diff_b`, their difference |
    /// | [`Kohya`](Names::Kohya) | `lora_unet_<path>.lora_down.weight`, `lora_up`, `alpha` | none |
    ///
    /// PEFT's paths are those of the whole model: of a language model, `transformer.` or `model.` stands before them where either
    /// checkpoint has it. Paths under the other names are without the prefixes of containers.
    pub fn names(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    /// The number format of the factors. F32 keeps the residual of the best approximation to 1e-6; rounding to F16 adds about
    /// 2e-4, to BF16 about 2e-3 of the length of the update to it, as the root of the sum of squares. A factor with numbers that do
    /// not fit is [refused](crate::checkpoint::CheckpointProblem::Write).
    pub fn dtype(mut self, dtype: FactorDtype) -> Self {
        self.dtype = dtype;
        self
    }

    /// Where Σ goes.
    pub fn split(mut self, split: SigmaSplit) -> Self {
        self.split = split;
        self
    }
}
