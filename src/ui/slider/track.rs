//! [`SliderTrack`]: where values lie on the native input, and what an event on it asks for where the browser alone would not know.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

/// The input's attributes, and who reads its events.
pub(super) struct SliderTrack {
    pub min: Signal<String>,
    pub max: Signal<String>,
    /// What the input holds for the value on display.
    pub thumb: Signal<String>,
    /// Nobody where places are values. A page without scales thus goes without their code.
    pub reader: Option<Arc<dyn Reader>>,
}

pub(super) trait Reader: Send + Sync {
    /// The value that the person asks for who moves the thumb from that of `now` to `thumb`.
    fn value(&self, thumb: usize, now: usize) -> usize;

    /// The value that a key asks for, if it is one of the slider's.
    fn key(&self, event: &KeyboardEvent, now: usize) -> Option<usize>;

    /// The input is on the page.
    fn attach(&self, input: &HtmlInputElement);
}

/// The value that a key asks for on a track whose places are its values: a Page key moves by a tenth of them, at least 1.
pub(super) fn page_key(event: &KeyboardEvent, now: usize, min: usize, max: usize) -> Option<usize> {
    let page = (max.saturating_sub(min).saturating_add(5) / 10).max(1);
    match event.key().as_str() {
        "PageUp" => Some(now.saturating_add(page).min(max).max(min)),
        "PageDown" => Some(now.saturating_sub(page).max(min)),
        _ => None,
    }
}
