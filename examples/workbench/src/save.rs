//! Helpers for saved files, and for the focus.

use std::time::Duration;

use js_sys::{Array, JsString};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement};

use crate::reading::blob::words;
use crate::state::Page;

/// `NAME-REST`, where NAME is the open file's without its ending.
pub fn name_of(page: Page, rest: &str) -> String {
    format!("{}-{rest}", stem(&open_name(page)))
}

/// The name of the resized file, as its loader wants it.
pub fn resized_name(page: Page) -> String {
    resized(&open_name(page))
}

fn open_name(page: Page) -> String {
    page.files.with_untracked(|files| files.as_ref().map(|files| files.file.name()).unwrap_or_default())
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The names by which loaders look for the file in its folder: those of PEFT, diffusers and mlx-lm.
const FIXED: [&str; 3] = ["adapter_model.safetensors", "pytorch_lora_weights.safetensors", "adapters.safetensors"];

/// A name that a loader looks for stays, also without the number that a browser gives to a second download; others say what the file is.
fn resized(name: &str) -> String {
    let plain = match stem(name).rsplit_once(" (") {
        Some((before, number)) if number.trim_end_matches(')').bytes().all(|byte| byte.is_ascii_digit()) => before,
        _ => stem(name),
    };
    let fixed = FIXED.iter().find(|fixed| stem(fixed) == plain);
    fixed.map_or_else(|| format!("{}-resized.safetensors", stem(name)), |fixed| (*fixed).to_owned())
}

pub fn text_blob(text: &str) -> Result<Blob, String> {
    Blob::new_with_str_sequence(&Array::of1(&JsString::from(text))).map_err(|error| words(&error))
}

/// Gives the focus to the element with this id, once the page shows what has just changed.
pub fn focus(id: &'static str) {
    // Fails if the element cannot take the focus.
    set_timeout(move || _ = element(id).map(|element| element.focus()), Duration::ZERO);
}

/// Clicks the element with this id, if there is one.
pub fn click(id: &str) {
    element(id).iter().for_each(HtmlElement::click);
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use super::resized;

    #[test]
    fn the_names_that_loaders_look_for_stay() {
        for (name, expected) in [
            ("adapter_model.safetensors", "adapter_model.safetensors"),
            ("adapter_model (1).safetensors", "adapter_model.safetensors"),
            ("pytorch_lora_weights.safetensors", "pytorch_lora_weights.safetensors"),
            ("adapters.safetensors", "adapters.safetensors"),
            ("my style (v2).safetensors", "my style (v2)-resized.safetensors"),
            ("my_style.safetensors", "my_style-resized.safetensors"),
            ("a", "a-resized.safetensors"),
        ] {
            assert_eq!(resized(name), expected);
        }
    }
}
