//! [`Animation`]: what follows its targets on animation frames. The only animation-frame loop of the crate.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::leptos_dom::helpers::AnimationFrameRequestHandle;
use leptos::prelude::*;
use web_sys::Performance;

use super::flight::Flight;
use super::reduced_motion::prefers_reduced_motion;
use super::transition::Transition;
use crate::erased::effect;
use crate::plot::Polyline;

/// Curves, and numbers as level curves, that follow their targets in plot coordinates, and what draws them.
///
/// - They start at their targets: nothing moves when a component appears.
/// - A new target on the way keeps position and, for springs, velocity.
/// - While `prefers-reduced-motion: reduce` holds, they jump; a move that is under way when the setting changes ends there.
/// - A frame draws: it notifies no signal and runs no effect. At rest no frame is requested.
/// - It goes with the effects that follow the targets, and its frame goes with it.
///
/// For the browser only.
pub(crate) struct Animation(Rc<RefCell<Stage>>);

/// Gets all values whenever one has moved.
type Draw = Box<dyn FnMut(&[Polyline])>;

struct Stage {
    flights: Vec<Flight>,
    values: Vec<Polyline>,
    draw: Draw,
    /// The frame that it waits for.
    frame: Option<AnimationFrameRequestHandle>,
    /// How many frames there were since a target changed.
    frames: usize,
}

impl Animation {
    /// Values that rest at `starts`.
    pub(crate) fn new(starts: Vec<Polyline>, draw: Draw) -> Self {
        let flights = starts.iter().cloned().map(Flight::at_rest).collect();
        Self(Rc::new(RefCell::new(Stage { flights, values: starts, draw, frame: None, frames: 0 })))
    }

    /// Lets the value at `index` follow `target` along `transition`.
    pub(crate) fn follow(&self, index: usize, target: Box<dyn Fn() -> Polyline>, transition: Transition) {
        let stage = Rc::clone(&self.0);
        effect(move || {
            let target = target();
            let shown = &mut *stage.borrow_mut();
            let flight = &mut shown.flights[index];
            if *flight.target() != target {
                flight.retarget(target, transition, now());
                shown.frames = 0;
            }
            let waits = flight.is_under_way() && shown.frame.is_none();
            if waits {
                shown.advance(&stage);
            }
        });
    }
}

impl Stage {
    /// Draws where the values are and asks for the next frame until all have landed.
    fn advance(&mut self, this: &Rc<RefCell<Self>>) {
        // The setting is looked up when a target has changed and every eighth frame from there: asking takes as long as drawing.
        let (now, jump) = (now(), self.frames.is_multiple_of(8) && prefers_reduced_motion());
        for (flight, value) in self.flights.iter_mut().zip(&mut self.values) {
            if flight.is_under_way() {
                if jump {
                    flight.land();
                }
                *value = flight.sample(now).0;
            }
        }
        (self.draw)(&self.values);
        let this = Rc::downgrade(this);
        let next = move || {
            if let Some(stage) = this.upgrade() {
                stage.borrow_mut().advance(&stage);
            }
        };
        let under_way = self.flights.iter().any(Flight::is_under_way);
        self.frames = if under_way { self.frames + 1 } else { 0 };
        self.frame = under_way.then(|| request_animation_frame_with_handle(next).ok()).flatten();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.frame.iter().for_each(AnimationFrameRequestHandle::cancel);
    }
}

/// Seconds on the page's monotonic clock.
pub(crate) fn now() -> f64 {
    thread_local! {
        static CLOCK: Option<Performance> = window().performance();
    }
    CLOCK.with(|clock| clock.as_ref().map_or(0.0, |clock| clock.now() / 1000.0))
}
