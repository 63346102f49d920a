//! [`LabeledSlider`], and [`Controlled`](controlled::Controlled) values. This module knows numbers, not matrices.

pub(crate) mod commit;
pub(crate) mod controlled;
pub(crate) mod labeled_slider;
pub(crate) mod scale;
mod track;

pub use commit::OnCommit;
pub use controlled::ControlledValue;
pub use labeled_slider::{LabeledSlider, LabeledSliderProps};
pub use scale::SliderScale;
