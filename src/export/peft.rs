//! Ranks for PEFT's `LoraConfig`.

use std::fmt::Write;

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
    let object = |value: fn(&ModuleRank) -> String| {
        let mut text = String::from("{");
        for (i, module) in modules.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            text.push_str(comma);
            text.push_str("\n    ");
            push_json_string(&mut text, &escaped(module.name()));
            text.push_str(": ");
            text.push_str(&value(module));
        }
        text + if modules.is_empty() { "}" } else { "\n  }" }
    };
    let (ranks, alphas) = (object(|module| module.rank().to_string()), object(|module| module.alpha().to_string()));
    format!("{{\n  \"rank_pattern\": {ranks},\n  \"alpha_pattern\": {alphas}\n}}\n")
}

/// Appends `value` in quotes, escaped by RFC 8259, § 7.
fn push_json_string(text: &mut String, value: &str) {
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            control if control < ' ' => {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\u{:04x}", u32::from(control));
            }
            letter => text.push(letter),
        }
    }
    text.push('"');
}
