//! The built workbench in a real browser: valid and invalid files, ranks for the whole file, exports.

mod axe;
mod bad_input;
mod choosing;
mod export;
mod files;
mod heard;
mod keyboard;
mod kinds;
mod layers;
mod map;
mod opening;
mod page;
mod pairs;
mod pairs_again;
mod pairs_bad;
mod pairs_whole;
mod resize;
mod tradeoff;
mod transcript;
mod upload;
mod workers;
