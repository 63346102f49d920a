//! The numbers below the curve, and the sentence for people who listen to it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::erased::{effect, text};

/// Residual and captured energy as a description list.
#[component]
pub(super) fn Readout(
    metric_name: Signal<String>,
    residual: Signal<String>,
    captured_energy: Signal<String>,
) -> impl IntoView {
    view! {
        <dl data-part="readout">
            <div>
                <dt>{metric_name}" residual"</dt>
                <dd data-part="residual">{residual}</dd>
            </div>
            <div>
                <dt>"captured energy"</dt>
                <dd data-part="captured-energy">{captured_energy}</dd>
            </div>
        </dl>
    }
}

/// A visually hidden polite live region that says `summary` once it has stopped changing.
///
/// A focused slider speaks its own value at every step, so this waits for a pause rather than talk over it.
#[component]
pub(super) fn Summary(summary: Signal<String>) -> impl IntoView {
    const PAUSE: Duration = Duration::from_millis(500);
    let (said, say) = signal(summary.get_untracked());
    let timer = Arc::new(Mutex::new(None::<TimeoutHandle>));
    let set_timer = move |next: Option<TimeoutHandle>| {
        let mut timer = timer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = std::mem::replace(&mut *timer, next) {
            last.clear();
        }
    };
    on_cleanup({
        let set_timer = set_timer.clone();
        move || set_timer(None)
    });
    effect(move || {
        let summary = summary.get();
        let differs = summary != said.get_untracked();
        let wait = || set_timeout_with_handle(move || drop(say.try_set(summary)), PAUSE).ok();
        set_timer(differs.then(wait).flatten());
    });
    view! {
        <p data-part="summary" aria-live="polite">
            {text(move || said.get())}
        </p>
    }
}
