//! The numbers below the curve, and the sentence for people who listen to it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::erased::{effect, text};
use crate::motion::now;

/// Residual and captured energy as a description list.
#[component]
pub(super) fn Readout(
    metric_name: Signal<String>,
    residual: Signal<String>,
    captured_energy: Signal<String>,
) -> impl IntoView {
    let name = text(move || metric_name.get() + " residual");
    view! {
        <dl data-part="readout">
            <div>
                <dt>{name}</dt>
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
    let (said, say) = signal(summary.get_untracked());
    let pause = Rc::new(RefCell::new(Pause { summary, say, since: 0.0, timer: None }));
    effect(move || {
        if summary.get() != said.get_untracked() {
            begin(&pause);
        }
    });
    view! {
        <p data-part="summary" aria-live="polite">
            {text(move || said.get())}
        </p>
    }
}

/// The time between the last change of a summary and its being said.
struct Pause {
    summary: Signal<String>,
    say: WriteSignal<String>,
    /// When the summary last changed, in seconds.
    since: f64,
    /// Will see whether the summary still stands. A drag changes it with every frame, so the timer looks again, rather than be
    /// replaced each time.
    timer: Option<TimeoutHandle>,
}

const PAUSE: f64 = 0.5;

fn begin(pause: &Rc<RefCell<Pause>>) {
    let mut this = pause.borrow_mut();
    this.since = now();
    if this.timer.is_none() {
        this.timer = wait(pause, PAUSE);
    }
}

fn wait(pause: &Rc<RefCell<Pause>>, seconds: f64) -> Option<TimeoutHandle> {
    let pause = Rc::downgrade(pause);
    let look = move || {
        let Some(pause) = pause.upgrade() else { return };
        let mut this = pause.borrow_mut();
        let left = this.since + PAUSE - now();
        this.timer = (left > 0.001).then(|| wait(&pause, left)).flatten();
        if this.timer.is_none()
            && let Some(summary) = this.summary.try_get_untracked()
        {
            this.say.try_set(summary);
        }
    };
    set_timeout_with_handle(look, Duration::from_millis((seconds * 1000.0) as u64)).ok()
}

impl Drop for Pause {
    fn drop(&mut self) {
        self.timer.iter().for_each(TimeoutHandle::clear);
    }
}
