//! The browser's half of the page of islands.

// Only what is named here is linked, and with it the functions that the islands are found by.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script that the server puts into the page, before it looks for islands.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

fn main() {}
