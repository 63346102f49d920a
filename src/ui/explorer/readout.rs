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
    let said = RwSignal::new(summary.get_untracked());
    let pause = Pause { summary, said, wait: StoredValue::new(None) };
    on_cleanup(move || pause.end());
    effect(move || {
        if summary.get() != said.get_untracked() {
            pause.begin();
        }
    });
    view! {
        <p data-part="summary" aria-live="polite">
            {text(move || if cfg!(feature = "ssr") { summary.get() } else { said.get() })}
        </p>
    }
}

/// The delay between the last change of a summary and its announcement.
#[derive(Clone, Copy)]
struct Pause {
    summary: Signal<String>,
    said: RwSignal<String>,
    wait: StoredValue<Option<Wait>>,
}

#[derive(Clone, Copy)]
struct Wait {
    /// When the summary last changed, in seconds.
    since: f64,
    /// Checks whether the summary has stopped changing. A drag changes it every frame, so the timer checks again later instead of
    /// being replaced at every change.
    timer: TimeoutHandle,
}

impl Pause {
    const SECONDS: f64 = 0.5;

    fn begin(self) {
        let since = now();
        let mut waits = false;
        self.wait.update_value(|wait| {
            if let Some(wait) = wait {
                wait.since = since;
                waits = true;
            }
        });
        if !waits {
            self.look_after(Self::SECONDS, since);
        }
    }

    fn end(self) {
        if let Some(wait) = self.wait.try_get_value().flatten() {
            wait.timer.clear();
        }
    }

    fn look_after(self, seconds: f64, since: f64) {
        let delay = Duration::from_millis((seconds * 1000.0) as u64);
        let timer = set_timeout_with_handle(move || self.look(), delay).ok();
        self.wait.set_value(timer.map(|timer| Wait { since, timer }));
    }

    fn look(self) {
        let Some(Wait { since, .. }) = self.wait.try_get_value().flatten() else { return };
        let left = since + Self::SECONDS - now();
        if left > 0.001 {
            return self.look_after(left, since);
        }
        self.wait.set_value(None);
        self.said.set(self.summary.get_untracked());
    }
}
