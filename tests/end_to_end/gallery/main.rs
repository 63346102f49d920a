//! The built gallery in a real browser: keyboard, pointer, finger, panel, media features, sizes, accessibility, console.

mod accessibility;
mod appearance;
mod axes;
mod console;
mod input;
mod layer;
mod motion;
mod panel;
