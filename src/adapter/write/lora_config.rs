//! PEFT's configuration of LoRA, made of that of AdaLoRA, LoHa or LoKr, whose layers have become pairs.

use crate::adapter::fields::{Fields, value};
use crate::adapter::file::write::raw;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::Problem;

/// The fields that mean the same to both methods. PEFT warns of one that `LoraConfig` does not have, and of what AdaLoRA inherits
/// but does not apply LoRA's default is right (PEFT 0.21.2: `tuners/lora/config.py`, `tuners/adalora`, `tuners/loha`, `tuners/lokr`).
const SHARED: [&str; 19] = [
    "task_type",
    "peft_type",
    "auto_mapping",
    "peft_version",
    "base_model_name_or_path",
    "revision",
    "inference_mode",
    "r",
    "target_modules",
    "exclude_modules",
    "lora_dropout",
    "fan_in_fan_out",
    "bias",
    "modules_to_save",
    "layers_to_transform",
    "layers_pattern",
    "init_lora_weights",
    "layer_replication",
    "ensure_weight_tying",
];

/// The fields of LoRA's configuration. Ranks and alphas are still to be written.
pub(super) fn lora_fields(old: &Fields, layers: &[Layer]) -> Result<Fields, Problem> {
    let mut fields = old.clone();
    fields.0.retain(|(name, _)| SHARED.contains(&name.as_str()));
    fields.set("peft_type", raw(&"LORA")?);
    // Another method's default depends on the model.
    if value(&fields, "target_modules").is_none() {
        let modules: Vec<&str> = layers.iter().map(Layer::module).collect();
        fields.set("target_modules", raw(&modules)?);
    }
    // Some ways to begin change the base weight, and AdaLoRA knows none of them. A module that AdaLoRA has pruned is not in the new file, and
    // must begin at 0.
    if value(&fields, "init_lora_weights").is_some() {
        fields.set("init_lora_weights", raw(&true)?);
    }
    Ok(fields)
}
