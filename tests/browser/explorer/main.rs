//! `<LoRaRankExplorer>` and `<LabeledSlider>` through the eyes of the page: what is in the DOM, and when.
#![cfg(target_family = "wasm")]

mod accessibility;
mod bad_input;
mod controlled;
mod first_render;
mod motion;
mod slider;
mod updates;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
