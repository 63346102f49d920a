//! Where a file's scales stand: `adapter_config.json`, its metadata, or the habit of its loaders.

use std::collections::BTreeMap;

use super::config::{Config, Place};
use super::fields::{Fields, number};
use super::method::{Method, Stored};
use super::problem::{Location, Problem, Reason};
use super::python;
use super::scale::{Scale, ScaleSource, UnknownScale};
use crate::adapter::file::entries::Entries;
use crate::adapter::file::header::Header;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::kinds::diffusion::is_diffusion;
use crate::adapter::kinds::kind::Kind;
use crate::adapter::kinds::names::{PEFT_PREFIX, Role, path, role};

/// The key that diffusers writes since 0.34 (`loaders/lora_base.py`): JSON with the fields of each model's configuration,
/// `transformer.r` for example, or of one without a prefix.
pub(crate) const ADAPTER_METADATA: &str = "lora_adapter_metadata";

/// Keys of `__metadata__` with one alpha for all layers, in the order in which they are looked for.
pub(crate) const FLAT: [&str; 3] = ["lora_alpha", "network_alpha", "alpha"];

/// Parts of the names of projections that are made of several: their factors may be stacked from as many adapters of rank r.
const FUSED: [&str; 5] = ["qkv", "query_key_value", "gate_up", "in_proj", "c_attn"];

/// The fields that the metadata of a model are recognised by.
const KNOWN: [&str; 5] = ["r", "lora_alpha", "use_rslora", "rank_pattern", "alpha_pattern"];

/// The most models that a file's metadata configure.
const MOST_MODELS: usize = 16;

#[derive(Clone, Debug)]
pub(crate) struct Sources {
    pub(crate) config: Option<Config>,
    /// The configurations in `lora_adapter_metadata`, by prefix with its dot. The longest prefix comes first.
    pub(crate) models: Vec<(String, Config)>,
    /// The alpha for all layers, and its key.
    pub(crate) flat: Option<(&'static str, f64)>,
    /// Why nothing that comes after the alpha tensors can be trusted.
    unreadable: Option<UnknownScale>,
    pub(crate) is_diffusion: bool,
    /// Why a scale that stands nowhere is unknown.
    missing: UnknownScale,
}

/// What is found for a layer.
pub(crate) struct Found {
    pub(crate) scale: Scale,
    pub(crate) alpha: Option<f64>,
    pub(crate) rslora: bool,
}

impl Sources {
    /// Reads the sources of a file. `config` is the text of `adapter_config.json`, if there is one.
    pub(crate) fn new(header: &Header, config: Option<&str>, problems: &mut Vec<Problem>) -> Self {
        let is_factor = |name: &str| matches!(role(name), Role::Down { .. } | Role::Part { .. });
        let factors = header.tensors().iter().map(Tensor::name).filter(|name| is_factor(name));
        let name_bytes = factors.map(|name| name.len() as u64).sum();
        let mut sources = Self {
            config: None,
            models: Vec::new(),
            flat: None,
            unreadable: None,
            is_diffusion: header.tensors().iter().any(|tensor| is_diffusion(tensor.name())),
            missing: UnknownScale::NoConfig,
        };
        match config.map(python::fields) {
            None => {}
            Some(Ok(fields)) if Config::is_adapters(&fields) => {
                sources.config = Some(Config::new(fields, Place::Config, name_bytes, problems));
            }
            Some(Ok(_)) => {
                problems.push(Problem { location: Location::Config, reason: Reason::OtherConfig });
                sources.missing = UnknownScale::OtherConfig;
            }
            Some(Err(error)) => {
                problems.push(Problem { location: Location::Config, reason: Reason::Json(error.to_string()) });
                sources.unreadable = Some(UnknownScale::ConfigJson);
            }
        }
        if let Some(text) = header.metadata(ADAPTER_METADATA) {
            match python::fields(text) {
                Ok(fields) => sources.models = models(&fields, name_bytes, problems),
                Err(error) => sources.refuse(ADAPTER_METADATA, &error.to_string(), problems),
            }
        }
        if let Some((key, text)) = FLAT.into_iter().find_map(|key| Some((key, header.metadata(key)?))) {
            match number(&text.into()) {
                Some(alpha) => sources.flat = Some((key, alpha)),
                None if sources.config.is_none() && sources.models.is_empty() => {
                    sources.refuse(key, "it should be a number", problems);
                }
                None => {}
            }
        }
        sources
    }

