//! [`use_spring`]: a signal that follows another along a transition. The only animation-frame loop of the crate.

use leptos::leptos_dom::helpers::AnimationFrameRequestHandle;
use leptos::prelude::*;

use super::flight::Flight;
use super::reduced_motion::prefers_reduced_motion;
use super::transition::Transition;
use crate::erased::effect;
use crate::plot::Polyline;

/// A curve, or a number as a level curve, that follows `target` along `transition`, in plot coordinates.
///
/// - It starts at the target: nothing moves when a component appears.
/// - A new target on the way keeps position and, for springs, velocity.
/// - While `prefers-reduced-motion: reduce` holds, it jumps; a move that is under way when the setting changes ends there.
/// - At rest no frame is requested. When the component goes, its frame goes with it.
///
/// # Server
/// Effects do not run there: the value is the target.
pub(crate) fn use_spring(target: Memo<Polyline>, transition: Signal<Transition>) -> ReadSignal<Polyline> {
    let start = target.get_untracked();
    let flight = StoredValue::new(Flight::at_rest(start.clone()));
    let (value, set_value) = signal(start);
    let frame = StoredValue::new(None);

    effect(move || {
        let target = target.get();
        if flight.with_value(|flight| *flight.target() == target) {
            return;
        }
        let transition = transition.get_untracked();
        flight.update_value(|flight| flight.retarget(target, transition, now()));
        if frame.with_value(Option::is_none) {
            advance(flight, frame, set_value);
        }
    });
    on_cleanup(move || {
        if let Some(frame) = frame.try_get_value().flatten() {
            AnimationFrameRequestHandle::cancel(&frame);
        }
    });
    value
}

/// Shows where the flight is and asks for the next frame until it has landed.
fn advance(
    flight: StoredValue<Flight>,
    frame: StoredValue<Option<AnimationFrameRequestHandle>>,
    set_value: WriteSignal<Polyline>,
) {
    let sample = flight.try_update_value(|flight| {
        if prefers_reduced_motion() {
            flight.land();
        }
        flight.sample(now())
    });
    // The component may be gone: then there is nothing to show and nothing to wait for.
    let Some((value, under_way)) = sample else { return };
    set_value.try_set(value);
    let next = under_way
        .then(|| request_animation_frame_with_handle(move || advance(flight, frame, set_value)).ok())
        .flatten();
    frame.try_set_value(next);
}

/// Seconds on the page's monotonic clock.
fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now() / 1000.0)
}
