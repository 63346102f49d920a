//! The bias beside B, which PEFT trains with `lora_bias`. Its loader multiplies it by the scale as it does B·A.

use std::collections::{HashMap, HashSet};

use super::fate::Fate;
use super::plan::LayerPlan;
use crate::adapter::contents::Adapter;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::{Problem, Reason};

/// How far a scale differs, relatively, where it was only divided and multiplied again.
const ROUNDING: f64 = 1e-9;

impl Adapter {
    /// The names of these biases, by the name of the B beside them.
    pub(super) fn biases(&self) -> HashMap<&str, &str> {
        let names: HashSet<&str> = self.header.tensors().iter().map(|tensor| tensor.name()).collect();
        let pairs = self.layers().iter().map(|layer| layer.up().name()).filter(|up| up.contains(".lora_B."));
        let beside = |up: &str| names.get(format!("{}bias", up.strip_suffix("weight")?).as_str()).copied();
        pairs.filter_map(|up| Some((up, beside(up)?))).collect()
    }

    /// Refuses a plan that would change what such a bias does.
    pub(super) fn check_biases(&self, plans: &[LayerPlan]) -> Result<(), Problem> {
        let is_changed = |(layer, plan): &(&Layer, &LayerPlan)| match (layer.scale().value(), plan.scale) {
            _ if plan.fate != Fate::Pair || plan.is_dropped() => false,
            (Some(old), Some(new)) => (new - old).abs() > ROUNDING * old.abs(),
            (old, new) => old != new,
        };
        let changed: Vec<&Layer> = self.layers().iter().zip(plans).filter(is_changed).map(|(layer, _)| layer).collect();
        // Most plans keep every scale.
        let biases = if changed.is_empty() { HashMap::new() } else { self.biases() };
        for layer in changed {
            if let Some(bias) = biases.get(layer.up().name()) {
                let why = format!(
                    "its `{bias}` is multiplied by the scale, too, which this choice changes: leave the scales as they are"
                );
                return Err(Problem::module(layer.module(), Reason::Choice(why)));
            }
        }
        Ok(())
    }
}
