//! The whole model at a glance: every layer a cell, block × module, coloured by what is asked for.
//!
//! ```text
//! paths ──> names: Place ──> layout: Layout ──> markup ──> paint (elements)
//! rows, ranks, plan ──> measure, cell: Shown ──────────────┘ only what has changed
//! keys, clicks ──> walk, selection: selected layer, range ──> range: ranks set by hand
//! ```
//!
//! The cells are plain elements: a reactive view for each would take longer than a frame to update for a thousand layers.

mod cell;
mod layout;
mod markup;
mod measure;
mod names;
mod paint;
mod range;
mod selection;
mod table;
mod view;
mod walk;

pub use layout::Layout;
pub use view::Map;
