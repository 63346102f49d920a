//! [`Animation`]: what follows its targets on animation frames. The only animation-frame loop of the crate.

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

/// Curves, and numbers as level curves, that follow their targets in plot coordinates, and what draws them.
///
/// - They start at their targets: nothing moves when a component appears.
/// - A new target on the way keeps position and, for springs, velocity.
/// - While `prefers-reduced-motion: reduce` holds, they jump; a move that is under way when the setting changes ends there.
/// - A frame draws: it notifies no signal and runs no effect. At rest no frame is requested.
/// - Its frame goes with the component, the rest with the effects that follow the targets.
///
/// For the browser only.
pub(crate) struct Animation(Rc<RefCell<Inner>>);

/// Gets all values whenever one has moved.
type Draw = Box<dyn FnMut(&[Polyline])>;

struct Inner {
    flights: Vec<Flight>,
    values: Vec<Polyline>,
    draw: Draw,
    frame: Frame,
    /// How many frames there were since a target changed.
    frames: usize,
}

/// The frame that is waited for. Apart from the rest, since what cleans up must be able to cross threads.
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
    /// Values that rest at `starts`.
    pub(crate) fn new(starts: Vec<Polyline>, draw: Draw) -> Self {
        let flights = starts.iter().cloned().map(Flight::at_rest).collect();
        let frame = Frame::default();
        on_cleanup({
            let frame = frame.clone();
            move || frame.replace(None).iter().for_each(AnimationFrameRequestHandle::cancel)
        });
        Self(Rc::new(RefCell::new(Inner { flights, values: starts, draw, frame, frames: 0 })))
    }

    /// Lets the value at `index` follow `target` along `transition`.
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
    /// Draws where the values are and asks for the next frame until all have landed.
    fn advance(&mut self, this: &Rc<RefCell<Self>>) {
        // The setting is looked up when a target has changed and every eighth frame from there: asking takes as long as drawing.
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
