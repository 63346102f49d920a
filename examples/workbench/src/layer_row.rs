//! [`LayerRow`]: what the page knows of a layer.

use std::sync::Arc;

use lora_rank_explorer::adapter::LayerSpectrum;
use lora_rank_explorer::{Metric, RankSuggestion, ResidualCurve, Spectrum};

use crate::pair::found::Floor;
use crate::reading::protocol::{Found, Layer};

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
    /// Of a difference of two checkpoints.
    pub floor: Option<Floor>,
}

/// Whether the rows are differences of two checkpoints: all of them are, or none.
pub fn are_differences(rows: &[LayerRow]) -> bool {
    rows.first().is_some_and(|row| row.layer.is_difference())
}

impl LayerRow {
    pub fn new(layer: Layer) -> Self {
        Self { layer, spectrum: None }
    }

    pub fn known(&self) -> Option<&Arc<Known>> {
        self.spectrum.as_ref()?.as_ref().ok()
    }

    /// Whether it is a difference without a spectrum: a LoRA does not have it.
    pub fn is_left_out(&self) -> bool {
        self.layer.is_difference() && self.spectrum.as_ref().is_some_and(Result::is_err)
    }

    /// The smallest rank that can be chosen: 0 leaves a difference out.
    pub fn least(&self) -> usize {
        usize::from(!self.layer.is_difference())
    }

    /// The rank that can be chosen closest to this one.
    pub fn bounded(&self, rank: usize) -> usize {
        rank.clamp(self.least(), self.most())
    }

    /// The largest rank that can be chosen: the layer's own. More values may be known than are asked for now.
    pub fn most(&self) -> usize {
        if self.is_left_out() {
            return 0;
        }
        self.known().map_or(self.layer.rank, |known| known.layer.rank().min(self.layer.rank)).max(1)
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
    pub fn new(Found { layer, floor }: Found) -> Self {
        Self {
            curve: ResidualCurve::new(layer.spectrum(), Metric::Frobenius),
            total_energy: layer.spectrum().total_energy().unwrap_or(0.0),
            stable_rank: RankSuggestion::StableRank.value(layer.spectrum()).ok(),
            layer,
            floor,
        }
    }
}
