//! The numbers below the plot, and the announcement for screen readers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    let pause = Pause(Arc::new(Mutex::new(Wait { summary, say, since: 0.0, timer: None })));
    on_cleanup({
        let pause = pause.clone();
        move || pause.end()
    });
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
#[derive(Clone)]
struct Pause(Arc<Mutex<Wait>>);

struct Wait {
    summary: Signal<String>,
    say: WriteSignal<String>,
    /// When the summary last changed, in seconds.
    since: f64,
    /// Checks whether the summary has stopped changing. A drag changes it every frame, so the timer checks again later instead of
    /// being replaced at every change.
    timer: Option<TimeoutHandle>,
}

impl Pause {
    const SECONDS: f64 = 0.5;

    fn wait(&self) -> MutexGuard<'_, Wait> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) {
        let mut wait = self.wait();
        wait.since = now();
        if wait.timer.is_none() {
            wait.timer = self.look_after(Self::SECONDS);
        }
    }

    fn end(&self) {
        if let Some(timer) = self.wait().timer.take() {
            timer.clear();
        }
    }

    fn look_after(&self, seconds: f64) -> Option<TimeoutHandle> {
        let pause = self.clone();
        let look = move || {
            let mut wait = pause.wait();
            let left = wait.since + Self::SECONDS - now();
            wait.timer = (left > 0.001).then(|| pause.look_after(left)).flatten();
            if wait.timer.is_none()
                && let Some(summary) = wait.summary.try_get_untracked()
            {
                wait.say.try_set(summary);
            }
        };
        set_timeout_with_handle(look, Duration::from_millis((seconds * 1000.0) as u64)).ok()
    }
}
