//! Ranks for PEFT's `LoraConfig`.

use serde::{Serialize, Serializer};
use serde_json::Number;

use super::{ModuleRank, escaped};

/// `rank_pattern` and `alpha_pattern` of PEFT's `LoraConfig` or `adapter_config.json`, as a JSON object with these two keys.
///
/// PEFT matches each key as a regular expression against the end of a module's name and takes the first match, so `q_proj` means
/// every `q_proj`. Here each key starts with `^` and is escaped, so it matches only its own module, in any order (PEFT 0.21.2,
/// `utils/other.py`, `get_pattern_key`). Names are those of the base model, without `base_model.model.`, each at most once.
///
/// # Cost
/// O(length of the text).
///
/// ```
/// use lora_rank_explorer::{ModuleRank, peft_patterns};
///
/// let modules = [ModuleRank::new("model.layers.0.q_proj", 8, 16.0)?];
/// assert_eq!(
///     peft_patterns(&modules),
///     r#"{
///   "rank_pattern": {
///     "^model\\.layers\\.0\\.q_proj": 8
///   },
///   "alpha_pattern": {
///     "^model\\.layers\\.0\\.q_proj": 16
///   }
/// }
/// "#
/// );
/// # Ok::<(), lora_rank_explorer::ModuleRankError>(())
/// ```
pub fn peft_patterns(modules: &[ModuleRank]) -> String {
    let patterns = Patterns {
        rank_pattern: Object(modules, |module| module.rank().into()),
        alpha_pattern: Object(modules, |module| number(module.alpha())),
    };
    serde_json::to_string_pretty(&patterns).expect("strings and finite numbers") + "\n"
}

#[derive(Serialize)]
struct Patterns<'a> {
    rank_pattern: Object<'a>,
    alpha_pattern: Object<'a>,
}

/// The modules with a number each, in their order.
struct Object<'a>(&'a [ModuleRank], fn(&ModuleRank) -> Number);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(modules, number) = self;
        serializer.collect_map(modules.iter().map(|module| (escaped(module.name()), number(module))))
    }
}

/// A whole number without a fraction: `16`, as PEFT writes it.
fn number(value: f64) -> Number {
    let whole = value as u64;
    if whole as f64 == value { whole.into() } else { Number::from_f64(value).expect("an alpha is finite") }
}
