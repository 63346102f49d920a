//! `<LoRaRankExplorer>` and `<LabeledSlider>` as the page sees them: what is in the DOM, and when.
#![cfg(target_family = "wasm")]

mod accessibility;
mod axes;
mod bad_input;
mod comparison;
mod controlled;
mod crowd;
mod disposal;
mod first_render;
mod foreign_elements;
mod loading;
mod long_lives;
mod made_again;
mod motion;
mod parts;
mod picture;
mod slider;
mod slider_scale;
mod solver;
mod spectrum;
mod time;
mod updates;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
