//! The fields of PEFT's `LoraConfig`: in `adapter_config.json`, and in `lora_adapter_metadata` with a prefix.

use serde_json::Value;
use serde_json::value::RawValue;

use super::patterns::Patterns;
use super::problem::{Location, Problem, Reason};
use super::scale::UnknownScale;
use crate::adapter::file::entries::Entries;
use crate::adapter::kinds::kind::Kind;

/// PEFT's default for `lora_alpha`.
const DEFAULT_ALPHA: f64 = 8.0;

/// How many entries of a table are named in problems.
const MOST_NAMED: usize = 3;

/// What an adapter's configuration has at least one of. `lora_parameters` is mlx-lm's.
const OWN_FIELDS: [&str; 8] = [
    "peft_type",
    "r",
    "lora_alpha",
    "use_rslora",
    "rank_pattern",
    "alpha_pattern",
    "target_modules",
    "lora_parameters",
];

/// A JSON object whose values are kept as they are written.
pub(crate) type Fields = Entries<Box<RawValue>>;

#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// All fields, so that a rewritten file loses none.
    pub(crate) fields: Fields,
    pub(crate) rank: Option<u64>,
    /// `None` if the field cannot be read.
    alpha: Option<f64>,
    pub(crate) rslora: Option<bool>,
    ranks: Patterns<u64>,
    alphas: Patterns<f64>,
    /// The kind of all modules, if it is not plain LoRA.
    kind: Option<Kind>,
    /// The modules whose experts share one pair of factors: the entries of `target_parameters` without the parameter.
    experts: Vec<String>,
    place: Place,
}

/// Where the fields stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Config,
    /// `lora_adapter_metadata`, before whose names this prefix stands, with its dot.
    Metadata(String),
}

impl Place {
    fn location(&self, name: &str) -> Location {
        match self {
            Self::Config => Location::Field(name.to_owned()),
            Self::Metadata(prefix) => Location::Metadata(format!("{prefix}{name}")),
        }
    }
}

impl Config {
    /// Whether these are the fields of an adapter, and not those of a base model's `config.json`.
    pub(crate) fn is_adapters(fields: &Fields) -> bool {
        OWN_FIELDS.iter().any(|name| fields.get(name).is_some())
    }

    /// Reads the fields, for modules whose names have `name_bytes` together. One that cannot be read is added to `problems`; what
    /// depends on it is not known.
    pub(crate) fn new(fields: Fields, place: Place, name_bytes: u64, problems: &mut Vec<Problem>) -> Self {
        let mut fault = |name: &str, reason| problems.push(Problem { location: place.location(name), reason });
        if let Some(kind) = value(&fields, "peft_type").and_then(|kind| kind.as_str().map(str::to_owned))
            && kind != "LORA"
        {
            fault("peft_type", Reason::Contradiction { says: kind, found: "LORA".to_owned() });
        }
        let mut wrong = |name: &str, expected: &str| fault(name, Reason::Json(format!("it should be {expected}")));
        let rank = value(&fields, "r").and_then(|r| whole(&r).or_else(|| unless(&mut wrong, "r", "a whole number")));
        // mlx-lm writes no alpha, but a scale in `lora_parameters`.
        let default = Some(DEFAULT_ALPHA).filter(|_| fields.get("lora_parameters").is_none());
        let alpha = value(&fields, "lora_alpha")
            .map_or(default, |alpha| number(&alpha).or_else(|| unless(&mut wrong, "lora_alpha", "a number")));
        let rslora = value(&fields, "use_rslora").map_or(Some(false), |rslora| {
            rslora.as_bool().or_else(|| unless(&mut wrong, "use_rslora", "true or false"))
        });
        let ranks = table(&fields, "rank_pattern", name_bytes, whole, &mut fault);
        let alphas = table(&fields, "alpha_pattern", name_bytes, number, &mut fault);
        let is_on = |name: &str| value(&fields, name).is_some_and(|value| value != Value::Bool(false));
        let kinds = [("use_bdlora", Kind::BdLora), ("use_qalora", Kind::QaLora)];
        let kind = kinds.into_iter().find(|(name, _)| is_on(name)).map(|(_, kind)| kind);
        let parameters = value(&fields, "target_parameters").and_then(|names| serde_json::from_value(names).ok());
        let parameters: Vec<String> = parameters.unwrap_or_default();
        let parent = |name: &String| name.rsplit_once('.').map(|(module, _)| module.to_owned());
        let experts = parameters.iter().filter_map(parent).collect();
        Self { rank, alpha, rslora, ranks, alphas, kind, experts, fields, place }
    }

