//! Reused elements: when a view is rendered again, Leptos gives its elements to the new component instance.

use wasm_bindgen::JsValue;
use web_sys::Element;
use web_sys::js_sys::Reflect;

/// Whether an earlier component instance has used `element`. Call this once for each instance: it marks the element as used.
///
/// Leptos does not tell a directive why it runs, and `SharedContext::during_hydration` stays true on a page of islands.
pub(crate) fn is_reused(element: &Element) -> bool {
    let mark = JsValue::from_str("loraRankExplorer");
    let reused = Reflect::has(element, &mark).unwrap_or(false);
    // Only fails if the target is not an object.
    let _ = Reflect::set(element, &mark, &JsValue::TRUE);
    reused
}
