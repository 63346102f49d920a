//! What a resized file says about itself: `adapter_config.json` and `__metadata__`, with the new ranks and alphas.

use super::alpha_tensor::AlphaTensor;
use super::fate::Fate;
use super::lora_config::lora_fields;
use super::names::{LayerNames, module};
use super::options::{Alphas, Names, ResizeOptions};
use super::plan::{LayerPlan, Plan};
use super::settings::{Divisor, Setting, rewritten};
use crate::adapter::config::Config;
use crate::adapter::contents::Adapter;
use crate::adapter::fields::Fields;
use crate::adapter::file::entries::Entries;
use crate::adapter::file::write::{json, raw};
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::Problem;
use crate::adapter::python;
use crate::adapter::scale::{Scale, ScaleSource};
use crate::adapter::sources::ADAPTER_METADATA;

/// Keys of `__metadata__` that hold one rank for all layers.
const RANKS: [&str; 4] = ["lora_rank", "network_dim", "rank", "r"];

impl Adapter {
    /// The new `adapter_config.json`, if the new file needs one.
    pub(super) fn new_config(&self, plan: &Plan, options: &ResizeOptions) -> Result<Option<String>, Problem> {
        let made;
        let (fields, rslora) = match (&self.sources.config, options.names) {
            (_, Some(Names::ComfyUi | Names::Kohya)) | (None, None) => return Ok(None),
            (Some(config), _) => (&config.fields, config.rslora == Some(true)),
            (None, Some(Names::Peft)) => {
                made = peft_fields(plan, self.layers())?;
                (&made, false)
            }
        };
        let others = self.depend_on_old(plan);
        let of_peft = |(layer, plan): (&Layer, &LayerPlan)| {
            plan.fate == Fate::Made && layer.pair().is_some_and(|pair| pair.is_peft)
        };
        let as_lora;
        let (fields, rslora) = match self.layers().iter().zip(&plan.layers).any(of_peft) {
            true => {
                as_lora = lora_fields(fields, self.layers())?;
                (&as_lora, false)
            }
            false => (fields, rslora),
        };
        let divisor = Divisor::new(rslora, options.alphas, others);
        let path = |(layer, plan): (&'_ Layer, &'_ LayerPlan)| match &plan.names {
            Some(names) => names.path.clone(),
            None => layer.module().to_owned(),
        };
        let layers: Vec<(&Layer, &LayerPlan)> = self.resized(plan).collect();
        let paths: Vec<String> = layers.iter().copied().map(path).collect();
        let layers = layers.into_iter().zip(&paths);
        let settings: Vec<Setting> =
            layers.map(|((layer, plan), path)| setting(path, layer, plan, divisor, &ScaleSource::Config)).collect();
        if settings.is_empty() {
            return python::text(fields).map(Some).map_err(json);
        }
        let fields = rewritten(fields, &settings, others, divisor)?;
        python::text(&fields).map(Some).map_err(json)
    }

    /// The metadata with new ranks and alphas: in diffusers' configurations, in the alpha for all layers, and in sd-scripts'
    /// notes as its own resizing writes them. Checksums, which no longer hold, are left out.
    pub(super) fn new_metadata(
        &self,
        plan: &Plan,
        options: &ResizeOptions,
    ) -> Result<Option<Entries<String>>, Problem> {
        let Some(mut metadata) = self.header.metadata.clone() else { return Ok(None) };
        let is_renamed = |layer: &Layer, names: &LayerNames| names.down != layer.down().name();
        let is_changed = |(layer, plan): (&Layer, &LayerPlan)| {
            let is_renamed = plan.names.as_ref().is_some_and(|names| is_renamed(layer, names));
            plan.is_dropped() || plan.recipe.is_some() || plan.alpha_tensor != AlphaTensor::Same || is_renamed
        };
        // Alphas change in the metadata alone where no number of the factors does.
        let is_same = match options.alphas {
            Alphas::Scaled => !self.resized(plan).any(is_changed),
            _ => self.resized(plan).next().is_none(),
        };
        if is_same {
            return Ok(Some(metadata));
        }
        let mut stale = vec!["sshs_model_hash", "sshs_legacy_hash", "modelspec.hash_sha256"];
        if options.names.is_some() {
            // The alphas stand in tensors or in adapter_config.json now, and diffusers refuses both together.
            stale.push(ADAPTER_METADATA);
            stale.extend(self.sources.flat.map(|(key, _)| key));
        }
        metadata.0.retain(|(key, _)| !stale.contains(&key.as_str()));
        if !self.sources.models.is_empty()
            && let Some(text) = metadata.get(ADAPTER_METADATA)
        {
            let text = self.new_models(text, plan, options)?;
            metadata.set(ADAPTER_METADATA, text);
        }
        let left: Vec<&LayerPlan> = plan.layers.iter().filter(|plan| !plan.is_dropped()).collect();
        let one = |same: bool, text: String| if same { text } else { "Dynamic".to_owned() };
        let Some(first) = left.first() else { return Ok(Some(metadata)) };
        let same_rank = left.iter().all(|plan| plan.rank == first.rank);
        let has_rank =
            |layer: &Layer, rank: usize| rank == layer.rank() || layer.becomes_pair() && layer.divisor == Some(rank);
        let is_rank =
            |text: &str| text.parse().is_ok_and(|rank| self.layers().iter().any(|layer| has_rank(layer, rank)));
        for key in RANKS.into_iter().filter(|key| self.header.metadata(key).is_some_and(is_rank)) {
            metadata.set(key, one(same_rank, first.rank.to_string()));
        }
        if let (Some((key, _)), Some(alpha)) = (self.sources.flat, plan.flat) {
            metadata.set(key, alpha.to_string());
        }
        let alpha = |plan: &LayerPlan| plan.alpha.or(plan.scale.map(|scale| scale * plan.rank as f64));
        let same_alpha = same_rank && left.iter().all(|plan| alpha(plan) == alpha(first));
        let notes = [
            ("ss_network_dim", Some(first.rank.to_string()), same_rank && same_alpha),
            ("ss_network_alpha", alpha(first).map(|alpha| alpha.to_string()), same_rank && same_alpha),
        ];
        for (key, text, same) in notes {
            if let (Some(_), Some(text)) = (metadata.get(key), text) {
                metadata.set(key, one(same, text));
            }
        }
        Ok(Some(metadata))
    }