    /// The kind of the module, if it is one that its tensors' names do not tell from plain LoRA.
    pub(crate) fn kind_of(&self, module: &str) -> Option<Kind> {
        // PEFT wraps a module once for each of its parameters.
        let inner = module.trim_end_matches(".base_layer");
        let ends = |path: &String| {
            inner.strip_suffix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.kind.or_else(|| self.experts.iter().any(ends).then_some(Kind::FusedExperts))
    }

    /// The rank of the module; `None` if it is not said or cannot be read.
    pub(crate) fn rank_of(&self, module: &str) -> Option<u64> {
        self.ranks.find(module).ok()?.or(self.rank)
    }

    /// The alpha of the module.
    pub(crate) fn alpha_of(&self, module: &str) -> Result<f64, UnknownScale> {
        let field = |name: &str| match &self.place {
            Place::Config => format!("`{name}` of adapter_config.json"),
            Place::Metadata(prefix) => format!("`{prefix}{name}` of the file's metadata"),
        };
        if self.rslora.is_none() {
            return Err(UnknownScale::Field(field("use_rslora")));
        }
        let found = self.alphas.find(module);
        let found = found.map_err(|pattern| UnknownScale::Pattern { field: field("alpha_pattern"), pattern })?;
        found.or(self.alpha).ok_or_else(|| UnknownScale::Field(field("lora_alpha")))
    }

    /// The scale of a layer of this rank.
    pub(crate) fn scale(&self, alpha: f64, rank: usize) -> f64 {
        alpha / self.divisor(rank) + 0.0 // not −0
    }

    /// What alpha is divided by: r, or √r with rsLoRA.
    pub(crate) fn divisor(&self, rank: usize) -> f64 {
        if self.rslora == Some(true) { (rank as f64).sqrt() } else { rank as f64 }
    }
}

fn unless<T>(wrong: &mut impl FnMut(&str, &str), name: &str, expected: &str) -> Option<T> {
    wrong(name, expected);
    None
}

/// The value of a field, if it is there and not null.
fn value(fields: &Fields, name: &str) -> Option<Value> {
    serde_json::from_str(fields.get(name)?.get()).ok().filter(|value: &Value| !value.is_null())
}

/// A finite number, also one in quotes.
pub(crate) fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    number.filter(|number| number.is_finite())
}

fn whole(value: &Value) -> Option<u64> {
    const EXACT: f64 = (1u64 << 53) as f64;
    number(value).filter(|number| number.fract() == 0.0 && (0.0..EXACT).contains(number)).map(|number| number as u64)
}

/// A table of patterns, entry by entry.
fn table<T: Copy>(
    fields: &Fields,
    name: &str,
    name_bytes: u64,
    read: fn(&Value) -> Option<T>,
    fault: &mut impl FnMut(&str, Reason),
) -> Patterns<T> {
    let entries = match fields.get(name).map(|raw| serde_json::from_str::<Option<Entries<Value>>>(raw.get())) {
        None | Some(Ok(None)) => Vec::new(),
        Some(Ok(Some(entries))) => entries.0,
        Some(Err(error)) => {
            fault(name, Reason::Json(error.to_string()));
            // It might have matched any module.
            vec![(".*".to_owned(), Value::Null)]
        }
    };
    let pairs =
        entries.into_iter().map(|(key, value)| (key, read(&value).ok_or_else(|| format!("{value} is no value"))));
    let (table, bad) = Patterns::new(pairs.collect(), name_bytes);
    let more = bad.len().saturating_sub(MOST_NAMED);
    for (i, text) in bad.into_iter().take(MOST_NAMED).enumerate() {
        let more = if more > 0 && i + 1 == MOST_NAMED { format!(", and {more} more") } else { String::new() };
        fault(name, Reason::Pattern(text + &more));
    }
    table
}
