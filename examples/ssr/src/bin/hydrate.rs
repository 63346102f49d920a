//! The browser's half of the page that is hydrated whole.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script that the server puts into the page.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::Explorers);
}

fn main() {}
