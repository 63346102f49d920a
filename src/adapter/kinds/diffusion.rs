//! Whether a file is a diffusion model's LoRA, by the names of its tensors.
//!
//! Their loaders (ComfyUI, diffusers, sd-scripts) apply 1 where no scale is stored, and no `adapter_config.json` belongs to
//! them. That a file is one is a guess by this rule; one of its names is enough:
//! - it is in a scheme that only they have: `lora_down`, `lora.down`, `lora_linear_layer`;
//! - it has one of their prefixes and not PEFT's `base_model.model.`, behind which `transformer.` is GPT-2's;
//! - a part of it names a block of U-Nets and diffusion transformers, behind any prefix.

use super::names::PEFT_PREFIX;

const SCHEMES: [&str; 4] =
    [".lora_down.weight", "lora.down.weight", ".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight"];

const PREFIXES: [&str; 13] = [
    "transformer.",
    "transformer_2.",
    "unet.",
    "text_encoder.",
    "text_encoder_2.",
    "text_encoder_3.",
    "diffusion_model.",
    "model.diffusion_model.",
    "pipe.dit.",
    "dit.",
    "lora_unet_",
    "lora_te",
    "lora_transformer_",
];

/// Paths of language models that begin like one of the prefixes: GPT-2, BLOOM and Falcon; ChatGLM.
const LANGUAGE: [&str; 3] = ["transformer.h.", "transformer.wte", "transformer.encoder."];

const BLOCKS: [&str; 16] = [
    "double_blocks",
    "single_blocks",
    "double_stream_blocks",
    "single_stream_blocks",
    "transformer_blocks",
    "single_transformer_blocks",
    "temporal_transformer_blocks",
    "joint_blocks",
    "joint_transformer_blocks",
    "down_blocks",
    "up_blocks",
    "mid_block",
    "input_blocks",
    "middle_block",
    "output_blocks",
    "diffusion_model",
];

/// Whether this name is one of a diffusion model's LoRA.
pub(crate) fn is_diffusion(name: &str) -> bool {
    let name = name.strip_prefix("_orig_mod.").unwrap_or(name);
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    SCHEMES.iter().any(|scheme| name.ends_with(scheme))
        || (!name.starts_with(PEFT_PREFIX) && begins(&PREFIXES) && !begins(&LANGUAGE))
        || has_diffusion_block(name)
}

/// Whether a part of this name is a block of a U-Net or of a diffusion transformer.
pub(crate) fn has_diffusion_block(name: &str) -> bool {
    name.split('.').any(|part| BLOCKS.contains(&part))
}