    fn refuse(&mut self, key: &str, error: &str, problems: &mut Vec<Problem>) {
        let location = Location::Metadata(key.to_owned());
        problems.push(Problem { location, reason: Reason::Json(error.to_owned()) });
        if self.config.is_none() {
            self.unreadable.get_or_insert(UnknownScale::Field(format!("`{key}` of the file's metadata")));
        }
    }

    /// The configuration that holds for a module, and the module's path in the model that it is about.
    pub(crate) fn of<'a>(&self, module: &'a str) -> Option<(&Config, &'a str)> {
        if let Some(config) = &self.config {
            return Some((config, path(module)));
        }
        self.model_of(module).map(|(model, path)| (&self.models[model].1, path))
    }

    /// The index of the model in the metadata that a module belongs to, and the module's path in it.
    pub(crate) fn model_of<'a>(&self, module: &'a str) -> Option<(usize, &'a str)> {
        self.models.iter().enumerate().find_map(|(i, (prefix, _))| {
            let path = module.strip_prefix(prefix.as_str())?;
            Some((i, path.strip_prefix(PEFT_PREFIX).unwrap_or(path)))
        })
    }

    /// How a pair of the module is stored, as its configuration says; `None` without one.
    pub(crate) fn stored(&self, module: &str) -> Option<Stored> {
        let (config, path) = self.of(module)?;
        Some(config.stored(path))
    }

    /// The method that the configuration of a module names, if no layer of this kind is of it.
    pub(crate) fn other_method(&self, module: &str, kind: Kind) -> Option<&Method> {
        let method = self.of(module)?.0.method();
        let agrees = match method {
            Method::Lora => !matches!(kind, Kind::LoHa | Kind::LoKr | Kind::AdaLoRa),
            Method::AdaLora => kind == Kind::AdaLoRa,
            Method::Lycoris(own) => *own == kind,
            Method::Mlx(_) => matches!(kind, Kind::Lora | Kind::FusedExperts),
            Method::Other(_) | Method::Unknown => false,
        };
        (!agrees).then_some(method)
    }

    /// The rank that the configuration says a module has.
    pub(crate) fn rank(&self, module: &str) -> Option<u64> {
        let (config, path) = self.of(module)?;
        config.rank_of(path)
    }

    /// The scale of a layer without an alpha tensor.
    pub(crate) fn find(&self, wanted: &Wanted) -> Found {
        let unknown = |reason| Found { scale: Scale::Unknown(reason), alpha: None, rslora: false };
        let known = |value: f64, source, alpha, rslora| Found {
            // −0 becomes 0.
            scale: Scale::Known { value: value + 0.0, source },
            alpha,
            rslora,
        };
        if wanted.kind == Kind::Full {
            return known(1.0, ScaleSource::Whole, None, false);
        }
        if let Some(reason) = &self.unreadable {
            return unknown(reason.clone());
        }
        if let Some((config, path)) = self.of(wanted.module) {
            let source = if self.config.is_some() { ScaleSource::Config } else { ScaleSource::AdapterMetadata };
            if let (Method::Mlx(Ok(scale)), true) = (config.method(), wanted.is_mlx) {
                return known(*scale, source, None, false);
            }
            // The first of its parameters may stand for all of them.
            let parameters = config.parameters_of(path);
            let path = parameters.first().map_or(path, String::as_str);
            let alpha = match config.alpha_of(path) {
                Ok(alpha) => alpha,
                Err(reason) => return unknown(reason),
            };
            if parameters.iter().any(|other| config.alpha_of(other).ok() != Some(alpha)) {
                return unknown(UnknownScale::Parameters);
            }
            if wanted.kind == Kind::AdaLoRa {
                // The alpha that stands for the rank is the one of its last resizing.
                let alpha = if alpha > 0.0 { alpha } else { wanted.divisor.unwrap_or(1) as f64 };
                return match config.first_rank().filter(|_| *config.method() == Method::AdaLora) {
                    Some(rank) => known(alpha / (rank + ADALORA_EPSILON), source, Some(alpha), false),
                    None => unknown(UnknownScale::Field("`init_r` of adapter_config.json".to_owned())),
                };
            }
            let says = config.rank_of(path);
            return match (says, wanted.divisor) {
                (Some(says), Some(found)) if !agrees(says, found, path) => unknown(UnknownScale::Ranks { says, found }),
                (_, Some(rank)) => known(config.scale(alpha, rank), source, Some(alpha), config.rslora == Some(true)),
                // PEFT's LoKr divides by the rank of the configuration, also where both factors are whole.
                (Some(says), None) if says > 0 => known(alpha / says as f64, source, Some(alpha), false),
                (_, None) => unknown(UnknownScale::Field("`r` of adapter_config.json".to_owned())),
            };
        }
        match (self.flat, wanted.divisor) {
            (Some((key, alpha)), Some(rank)) => {
                known(alpha / rank as f64, ScaleSource::Metadata(key), Some(alpha), false)
            }
            _ if self.is_diffusion => known(1.0, ScaleSource::Diffusion, None, false),
            _ => unknown(self.missing.clone()),
        }
    }
}

