//! [`LabeledSlider`] and the rule for values that a parent may or may not control. Knows numbers, not matrices.

pub(crate) mod commit;
pub(crate) mod controlled;
pub(crate) mod labeled_slider;
pub(crate) mod scale;
mod track;

pub use commit::OnCommit;
pub use labeled_slider::{LabeledSlider, LabeledSliderProps};
pub use scale::SliderScale;
