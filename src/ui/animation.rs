//! [`Animation`]: moves values towards their targets on animation frames. The crate's only animation-frame loop.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use leptos::leptos_dom::helpers::AnimationFrameRequestHandle;
use leptos::prelude::*;

use super::clock::now;
use super::reactive::effect;
use super::reduced_motion::prefers_reduced_motion;
use crate::motion::flight::Flight;
use crate::motion::transition::Transition;
use crate::plot::polyline::Polyline;

/// Values in plot coordinates that follow their targets, and the function that draws them. A value is a curve; a number is a
/// level curve.
///
/// - Values start at their targets: nothing moves when a component appears.
/// - A new target in mid-flight keeps the position and, for springs, the velocity.
/// - While `prefers-reduced-motion: reduce` holds, values jump to their targets. A flight that is under way when the setting
///   changes settles at its target.
/// - A frame only draws: it notifies no signal and runs no effect. At rest no frame is requested.
/// - The pending frame is cancelled on cleanup; the state is freed with the effects that own it.
///
/// Only runs in the browser.
pub(crate) struct Animation(Rc<RefCell<Inner>>);

/// Draws all values; called whenever one has moved.
type Draw = Box<dyn FnMut(&[Polyline])>;

struct Inner {
    flights: Vec<Flight>,
    values: Vec<Polyline>,
    draw: Draw,
    frame: Frame,
    /// The number of frames since a target last changed.
    frames: usize,
}

/// The pending frame. Kept apart from the other state, since a cleanup function must be `Send`.
#[derive(Clone, Default)]
struct Frame(Arc<Mutex<Option<AnimationFrameRequestHandle>>>);

impl Frame {
    fn replace(&self, next: Option<AnimationFrameRequestHandle>) -> Option<AnimationFrameRequestHandle> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), next)
    }

    fn is_none(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

impl Animation {
    /// Creates values at rest at `starts`.
    pub(crate) fn new(starts: Vec<Polyline>, draw: Draw) -> Self {
        let flights = starts.iter().cloned().map(Flight::at_rest).collect();
        let frame = Frame::default();
        on_cleanup({
            let frame = frame.clone();
            move || frame.replace(None).iter().for_each(AnimationFrameRequestHandle::cancel)
        });
        Self(Rc::new(RefCell::new(Inner { flights, values: starts, draw, frame, frames: 0 })))
    }

    /// Makes the value at `index` follow `target` with `transition`.
    pub(crate) fn follow(&self, index: usize, target: Box<dyn Fn() -> Polyline>, transition: Transition) {
        let inner = Rc::clone(&self.0);
        effect(move || {
            let target = target();
            let moving = &mut *inner.borrow_mut();
            let flight = &mut moving.flights[index];
            if *flight.target() != target {
                flight.retarget(target, transition, now());
                moving.frames = 0;
            }
            let waits = flight.is_under_way() && moving.frame.is_none();
            if waits {
                moving.advance(&inner);
            }
        });
    }
}

impl Inner {
    /// Draws the current values and requests the next frame until all have settled.
    fn advance(&mut self, this: &Rc<RefCell<Self>>) {
        // Read the setting when a target changes and every eighth frame after that: reading it takes as long as drawing.
        let (now, jump) = (now(), self.frames.is_multiple_of(8) && prefers_reduced_motion());
        for (flight, value) in self.flights.iter_mut().zip(&mut self.values) {
            if flight.is_under_way() {
                if jump {
                    flight.settle();
                }
                *value = flight.sample(now).0;
            }
        }
        (self.draw)(&self.values);
        let this = Rc::downgrade(this);
        let next = move || {
            if let Some(inner) = this.upgrade() {
                inner.borrow_mut().advance(&inner);
            }
        };
        let under_way = self.flights.iter().any(Flight::is_under_way);
        self.frames = if under_way { self.frames + 1 } else { 0 };
        self.frame.replace(under_way.then(|| request_animation_frame_with_handle(next).ok()).flatten());
    }
}
