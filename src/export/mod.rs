//! Choices and curves as text for other tools. Pure functions: the page does the copying and saving.

mod curve;
mod kohya;
mod peft;
mod svg;

pub use curve::{curve_csv, curve_json};
pub use kohya::kohya_arguments;
pub use peft::peft_patterns;
pub use svg::curve_svg;
pub use svg::style::{SvgSizeError, SvgStyle};

use std::fmt;

/// A module of a model with the rank and the alpha chosen for it.
///
/// ```
/// use lora_rank_explorer::ModuleRank;
///
/// assert!(ModuleRank::new("model.layers.0.self_attn.q_proj", 8, 16.0).is_ok());
/// let error = ModuleRank::new("q_proj", 0, 16.0).unwrap_err();
/// assert_eq!(error.to_string(), "q_proj: the rank is 0, and must be at least 1");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleRank {
    name: String,
    rank: usize,
    alpha: f64,
}

impl ModuleRank {
    /// The module with this full name, as the tool spells it. The scale of B·A is `alpha` / `rank`.
    ///
    /// # Errors
    /// [`ModuleRankError`] for an empty name, a rank of 0 or an alpha that is not above 0 and finite.
    pub fn new(name: impl Into<String>, rank: usize, alpha: f64) -> Result<Self, ModuleRankError> {
        let name = name.into();
        match () {
            () if name.is_empty() => Err(ModuleRankError::NoName),
            () if rank == 0 => Err(ModuleRankError::NoRank { name }),
            () if !(alpha > 0.0 && alpha.is_finite()) => Err(ModuleRankError::Alpha { name, given: alpha }),
            () => Ok(Self { name, rank, alpha }),
        }
    }

    /// The module's full name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its rank, at least 1.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Its alpha, above 0.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }
}

/// Why something is not a [`ModuleRank`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ModuleRankError {
    /// A module without a name.
    NoName,
    /// A rank of 0; leave the module out instead.
    NoRank {
        /// The module.
        name: String,
    },
    /// An alpha that is not above 0 and finite.
    Alpha {
        /// The module.
        name: String,
        /// What was given.
        given: f64,
    },
    /// The layer shares its module's rank with others: an expert, or one of several adapters in a file.
    Shared {
        /// The layer.
        name: String,
    },
    /// The alpha follows from a scale that is not known.
    UnknownScale {
        /// The module.
        name: String,
        /// Why, and what to do.
        reason: String,
    },
}

impl fmt::Display for ModuleRankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => f.write_str("a module needs a name"),
            Self::NoRank { name } => write!(f, "{name}: the rank is 0, and must be at least 1"),
            Self::Alpha { name, given } => write!(f, "{name}: the alpha is {given}, and must be above 0 and finite"),
            Self::Shared { name } => {
                write!(
                    f,
                    "{name}: its module has one rank for several layers, which cannot be given ranks of their own"
                )
            }
            Self::UnknownScale { name, reason } => write!(f, "{name}: the scale is unknown: {reason}"),
        }
    }
}

impl std::error::Error for ModuleRankError {}

/// A Python regular expression that, followed by `$`, matches only `name`.
pub(crate) fn escaped(name: &str) -> String {
    let mut pattern = String::from("^");
    for letter in name.chars() {
        if r"\.^$*+?{}[]|()".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}
