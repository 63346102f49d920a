//! Helpers for saved files, and for the focus.

use std::time::Duration;

use js_sys::{Array, JsString};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement};

use crate::reading::blob::words;
use crate::state::Page;

/// `NAME-WHAT.KIND`, where NAME is the open file's.
pub fn name_of(page: Page, what: &str, kind: &str) -> String {
    let name = page.files.with_untracked(|files| files.as_ref().map(|files| files.file.name()).unwrap_or_default());
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    format!("{stem}-{what}.{kind}")
}

pub fn text_blob(text: &str) -> Result<Blob, String> {
    Blob::new_with_str_sequence(&Array::of1(&JsString::from(text))).map_err(|error| words(&error))
}

/// Gives the focus to the element with this id, once the page shows what has just changed.
pub fn focus(id: &'static str) {
    let give = move || {
        let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
        // Fails if the element cannot take the focus.
        element.map(|element| element.focus());
    };
    set_timeout(give, Duration::ZERO);
}
