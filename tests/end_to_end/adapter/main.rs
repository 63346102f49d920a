//! The built page for adapters in a real browser: files good and bad, ranks for the whole file, what can be taken away.

mod axe;
mod bad_input;
mod choosing;
mod export;
mod files;
mod keyboard;
mod layers;
mod opening;
mod page;
mod resize;
mod upload;
