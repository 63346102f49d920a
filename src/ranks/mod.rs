//! Which rank, and what it costs: the rules of other tools, what the spectrum itself suggests, and one budget over many layers.

pub(crate) mod allocation;
mod bounds;
pub(crate) mod cost;
pub(crate) mod ladder;
pub(crate) mod not_applicable;
pub(crate) mod observations;
pub(crate) mod rules;
pub(crate) mod suggestions;
