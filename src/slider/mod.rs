//! [`LabeledSlider`] and the rule for values that a parent may or may not control. Knows numbers, not matrices.

mod controlled;
mod labeled_slider;

pub(crate) use controlled::Controlled;
pub use labeled_slider::{LabeledSlider, LabeledSliderProps};
