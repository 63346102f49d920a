//! The numbers below the plot, and the announcement for screen readers.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::ui::clock::now;
use crate::ui::reactive::{effect, text};

/// Residual and captured energy as a description list.
#[component]
pub(super) fn Readout(
    residual_name: Signal<String>,
    residual: Signal<String>,
    captured_energy_name: Signal<String>,
    captured_energy: Signal<String>,
) -> impl IntoView {
    view! {
        <dl data-part="readout">
            <div>
                <dt>{residual_name}</dt>
                <dd data-part="residual">{residual}</dd>
            </div>
            <div>
                <dt>{captured_energy_name}</dt>
                <dd data-part="captured-energy">{captured_energy}</dd>
            </div>
        </dl>
    }
}

/// A visually hidden polite live region that announces `summary` once it has stopped changing.
///
/// Screen readers speak a focused slider's value at every step, so this waits for a pause instead of talking over it.
#[component]
pub(super) fn Summary(summary: Signal<String>) -> impl IntoView {
    let (said, say) = signal(summary.get_untracked());
    let pause = Pause { summary, say, since: StoredValue::new(0.0), timer: StoredValue::new(None) };
    on_cleanup(move || pause.end());
    effect(move || {
        if summary.get() != said.get_untracked() {
            pause.begin();
        }
    });
    view! {
        <p data-part="summary" aria-live="polite">
            {text(move || said.get())}
        </p>
    }
}

/// The delay between the last change of a summary and its announcement.
#[derive(Clone, Copy)]
struct Pause {
    summary: Signal<String>,
    say: WriteSignal<String>,
    /// When the summary last changed, in seconds.
    since: StoredValue<f64>,
    /// Checks whether the summary has stopped changing. A drag changes it every frame, so the timer checks again later instead of
    /// being replaced at every change.
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Pause {
    const SECONDS: f64 = 0.5;

    fn begin(self) {
        self.since.set_value(now());
        if self.timer.get_value().is_none() {
            self.look_after(Self::SECONDS);
        }
    }

    fn end(self) {
        if let Some(timer) = self.timer.try_get_value().flatten() {
            timer.clear();
        }
    }

    fn look_after(self, seconds: f64) {
        let delay = Duration::from_millis((seconds * 1000.0) as u64);
        self.timer.set_value(set_timeout_with_handle(move || self.look(), delay).ok());
    }

    fn look(self) {
        let Some(since) = self.since.try_get_value() else { return };
        let left = since + Self::SECONDS - now();
        if left > 0.001 {
            return self.look_after(left);
        }
        self.timer.set_value(None);
        self.say.set(self.summary.get_untracked());
    }
}
