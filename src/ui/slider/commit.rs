//! [`OnCommit`]: what `on_commit` accepts.

use leptos::ev::Event;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlInputElement;

use crate::ui::reactive::effect;

/// What `on_commit` accepts: a closure or a [`Callback`] that takes the value. By default nothing is called.
///
/// The event-handling code comes with the callback, so pages without one do not contain it.
#[derive(Clone, Copy, Default)]
pub struct OnCommit(Option<(Callback<usize>, Listen)>);

type Listen = fn(Callback<usize>, &HtmlInputElement, Memo<usize>);

impl From<Callback<usize>> for OnCommit {
    fn from(callback: Callback<usize>) -> Self {
        Self(Some((callback, listen)))
    }
}

impl<Run: Fn(usize) + Send + Sync + 'static> From<Run> for OnCommit {
    fn from(run: Run) -> Self {
        Callback::new(run).into()
    }
}

impl OnCommit {
    /// Calls the callback: the person has settled on `value` by other means than the slider.
    pub(crate) fn run(self, value: usize) {
        if let Some((callback, _)) = self.0 {
            callback.try_run(value);
        }
    }

    pub(super) fn attach(self, input: &HtmlInputElement, current: Memo<usize>) {
        if let Some((callback, listen)) = self.0 {
            listen(callback, input, current);
        }
    }
}

/// Runs `callback` on `change` and on the keys that the slider handles itself: those call `prevent_default`, so the browser fires
/// no `change` for them.
fn listen(callback: Callback<usize>, input: &HtmlInputElement, current: Memo<usize>) {
    let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if event.type_() == "change" || event.default_prevented() {
            current.try_get_untracked().and_then(|value| callback.try_run(value));
        }
    });
    // Listen on the input's parent: events bubble to it after the slider has handled them. The parent only exists once everything
    // is mounted. The page owns the listener and frees it with that element.
    let (input, listener) = (input.clone(), listener.into_js_value());
    effect(move || {
        let label = input.parent_element();
        for (label, name) in label.iter().flat_map(|label| [(label, "change"), (label, "keydown")]) {
            // Only fails if the listener is not a function.
            let _ = label.add_event_listener_with_callback(name, listener.unchecked_ref());
        }
    });
}