/// What PEFT adds to AdaLoRA's `ranknum` before it divides by it.
pub(crate) const ADALORA_EPSILON: f64 = 1e-5;

/// A layer whose scale is looked for.
pub(crate) struct Wanted<'a> {
    /// Its path as the tensors name it.
    pub(crate) module: &'a str,
    pub(crate) kind: Kind,
    /// What alpha is divided by, if the tensors tell.
    pub(crate) divisor: Option<usize>,
    /// Whether its tensors have mlx-lm's names.
    pub(crate) is_mlx: bool,
}

/// Whether factors of this rank divide alpha by their own rank although the configuration says another. Stacked factors of a
/// fused projection do (vllm-project/vllm-omni#6565).
fn agrees(says: u64, rank: usize, path: &str) -> bool {
    let rank = rank as u64;
    let is_fused = || FUSED.iter().any(|part| path.rsplit('.').next().is_some_and(|name| name.contains(part)));
    says == rank || (says > 0 && rank.is_multiple_of(says) && rank > says && is_fused())
}

/// The configurations of the models in `lora_adapter_metadata`; of the first ones only, since a pipeline has a few.
fn models(fields: &Fields, name_bytes: u64, problems: &mut Vec<Problem>) -> Vec<(String, Config)> {
    let mut prefixes: BTreeMap<&str, Fields> = BTreeMap::new();
    for (name, _) in &fields.0 {
        let at = name.rfind('.').map_or(0, |dot| dot + 1);
        if KNOWN.contains(&&name[at..]) && prefixes.len() < MOST_MODELS {
            prefixes.entry(&name[..at]).or_insert(Entries(Vec::new()));
        }
    }
    for (name, value) in &fields.0 {
        let at = name.rfind('.').map_or(0, |dot| dot + 1);
        if let Some(own) = prefixes.get_mut(&name[..at]) {
            own.0.push((name[at..].to_owned(), value.clone()));
        }
    }
    let config = |(prefix, fields): (&str, Fields)| {
        (prefix.to_owned(), Config::new(fields, Place::Metadata(prefix.to_owned()), name_bytes, problems))
    };
    let mut models: Vec<_> = prefixes.into_iter().map(config).collect();
    models.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    models
}
