//! The built gallery in a real browser: keyboard, pointer, finger, panel, media features, sizes, accessibility, console.

mod accessibility;
mod alignment;
mod anew;
mod appearance;
mod axes;
mod choosing;
mod console;
mod hosts;
mod input;
mod layer;
mod motion;
mod page;
mod panel;
mod pointing;
mod take_away;
mod transcript;
