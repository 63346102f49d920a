//! The built gallery in a real browser: keyboard, pointer, panel, media features, sizes.

mod appearance;
mod input;
mod motion;
mod panel;
