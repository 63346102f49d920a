//! What a resized file says about itself: `adapter_config.json` and `__metadata__`, with the new ranks and alphas.

use std::collections::HashSet;

use super::part::Change;
use super::settings::{Setting, rewritten};
use crate::adapter::config::Config;
use crate::adapter::contents::Adapter;
use crate::adapter::file::entries::Entries;
use crate::adapter::file::write::{json, raw};
use crate::adapter::kinds::kind::Kind;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::kinds::names::{Role, role};
use crate::adapter::problem::Problem;
use crate::adapter::python;
use crate::adapter::sources::ADAPTER_METADATA;

/// Keys of `__metadata__` that hold one rank for all layers.
const RANKS: [&str; 4] = ["lora_rank", "network_dim", "rank", "r"];

impl Adapter {
    /// The new `adapter_config.json`, if there is an old one.
    pub(super) fn new_config(&self, changes: &[Option<Change>]) -> Result<Option<String>, Problem> {
        let Some(config) = &self.sources.config else { return Ok(None) };
        let settings: Vec<Setting> = (self.layers().iter().zip(changes))
            .filter(|(layer, _)| layer.kept().is_none())
            .map(|(layer, change)| setting(config, layer.module(), layer, change.as_ref()))
            .collect();
        if settings.is_empty() {
            return python::text(&config.fields).map(Some).map_err(json);
        }
        let fields = rewritten(&config.fields, &settings, self.has_others())?;
        python::text(&fields).map(Some).map_err(json)
    }

    /// The metadata with new ranks and alphas: in diffusers' configurations, in the alpha for all layers, and in sd-scripts'
    /// notes as its own resizing writes them. Checksums, which no longer hold, are left out.
    pub(super) fn new_metadata(&self, changes: &[Option<Change>]) -> Result<Option<Entries<String>>, Problem> {
        let Some(mut metadata) = self.header.metadata.clone() else { return Ok(None) };
        if changes.iter().all(Option::is_none) {
            return Ok(Some(metadata));
        }
        metadata.0.retain(|(key, _)| key != "sshs_model_hash" && key != "sshs_legacy_hash");
        if !self.sources.models.is_empty()
            && let Some(text) = metadata.get(ADAPTER_METADATA)
        {
            let text = self.new_models(text, changes)?;
            metadata.set(ADAPTER_METADATA, text);
        }
        let ranks: Vec<usize> = (self.layers().iter().zip(changes))
            .map(|(layer, change)| change.as_ref().map_or(layer.rank(), |change| change.rank.get()))
            .collect();
        let one = |same: bool, text: String| if same { text } else { "Dynamic".to_owned() };
        let same_rank = ranks.iter().all(|rank| *rank == ranks[0]);
        let is_rank = |text: &str| self.layers().iter().any(|layer| text.parse() == Ok(layer.rank()));
        for key in RANKS.into_iter().filter(|key| self.header.metadata(key).is_some_and(is_rank)) {
            metadata.set(key, one(same_rank, ranks[0].to_string()));
        }
        if let (Some((key, _)), Some(alpha)) = (self.sources.flat, self.flat_alpha(&ranks)) {
            metadata.set(key, alpha.to_string());
        }
        let mut noted: Vec<(usize, f64)> =
            changes.iter().flatten().map(|change| (change.rank.get(), change.alpha)).collect();
        noted.dedup();
        let same = noted.len() == 1 && changes.iter().all(Option::is_some);
        for (key, text) in [("ss_network_dim", noted[0].0.to_string()), ("ss_network_alpha", noted[0].1.to_string())] {
            if metadata.get(key).is_some() {
                metadata.set(key, one(same, text));
            }
        }
        Ok(Some(metadata))
    }

    /// The alpha for all layers in the metadata once they have these ranks: one that keeps their scales, or the old one, and the
    /// factors make up for it.
    pub(super) fn flat_alpha(&self, ranks: &[usize]) -> Option<f64> {
        let (_, old) = self.sources.flat?;
        let wanted =
            |(layer, rank): (&Layer, &usize)| layer.scale().value().map(|scale| (layer.rank().min(*rank), scale));
        let mut wanted = self.layers().iter().zip(ranks).map(wanted);
        let first = wanted.next()??;
        let is_kept = self.layers().iter().any(|layer| layer.kept().is_some());
        Some(if !is_kept && wanted.all(|next| next == Some(first)) { first.1 * first.0 as f64 } else { old })
    }

    /// diffusers' metadata, each model's fields rewritten in their places.
    fn new_models(&self, text: &str, changes: &[Option<Change>]) -> Result<String, Problem> {
        let mut settings: Vec<Vec<Setting>> = self.sources.models.iter().map(|_| Vec::new()).collect();
        for (layer, change) in self.layers().iter().zip(changes).filter(|(layer, _)| layer.kept().is_none()) {
            if let Some((model, path)) = self.sources.model_of(module(layer)) {
                settings[model].push(setting(&self.sources.models[model].1, path, layer, change.as_ref()));
            }
        }
        let mut fields = python::fields(text).map_err(json)?;
        for ((prefix, config), settings) in self.sources.models.iter().zip(settings) {
            if !settings.is_empty() {
                for (name, value) in rewritten(&config.fields, &settings, self.has_others())?.0 {
                    fields.set(&format!("{prefix}{name}"), raw(&value)?);
                }
            }
        }
        python::text(&fields).map_err(json)
    }

    /// Whether the file has factors that are no layers here, or layers that are never resized.
    fn has_others(&self) -> bool {
        let own = |layer: &Layer| [layer.down().name().to_owned(), layer.up().name().to_owned()];
        let own: HashSet<String> = self.layers().iter().filter(|layer| layer.kept().is_none()).flat_map(own).collect();
        self.header.tensors().iter().any(|tensor| match role(tensor.name()) {
            Role::Plain | Role::Alpha { .. } | Role::Unsupported { kind: Kind::Bias | Kind::Beside, .. } => false,
            _ => !own.contains(tensor.name()),
        })
    }
}

/// The module of a layer as its tensors name it.
fn module(layer: &Layer) -> &str {
    match role(layer.down().name()) {
        Role::Down { module, .. } => module,
        _ => layer.module(),
    }
}

fn setting<'a>(config: &Config, path: &'a str, layer: &Layer, change: Option<&Change>) -> Setting<'a> {
    let (rank, scale) = match change {
        Some(change) => (change.rank.get(), Some(change.scale)),
        None => (layer.rank(), layer.scale().value()),
    };
    Setting { path, rank, alpha: scale.map(|scale| scale * config.divisor(rank)) }
}
