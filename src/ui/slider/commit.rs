//! [`OnCommit`]: what `on_commit` accepts.

use leptos::prelude::*;
use web_sys::HtmlInputElement;

use crate::ui::listen;

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
/// no `change` for them. The slider listens first, so it has handled the event by now.
fn listen(callback: Callback<usize>, input: &HtmlInputElement, current: Memo<usize>) {
    listen::listen(input, &["change", "keydown"], move |event| {
        if event.type_() == "change" || event.default_prevented() {
            current.try_get_untracked().and_then(|value| callback.try_run(value));
        }
    });
}
