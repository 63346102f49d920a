//! The fields of PEFT's `LoraConfig`: in `adapter_config.json`, and in `lora_adapter_metadata` with a prefix.

use serde_json::Value;

use super::fields::{Fields, number, value, whole};
use super::method::{Method, Stored, method, variant};
use super::patterns::Patterns;
use super::problem::{Location, Problem, Reason};
use super::scale::UnknownScale;
use crate::adapter::file::entries::Entries;
use crate::adapter::kinds::experts::are_experts;
use crate::adapter::kinds::kind::Kind;

/// PEFT's default for `lora_alpha`.
const DEFAULT_ALPHA: f64 = 8.0;

/// PEFT's default for AdaLoRA's `init_r`.
const DEFAULT_FIRST_RANK: u64 = 12;

/// How many entries of a table are named in problems.
const MOST_NAMED: usize = 3;

/// What an adapter's configuration has at least one of. `lora_parameters` is mlx-lm's.
const OWN_FIELDS: [&str; 9] = [
    "peft_type",
    "r",
    "init_r",
    "lora_alpha",
    "use_rslora",
    "rank_pattern",
    "alpha_pattern",
    "target_modules",
    "lora_parameters",
];

#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// All fields, so that a rewritten file loses none.
    pub(crate) fields: Fields,
    pub(crate) rank: Option<u64>,
    /// The name of the field that holds alpha.
    alpha_field: &'static str,
    /// `None` if the field cannot be read.
    alpha: Option<f64>,
    pub(crate) rslora: Option<bool>,
    ranks: Patterns<u64>,
    alphas: Patterns<f64>,
    method: Method,
    /// What all pairs are, if they may be no plain ones.
    variant: Option<Kind>,
    /// The rank that AdaLoRA begins with.
    first_rank: Option<u64>,
    /// The entries of `target_parameters`.
    parameters: Vec<String>,
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
        let method = method(&fields);
        if method == Method::Unknown {
            let name =
                value(&fields, "peft_type").and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
            fault("peft_type", Reason::Method(name));
        }
        if let Method::Other(kind) = method {
            fault("peft_type", Reason::Unsupported(kind));
        }
        let mut wrong = |name: &str, expected: &str| fault(name, Reason::Json(format!("it should be {expected}")));
        let rank = value(&fields, "r").and_then(|r| whole(&r).or_else(|| unless(&mut wrong, "r", "a whole number")));
        let alpha_field = if let Method::Lycoris(_) = method { "alpha" } else { "lora_alpha" };
        // mlx-lm writes no alpha, but a scale in `lora_parameters`.
        let default = Some(DEFAULT_ALPHA).filter(|_| !matches!(method, Method::Mlx(_)));
        let alpha = value(&fields, alpha_field)
            .map_or(default, |alpha| number(&alpha).or_else(|| unless(&mut wrong, alpha_field, "a number")));
        let rslora = value(&fields, "use_rslora").map_or(Some(false), |rslora| {
            rslora.as_bool().or_else(|| unless(&mut wrong, "use_rslora", "true or false"))
        });
        // AdaLoRA's `rank_pattern` is a list of truth values for each layer, whose tensors have the ranks; PEFT gives each of its layers
        // `lora_alpha`.
        let none = Entries(Vec::new());
        let patterns = if method == Method::AdaLora { &none } else { &fields };
        let ranks = table(patterns, "rank_pattern", name_bytes, whole, &mut fault);
        let alphas = table(patterns, "alpha_pattern", name_bytes, number, &mut fault);
        let rank = match &method {
            Method::AdaLora => None,
            Method::Mlx(_) => rank.or_else(|| whole(value(&fields, "lora_parameters")?.get("rank")?)),
            _ => rank,
        };
        let first_rank = value(&fields, "init_r").map_or(Some(DEFAULT_FIRST_RANK), |rank| whole(&rank));
        let parameters = value(&fields, "target_parameters").and_then(|names| serde_json::from_value(names).ok());
        // Other methods take over the fields of LoRA without applying them.
        let variant = if method == Method::Lora { variant(&fields) } else { None };
        let parameters = parameters.unwrap_or_default();
        Self { rank, alpha_field, alpha, rslora, ranks, alphas, method, variant, first_rank, parameters, fields, place }
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// How a pair of this module is stored.
    pub(crate) fn stored(&self, module: &str) -> Stored {
        if let Some(kind) = self.variant {
            return Stored::Refused(kind);
        }
        let parameters = self.parameters_of(module);
        if !are_experts(module) && parameters.is_empty() {
            return Stored::Pair;
        }
        let mut ranks: Vec<Option<u64>> = parameters.iter().map(|name| self.rank_of(name)).collect();
        ranks.dedup();
        Stored::Experts(match ranks[..] {
            [] => self.rank_of(module),
            [rank] => rank,
            _ => None,
        })
    }

    /// The paths of a module's parameters that are adapted: patterns are about these, and which one of PEFT's wrappers around the
    /// module is for which is not in the file.
    pub(crate) fn parameters_of(&self, module: &str) -> Vec<String> {
        let inner = module.trim_end_matches(".base_layer");
        let ends = |path: &str| inner.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        let own = self.parameters.iter().filter_map(|name| match name.rsplit_once('.') {
            Some((parent, parameter)) => ends(parent).then_some(parameter),
            None => are_experts(module).then_some(name.as_str()),
        });
        own.map(|parameter| format!("{inner}.{parameter}")).collect()
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
        if let Method::Mlx(Err(name)) = &self.method {
            return Err(UnknownScale::Field(field(name)));
        }
        let found = self.alphas.find(module);
        let found = found.map_err(|pattern| UnknownScale::Pattern { field: field("alpha_pattern"), pattern })?;
        found.or(self.alpha).ok_or_else(|| UnknownScale::Field(field(self.alpha_field)))
    }

    /// What AdaLoRA divides by where the file has no `ranknum`: the rank it began with. PEFT keeps it when ranks fall.
    pub(crate) fn first_rank(&self) -> Option<f64> {
        self.first_rank.map(|rank| rank as f64)
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
