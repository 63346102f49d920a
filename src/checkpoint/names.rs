//! What the name of a weight says: its path without the prefixes of containers, and what its module is.

/// What stands before the names of the same model in different containers. The longest that fits is stripped, once.
const PREFIXES: [&str; 4] = ["model.diffusion_model.", "diffusion_model.", "transformer.", "model."];

/// The name without what containers put before it.
pub(super) fn stripped(name: &str) -> &str {
    PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// The name without what containers of diffusion models put before it, which no module of the model has.
pub(super) fn without_container(name: &str) -> &str {
    PREFIXES[..2].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// The path of the module that a weight or a bias belongs to; the name of another parameter.
pub(super) fn module_of(name: &str) -> &str {
    name.strip_suffix(".weight").or_else(|| name.strip_suffix(".bias")).unwrap_or(name)
}

/// The last parts of the names of modules that look rows up instead of multiplying.
const EMBEDDINGS: [&str; 20] = [
    "embed_tokens",
    "embed_tokens_per_layer",
    "embed_in",
    "embed",
    "embedding",
    "embedding_table",
    "embeddings",
    "emb",
    "embed_positions",
    "tok_embeddings",
    "word_embeddings",
    "position_embeddings",
    "token_type_embeddings",
    "token_embedding",
    "position_embedding",
    "relative_attention_bias",
    "word_embedding",
    "shared",
    "wte",
    "wpe",
];

/// What the weight of a pair is, by its name and shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PairKind {
    /// `….weight` with two sides: out × in.
    Linear,
    /// `….weight` with three to five sides: [out, in, kernel …], as out × (in·kernel). Patch embeddings of video models are among
    /// them; a stack of experts, [experts, out, in], is not.
    Convolution,
    /// `….weight` of a module that looks rows up, by its name: `embed_tokens`, `wte` and so on.
    Embedding,
    /// `….bias`.
    Bias,
    /// Any other: the weights of norms, parameters with names of their own.
    Other,
}

impl PairKind {
    /// Whether a LoRA can stand for the difference: linear layers and convolutions.
    pub fn takes_lora(self) -> bool {
        matches!(self, Self::Linear | Self::Convolution)
    }

    pub(super) fn of(name: &str, shape: &[u64]) -> Self {
        let Some(module) = name.strip_suffix(".weight") else {
            return if name.ends_with(".bias") { Self::Bias } else { Self::Other };
        };
        let is_embedding = EMBEDDINGS.contains(&module.rsplit('.').next().unwrap_or(module));
        match shape.len() {
            2 if is_embedding => Self::Embedding,
            2 => Self::Linear,
            3..=5 if !are_experts(module, shape) => Self::Convolution,
            _ => Self::Other,
        }
    }
}

/// The longest kernel of a convolution over time: wav2vec 2.0's over positions.
const LONGEST_KERNEL: u64 = 128;

/// Whether a weight with three sides or more stacks those of several experts, by the name of its module, or by a last side that is too
/// long for a kernel: JetMoE's `mlp.input_linear` says nothing of experts.
fn are_experts(module: &str, shape: &[u64]) -> bool {
    let is_named = module.split('.').any(|part| part.contains("experts") || part.split('_').any(|word| word == "moe"));
    is_named || shape.len() == 3 && shape[2] > LONGEST_KERNEL
}

/// Tensors that belong to weights of eight bits and are no weights: the marker of ComfyUI's files, what its loader is told about a
/// layer, and the scales of activations.
pub(super) fn is_beside_f8(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    ["scaled_fp8", "comfy_quant", "scale_input", "input_scale"].contains(&last)
}
