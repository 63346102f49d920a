//! [`use_spring`]: a signal that follows another along a transition. The only animation-frame loop of the crate.

use std::sync::{Arc, Mutex, PoisonError};

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
pub(crate) fn use_spring(
    target: impl Fn() -> Polyline + Send + Sync + 'static,
    transition: Transition,
) -> ReadSignal<Polyline> {
    let start = untrack(&target);
    let motion = Motion(Arc::new(Mutex::new((Flight::at_rest(start.clone()), None))));
    let (value, set_value) = signal(start);
    on_cleanup({
        let motion = motion.clone();
        move || motion.with(|_, frame| frame.take().iter().for_each(AnimationFrameRequestHandle::cancel))
    });
    effect(move || {
        let target = target();
        let waits = motion.with(|flight, frame| {
            if *flight.target() != target {
                flight.retarget(target, transition, now());
            }
            flight.is_under_way() && frame.is_none()
        });
        if waits {
            motion.advance(set_value);
        }
    });
    value
}

/// A flight and the frame that it waits for.
#[derive(Clone)]
struct Motion(Arc<Mutex<(Flight, Option<AnimationFrameRequestHandle>)>>);

impl Motion {
    fn with<T>(&self, run: impl FnOnce(&mut Flight, &mut Option<AnimationFrameRequestHandle>) -> T) -> T {
        let mut motion = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (flight, frame) = &mut *motion;
        run(flight, frame)
    }

    /// Shows where the flight is and asks for the next frame until it has landed.
    fn advance(&self, set_value: WriteSignal<Polyline>) {
        let (value, under_way) = self.with(|flight, frame| {
            *frame = None;
            if prefers_reduced_motion() {
                flight.land();
            }
            flight.sample(now())
        });
        // A component that is gone cancels its frame; should one come all the same, it is the last.
        if set_value.try_set(value).is_none() && under_way {
            let motion = self.clone();
            let next = request_animation_frame_with_handle(move || motion.advance(set_value));
            self.with(|_, frame| *frame = next.ok());
        }
    }
}

/// Seconds on the page's monotonic clock.
fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now() / 1000.0)
}
