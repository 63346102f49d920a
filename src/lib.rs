//! See and choose a LoRA rank.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod curve;
mod decimal;
mod erased;
mod explorer;
mod matrix;
mod motion;
pub mod plot;
mod seed;
mod slider;
mod spectrum;
pub mod svd;

pub use curve::{Metric, ResidualCurve, UnknownMetric};
pub use explorer::{IntoMatrix, IntoTargetMatrix, LoRaRankExplorer, LoRaRankExplorerProps, TargetMatrix};
pub use matrix::{Matrix, MatrixError};
pub use motion::{CubicBezier, CubicBezierError, Spring, SpringError, Transition, Tween};
pub use slider::{LabeledSlider, LabeledSliderProps};
pub use spectrum::{Spectrum, SpectrumError};

/// The stylesheet, for pages that serve it themselves. It is the file `style/lora-rank-explorer.css` of the crate.
pub const STYLESHEET: &str = include_str!("../style/lora-rank-explorer.css");
