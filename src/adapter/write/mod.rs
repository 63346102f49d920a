//! Writes a resized adapter as a file.
//!
//! ```text
//! ranks, options ──> Fate ──> Plan ──> Recipe (a layer's new factors) ──> LayerCheck ──> Layout ──> FilePart ──> bytes
//!                             names    encode                             what is kept   notes, settings
//! ```

mod alpha_tensor;
mod alphas;
mod bias;
pub(crate) mod check;
pub(crate) mod encode;
mod export;
pub(crate) mod fate;
mod fits;
mod layout;
mod lora_config;
mod made;
mod names;
mod notes;
pub(crate) mod options;
pub(crate) mod part;
mod plan;
mod recipe;
pub(crate) mod resize;
pub(crate) mod settings;
