//! [`SliderTrack`]: where values lie on the native input, and which values its events request.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::{HtmlInputElement, KeyboardEvent};

/// The input's attributes, and the reader of its events.
pub(super) struct SliderTrack {
    pub min: Signal<String>,
    pub max: Signal<String>,
    /// The thumb position of the current value.
    pub thumb: Signal<String>,
    /// `None` if thumb positions are the values themselves, so that pages without scales do not contain their code.
    pub reader: Option<Arc<dyn Reader>>,
}

pub(super) trait Reader: Send + Sync {
    /// The value for a thumb moved to `thumb`, given the current value `now`.
    fn value(&self, thumb: usize, now: usize) -> usize;

    /// The value that a key requests, if the slider handles that key.
    fn key(&self, event: &KeyboardEvent, now: usize) -> Option<usize>;

    /// Attaches listeners to the input.
    fn attach(&self, input: &HtmlInputElement);
}

/// The value that a Page key requests if thumb positions are the values: a tenth of the range away, at least 1.
pub(super) fn page_key(event: &KeyboardEvent, now: usize, min: usize, max: usize) -> Option<usize> {
    let page = (max.saturating_sub(min).saturating_add(5) / 10).max(1);
    match event.key().as_str() {
        "PageUp" => Some(now.saturating_add(page).min(max).max(min)),
        "PageDown" => Some(now.saturating_sub(page).max(min)),
        _ => None,
    }
}
