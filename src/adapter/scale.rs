//! [`Scale`]: what multiplies B·A, and where that stands; or why it is not known.

use std::fmt;

/// The scale of a layer, with its source. It is looked for in the order of [`ScaleSource`].
///
/// Its text is meant for people, after the word "scale".
///
/// ```
/// use lora_rank_explorer::adapter::{Scale, ScaleSource, UnknownScale};
///
/// let scale = Scale::Known { value: 4.0, source: ScaleSource::AdapterMetadata };
/// assert_eq!(scale.to_string(), "4, from the file's metadata");
/// let unknown = Scale::Unknown(UnknownScale::NoConfig);
/// assert_eq!(unknown.value(), None);
/// assert!(unknown.to_string().ends_with("add the adapter_config.json that belongs to it"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// It is known.
    Known {
        /// alpha/r, or alpha/√r with rsLoRA.
        value: f64,
        /// Where it stands.
        source: ScaleSource,
    },
    /// It is not known: only ratios of singular values are.
    Unknown(UnknownScale),
}

/// Where a scale stands, first to last in the order in which it is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScaleSource {
    /// The `.alpha` tensor of the module.
    Tensor,
    /// An `.alpha` tensor that holds 0. sd-scripts and diffusers then apply 1; ComfyUI applies 0.
    TensorZero,
    /// `adapter_config.json`.
    Config,
    /// `lora_adapter_metadata` in the file's `__metadata__`, which diffusers writes since 0.34.
    AdapterMetadata,
    /// This key of the file's `__metadata__`: `lora_alpha`, `network_alpha` or `alpha`.
    Metadata(&'static str),
    /// Nowhere, since none is needed: a whole difference, or a LoKr of two whole factors, is applied as it is stored.
    Whole,
    /// Nowhere: the names are those of a diffusion model's LoRA, and its loaders apply 1 then. That it is one is a guess.
    Diffusion,
}

/// Why a scale is not known. Its text says which file to add or what to correct.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownScale {
    /// The file does not hold it, and there is no `adapter_config.json`.
    NoConfig,
    /// The configuration given is the `config.json` of a base model, or of something else.
    OtherConfig,
    /// The configuration given is not JSON.
    ConfigJson,
    /// A field that decides it cannot be read.
    Field(String),
    /// An entry of `rank_pattern` or `alpha_pattern` that cannot be read might decide it.
    Pattern {
        /// The field.
        field: String,
        /// Its entry, shortened.
        pattern: String,
    },
    /// The patterns give the parameters of a module of experts different alphas, and the file does not say which factors are whose.
    Parameters,
    /// The tensors are of another kind than the configuration.
    OtherMethod {
        /// `peft_type`, or what stands for it.
        says: String,
    },
    /// Configuration and tensors have different ranks, and loaders differ in which of them they divide by.
    Ranks {
        /// What the configuration says.
        says: u64,
        /// What the tensors have.
        found: usize,
    },
}

impl Scale {
    /// The scale; `None` if it is not known.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Known { value, .. } => Some(*value),
            Self::Unknown(_) => None,
        }
    }

    /// Why it is not known; `None` if it is.
    pub fn unknown(&self) -> Option<&UnknownScale> {
        match self {
            Self::Known { .. } => None,
            Self::Unknown(reason) => Some(reason),
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Known { value, source } => write!(f, "{value}, {source}"),
            Self::Unknown(reason) => write!(f, "unknown: {reason}"),
        }
    }
}

impl fmt::Display for ScaleSource {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Tensor => "from its alpha tensor",
            Self::TensorZero => "as sd-scripts and diffusers apply an alpha of 0; ComfyUI applies 0",
            Self::Config => "from adapter_config.json",
            Self::AdapterMetadata => "from the file's metadata",
            Self::Metadata(key) => return write!(f, "from `{key}` in the file's metadata"),
            Self::Whole => "since what is stored whole is applied as it is",
            Self::Diffusion => "a guess: none is stored, and loaders of diffusion LoRA then apply 1",
        })
    }
}

impl fmt::Display for UnknownScale {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NoConfig => f.write_str("the file does not hold it: add the adapter_config.json that belongs to it"),
            Self::OtherConfig => f.write_str(
                "the configuration given is not an adapter's: add the adapter_config.json that belongs to the file",
            ),
            Self::ConfigJson => f.write_str(
                "adapter_config.json cannot be read: add the adapter_config.json that belongs to the file, as valid JSON",
            ),
            Self::Field(field) => write!(f, "{field} cannot be read: correct it in adapter_config.json and add that"),
            Self::Pattern { field, pattern } => {
                write!(f, "{field} might decide it by {pattern}, which cannot be read: correct adapter_config.json and add it")
            }
            Self::Parameters => f.write_str(
                "alpha_pattern gives the parameters of these experts different alphas, and the file does not say whose factors these are",
            ),
            Self::OtherMethod { says } => write!(
                f,
                "the configuration is one of {says}, and the tensors are not: add the adapter_config.json that belongs to the file"
            ),
            Self::Ranks { says, found } => write!(
                f,
                "the configuration says rank {says} and the tensors have {found}: add the adapter_config.json that belongs to the file"
            ),
        }
    }
}
