//! The numbers below the plot, and the announcement for screen readers.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::model::CurveModel;
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

#[derive(Clone, Copy, Default)]
struct State {
    /// Whether there is another target or metric since the last announcement.
    is_new: bool,
    /// Whether the region is off.
    is_silent: bool,
    /// Runs once the summary has stopped changing.
    timer: Option<TimeoutHandle>,
}

impl Pause {
    const LENGTH: Duration = Duration::from_millis(500);

    fn begin(self) {
        let Some(mut state) = self.state() else { return };
        if state.is_new || state.timer.is_none() {
            self.listen(&mut state);
        }
        self.end();
        state.timer = set_timeout_with_handle(move || self.say(), Self::LENGTH).ok();
        self.state.set_value(state);
    }

    /// Makes the region silent if the slider says the change itself; before the text changes, so that screen readers notice.
    fn listen(self, state: &mut State) {
        let Some(region) = self.region.get_untracked() else { return };
        let is_silent = !state.is_new && region.matches(":has([type=range]:focus) > *").unwrap_or(false);
        if state.is_silent != is_silent {
            state.is_silent = is_silent;
            // Only fails for an invalid attribute name.
            let _ = region.set_attribute("aria-live", if is_silent { "off" } else { "polite" });
        }
    }

    fn end(self) {
        if let Some(timer) = self.state().and_then(|state| state.timer) {
            timer.clear();
        }
    }

    fn say(self) {
        let Some(state) = self.state() else { return };
        self.state.set_value(State { is_new: false, timer: None, ..state });
        self.said.set(if state.is_new { self.full } else { self.short }.get_untracked());
    }

    /// None once the explorer is gone.
    fn state(self) -> Option<State> {
        self.state.try_get_value()
    }
}
