//! A text to take away, on the clipboard.

use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::Reflect;
use web_sys::wasm_bindgen::JsValue;
use web_sys::window;

/// Puts `text` on the clipboard.
///
/// # Errors
/// Where the browser refuses, or has none: outside of a secure page it does not.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    let navigator = window().ok_or(JsValue::NULL)?.navigator();
    if Reflect::get(&navigator, &"clipboard".into())?.is_undefined() {
        return Err(JsValue::NULL);
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.map(|_| ())
}
