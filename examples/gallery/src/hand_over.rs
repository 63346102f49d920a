//! Copying text to the clipboard.

use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::Reflect;
use web_sys::wasm_bindgen::JsValue;
use web_sys::window;

/// Copies `text` to the clipboard.
///
/// # Errors
/// If the browser refuses, or has no clipboard, as on pages that are not secure.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    let navigator = window().ok_or(JsValue::NULL)?.navigator();
    if Reflect::get(&navigator, &"clipboard".into())?.is_undefined() {
        return Err(JsValue::NULL);
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.map(|_| ())
}