    /// diffusers' metadata, each model's fields rewritten in their places.
    fn new_models(&self, text: &str, plan: &Plan, options: &ResizeOptions) -> Result<String, Problem> {
        let others = self.depend_on_old(plan);
        let divisor = |config: &Config| Divisor::new(config.rslora == Some(true), options.alphas, others);
        let mut settings: Vec<Vec<Setting>> = self.sources.models.iter().map(|_| Vec::new()).collect();
        for (layer, plan) in self.resized(plan) {
            if let Some((model, path)) = self.sources.model_of(module(layer)) {
                let divisor = divisor(&self.sources.models[model].1);
                settings[model].push(setting(path, layer, plan, divisor, &ScaleSource::AdapterMetadata));
            }
        }
        let mut fields = python::fields(text).map_err(json)?;
        for ((prefix, config), settings) in self.sources.models.iter().zip(settings) {
            if !settings.is_empty() {
                for (name, value) in rewritten(&config.fields, &settings, others, divisor(config))?.0 {
                    fields.set(&format!("{prefix}{name}"), raw(&value)?);
                }
            }
        }
        python::text(&fields).map_err(json)
    }

    /// Whether modules depend on what the old fields say: what is no pair here, and layers of unknown scale, which would become known by
    /// another rank or alpha.
    fn depend_on_old(&self, plan: &Plan) -> bool {
        self.has_others(|i| plan.layers[i].fate != Fate::Stays)
            || self.resized(plan).any(|(_, plan)| !plan.is_dropped() && plan.scale.is_none())
    }

    /// The layers that are pairs in the new file, with what becomes of them.
    fn resized<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = (&'a Layer, &'a LayerPlan)> {
        self.layers().iter().zip(&plan.layers).filter(|(_, plan)| plan.fate != Fate::Stays)
    }
}

/// `place` is where the setting will stand. A layer that stays, and whose alpha stood there, has the very number that it had.
fn setting<'a>(path: &'a str, layer: &Layer, plan: &LayerPlan, divisor: Divisor, place: &ScaleSource) -> Setting<'a> {
    let is_stored = matches!(layer.scale(), Scale::Known { source, .. } if source == place);
    let is_same = is_stored
        && plan.fate == Fate::Pair
        && plan.rank == layer.rank()
        && plan.scale == layer.scale().value()
        && !divisor.changes();
    let computed = || match plan.alpha.filter(|alpha| !divisor.is_root() && *alpha != 0.0) {
        Some(alpha) => Some(alpha),
        None => plan.scale.map(|scale| scale * divisor.of(plan.rank)),
    };
    let alpha = layer.alpha().filter(|_| is_same).or_else(computed);
    Setting { path, rank: plan.rank, alpha, scale: plan.scale }
}

/// The configuration of an adapter that had none.
fn peft_fields(plan: &Plan, layers: &[Layer]) -> Result<Fields, Problem> {
    let left = layers.iter().zip(&plan.layers).filter(|(_, plan)| !plan.is_dropped());
    let modules: Vec<&str> =
        left.map(|(layer, plan)| plan.names.as_ref().map_or(layer.module(), |names| &names.path)).collect();
    let mut fields = Entries(Vec::new());
    fields.set("peft_type", raw(&"LORA")?);
    fields.set("target_modules", raw(&modules)?);
    fields.set("bias", raw(&"none")?);
    fields.set("lora_dropout", raw(&0.0)?);
    fields.set("inference_mode", raw(&true)?);
    Ok(fields)
}
