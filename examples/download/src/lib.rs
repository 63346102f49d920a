//! Saving text as a file.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::js_sys::Array;
use web_sys::wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// How long the file's URL stays valid: a download may begin some time after the click.
const UNTIL_READ: Duration = Duration::from_secs(60);

/// Makes the browser save `text` as a file with this name and MIME type.
///
/// # Errors
/// If the page has no body, or the browser cannot make the file.
pub fn save(name: &str, mime: &str, text: &str) -> Result<(), JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type(mime);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    // Some browsers only follow links that are in the page.
    document().body().ok_or(JsValue::NULL)?.append_child(&link)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    link.remove();
    revoke_later(url);
    Ok(())
}

/// Ends a file's URL, once a download that has just begun has surely read it.
pub fn revoke_later(url: String) {
    set_timeout(move || drop(Url::revoke_object_url(&url)), UNTIL_READ);
}
