//! `adapter_config.json`: what PEFT writes beside the tensors.

use regex_lite::RegexBuilder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::problem::{Location, Problem, Reason};
use crate::adapter::file::entries::Entries;

/// PEFT's default for `lora_alpha`.
const DEFAULT_ALPHA: f64 = 8.0;

/// The size limit of a compiled pattern: hundreds of times what a module's name needs.
const MOST_PATTERN_BYTES: usize = 1 << 18;

/// A JSON object whose values are kept as they are written.
pub(crate) type Fields = Entries<Box<RawValue>>;

#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// All fields, so that a rewritten file loses none.
    pub(crate) fields: Fields,
    pub(crate) rank: Option<u64>,
    /// `None` if the field is not a number.
    pub(crate) alpha: Option<f64>,
    pub(crate) rslora: bool,
    pub(crate) ranks: Patterns<u64>,
    pub(crate) alphas: Patterns<f64>,
}

impl Config {
    /// Parses the text of the file. An invalid field is added to `problems`; PEFT's default replaces it, except for `lora_alpha`.
    pub(crate) fn parse(text: &str, problems: &mut Vec<Problem>) -> Option<Self> {
        let fields: Fields = match serde_json::from_str(text) {
            Ok(fields) => fields,
            Err(error) => {
                problems.push(Problem { location: Location::Config, reason: Reason::Json(error.to_string()) });
                return None;
            }
        };
        if let Some(kind) = field::<String>(&fields, "peft_type", problems).flatten().filter(|kind| kind != "LORA") {
            let reason = Reason::Contradiction { says: kind, found: "LORA".to_owned() };
            problems.push(Problem::field("peft_type", reason));
        }
        Some(Self {
            rank: field(&fields, "r", problems).flatten(),
            alpha: field(&fields, "lora_alpha", problems).map(|alpha| alpha.unwrap_or(DEFAULT_ALPHA)),
            rslora: field(&fields, "use_rslora", problems).flatten().unwrap_or(false),
            ranks: Patterns::of("rank_pattern", &fields, problems),
            alphas: Patterns::of("alpha_pattern", &fields, problems),
            fields,
        })
    }

    /// The scale of a layer of this rank.
    pub(crate) fn scale(&self, alpha: f64, rank: usize) -> f64 {
        alpha / self.divisor(rank) + 0.0 // not −0
    }

    /// What alpha is divided by: r, or √r with rsLoRA.
    pub(crate) fn divisor(&self, rank: usize) -> f64 {
        if self.rslora { (rank as f64).sqrt() } else { rank as f64 }
    }
}

/// The value of the field: `Some(None)` if it is missing or null, `None` if it is of another type.
fn field<T: DeserializeOwned>(fields: &Fields, name: &str, problems: &mut Vec<Problem>) -> Option<Option<T>> {
    let Some(value) = fields.get(name) else { return Some(None) };
    serde_json::from_str(value.get())
        .map_err(|error| problems.push(Problem::field(name, Reason::Json(error.to_string()))))
        .ok()
}

/// `rank_pattern` or `alpha_pattern`: regular expressions; the first that matches a module's path decides.
#[derive(Clone, Debug)]
pub(crate) struct Patterns<T>(Vec<(Option<regex_lite::Regex>, T)>);

impl<T: for<'de> Deserialize<'de> + Copy> Patterns<T> {
    fn of(name: &str, fields: &Fields, problems: &mut Vec<Problem>) -> Self {
        let entries: Option<Option<Entries<T>>> = field(fields, name, problems);
        let compile = |(key, value): (String, T)| {
            // As PEFT matches them: after any number of whole path components, up to the end.
            let pattern = RegexBuilder::new(&format!("^(.*\\.)?({key})$")).size_limit(MOST_PATTERN_BYTES).build();
            let pattern = pattern.map_err(|error| {
                problems.push(Problem::field(name, Reason::Pattern(format!("`{key}`: {error}"))));
            });
            (pattern.ok(), value)
        };
        Self(entries.flatten().map_or(Vec::new(), |entries| entries.0.into_iter().map(compile).collect()))
    }

    /// The value for the module, or `None` if no pattern matches. An error if a pattern that is not understood comes before any
    /// match.
    pub(crate) fn find(&self, module: &str) -> Result<Option<T>, Reason> {
        for (pattern, value) in &self.0 {
            match pattern {
                None => return Err(Reason::UnknownAlpha),
                Some(pattern) if pattern.is_match(module) => return Ok(Some(*value)),
                Some(_) => {}
            }
        }
        Ok(None)
    }
}
