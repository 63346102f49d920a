//! [`LayerRow`]: what the page knows of a layer.

use std::sync::Arc;

use lora_rank_explorer::adapter::LayerSpectrum;
use lora_rank_explorer::{Metric, RankSuggestion, ResidualCurve, Spectrum};

use crate::reading::protocol::Layer;

/// A layer, and its spectrum once it has been read.
#[derive(Clone)]
pub struct LayerRow {
    pub layer: Layer,
    pub spectrum: Option<Result<Arc<Known>, String>>,
}

/// What the list shows of a spectrum, computed once per layer.
pub struct Known {
    pub layer: LayerSpectrum,
    pub curve: ResidualCurve,
    pub stable_rank: Option<f64>,
    /// ‖ΔW‖²; 0 if it is not known.
    pub total_energy: f64,
}

impl LayerRow {
    pub fn new(layer: Layer) -> Self {
        Self { layer, spectrum: None }
    }

    pub fn known(&self) -> Option<&Arc<Known>> {
        self.spectrum.as_ref()?.as_ref().ok()
    }

    /// The largest rank that can be chosen: the layer's own.
    pub fn most(&self) -> usize {
        self.known().map_or(self.layer.rank, |known| known.layer.rank()).max(1)
    }

    pub fn spectrum(&self) -> Option<&Spectrum> {
        Some(self.known()?.layer.spectrum())
    }

    /// The captured energy at `rank`.
    pub fn energy(&self, rank: usize) -> Option<f64> {
        self.known()?.curve.captured_energy(rank)
    }
}

impl Known {
    pub fn new(layer: LayerSpectrum) -> Self {
        Self {
            curve: ResidualCurve::new(layer.spectrum(), Metric::Frobenius),
            total_energy: layer.spectrum().total_energy().unwrap_or(0.0),
            stable_rank: RankSuggestion::StableRank.value(layer.spectrum()).ok(),
            layer,
        }
    }
}
