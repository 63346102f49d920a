//! Elements that one component has after another: a view that is made again gets those of the view before it.

use wasm_bindgen::JsValue;
use web_sys::Element;
use web_sys::js_sys::Reflect;

/// Whether a component before has had `element`. Ask once for each component: this marks the element as had.
///
/// Leptos does not tell a directive why it runs, and `during_hydration` of its `SharedContext` stays true on a page of islands.
pub(crate) fn is_reused(element: &Element) -> bool {
    let mark = JsValue::from_str("loraRankExplorer");
    let reused = Reflect::has(element, &mark).unwrap_or(false);
    // Fails for what is no object.
    let _ = Reflect::set(element, &mark, &JsValue::TRUE);
    reused
}
