//! Writes a resized adapter as a file.

mod export;
mod notes;
pub(crate) mod part;
pub(crate) mod resize;
mod settings;
