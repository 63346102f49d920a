//! The numbers below the plot, and the announcement for screen readers.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::model::CurveModel;
use crate::ui::clock::now;
use crate::ui::element_ref::ElementRef;
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

/// A visually hidden polite live region that announces the `full` text after each change of `model`, and otherwise the `short` one,
/// once they have stopped changing.
///
/// Screen readers speak a focused slider's value at every step, so the region is silent meanwhile.
#[component]
pub(super) fn Summary(full: Signal<String>, short: Signal<String>, model: Memo<CurveModel>) -> impl IntoView {
    let region = ElementRef::new();
    let mut last = full.get_untracked();
    let said = RwSignal::new(last.clone());
    let pause = Pause { full, short, said, region, state: StoredValue::new(State::default()) };
    on_cleanup(move || pause.end());
    let mut is_new = false;
    effect(move || {
        model.track();
        pause.state.update_value(|state| state.is_new = is_new);
        is_new = true;
    });
    effect(move || {
        let now = full.get();
        if now != last {
            last = now;
            pause.begin();
        }
    });
    view! {
        <p node_ref=region data-part="summary" aria-live="polite">
            {text(move || if cfg!(feature = "ssr") { full.get() } else { said.get() })}
        </p>
    }
}

/// The delay between the last change of a summary and its announcement.
#[derive(Clone, Copy)]
struct Pause {
    full: Signal<String>,
    short: Signal<String>,
    said: RwSignal<String>,
    region: ElementRef,
    state: StoredValue<State>,
}

#[derive(Default)]
struct State {
    /// Whether there is another target or metric since the last announcement.
    is_new: bool,
    /// When the summary last changed, in seconds.
    since: f64,
    /// Checks whether the summary has stopped changing. A drag changes it every frame, so the timer checks again later instead of
    /// being replaced at every change.
    timer: Option<TimeoutHandle>,
}

impl Pause {
    const SECONDS: f64 = 0.5;

    fn begin(self) {
        let (mut waits, mut is_new) = (false, false);
        self.state.update_value(|state| {
            state.since = now();
            (waits, is_new) = (state.timer.is_some(), state.is_new);
        });
        if is_new || !waits {
            self.listen(is_new);
        }
        if !waits {
            self.look_after(Self::SECONDS);
        }
    }

    /// Makes the region silent if the slider says the change itself; before the text changes, so that screen readers notice.
    fn listen(self, is_new: bool) {
        let Some(region) = self.region.get_untracked() else { return };
        let slider = region.parent_element().and_then(|root| root.query_selector("[type=range]:focus").ok()?);
        let live = if slider.is_some() && !is_new { "off" } else { "polite" };
        if region.get_attribute("aria-live").as_deref() != Some(live) {
            // Only fails for an invalid attribute name.
            let _ = region.set_attribute("aria-live", live);
        }
    }

    fn end(self) {
        if let Some(Some(timer)) = self.state.try_with_value(|state| state.timer) {
            timer.clear();
        }
    }

    fn look_after(self, seconds: f64) {
        let delay = Duration::from_millis((seconds * 1000.0) as u64);
        let timer = set_timeout_with_handle(move || self.look(), delay).ok();
        self.state.update_value(|state| state.timer = timer);
    }

    fn look(self) {
        let Some((since, is_new)) = self.state.try_with_value(|state| (state.since, state.is_new)) else { return };
        let left = since + Self::SECONDS - now();
        if left > 0.001 {
            return self.look_after(left);
        }
        self.state.update_value(|state| (state.is_new, state.timer) = (false, None));
        self.said.set(if is_new { self.full } else { self.short }.get_untracked());
    }
}
