//! Writes a LoRA: the factors of each layer, other parameters whole, the file and its configuration.

mod config;
pub(super) mod file;
mod names;
pub(super) mod options;
pub(super) mod part;
mod whole;
