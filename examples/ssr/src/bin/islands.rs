//! The browser's half of the page of islands.

// Without this import the crate would not be linked, nor the functions by which the islands are found.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// The script that the server puts into the page calls this before it looks for islands.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

fn main() {}
