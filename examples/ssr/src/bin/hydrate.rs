//! The browser's half of the pages that are hydrated as a whole.

use leptos::mount::hydrate_body;
use leptos::prelude::location_pathname;
use wasm_bindgen::prelude::wasm_bindgen;

/// The script that the server puts into the page calls this.
#[wasm_bindgen]
pub fn hydrate() {
    match location_pathname().as_deref() {
        Some("/fetched") => hydrate_body(app::FetchedPage),
        _ => hydrate_body(app::Explorers),
    }
}

fn main() {}
