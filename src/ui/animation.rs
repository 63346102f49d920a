//! [`Animation`]: moves values towards their targets on animation frames. One loop moves everything on the page.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;

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
/// - Cleanup takes it out of the loop; the state is freed with the effects that own it.
///
/// Only runs in the browser.
pub(crate) struct Animation(Rc<RefCell<Inner>>);

/// Draws all values; called whenever one has moved.
type Draw = Box<dyn FnMut(&[Polyline])>;

/// Reads the transition of now.
pub(crate) type ReadTransition = Arc<dyn Fn() -> Transition + Send + Sync>;

/// Where a value is put before it moves, if not left where it is.
pub(crate) type Place = Box<dyn FnMut(&Polyline) -> Option<Polyline>>;

struct Inner {
    flights: Vec<Flight>,
    values: Vec<Polyline>,
    draw: Draw,
    /// Whether the page's loop moves it.
    is_in_loop: bool,
}

impl Animation {
    /// Creates values at rest at `starts`.
    pub(crate) fn new(starts: Vec<Polyline>, draw: Draw) -> Self {
        let flights = starts.iter().cloned().map(Flight::at_rest).collect();
        let inner = Rc::new(RefCell::new(Inner { flights, values: starts, draw, is_in_loop: false }));
        let id = id(&Rc::downgrade(&inner));
        on_cleanup(move || leave(id));
        Self(inner)
    }

    /// Makes the value at `index` follow `target`. Each move reads its `transition`. Before it, `place` may put the value elsewhere,
    /// where it starts at rest.
    pub(crate) fn follow(
        &self,
        index: usize,
        target: Box<dyn Fn() -> Polyline>,
        mut place: Place,
        transition: ReadTransition,
    ) {
        let inner = Rc::clone(&self.0);
        effect(move || {
            let target = target();
            let mut moving = inner.borrow_mut();
            let Inner { values, flights, .. } = &mut *moving;
            let (Some(value), Some(flight)) = (values.get_mut(index), flights.get_mut(index)) else { return };
            let placed = place(value);
            let is_placed = placed.is_some();
            if let Some(start) = placed {
                *value = start.clone();
                *flight = Flight::at_rest(start);
            }
            if *flight.target() != target {
                flight.retarget(target, untrack(&*transition), now());
            }
            let has_moved = is_placed || flight.is_under_way();
            if has_moved && !moving.is_in_loop && moving.advance(now(), prefers_reduced_motion()) {
                join(&inner);
            }
        });
    }
}

impl Inner {
    /// Draws the values of now, or the targets if they `jump`. Returns whether any has yet to arrive.
    fn advance(&mut self, now: f64, jump: bool) -> bool {
        for (flight, value) in self.flights.iter_mut().zip(&mut self.values) {
            if flight.is_under_way() {
                if jump {
                    flight.settle();
                }
                *value = flight.sample(now).0;
            }
        }
        (self.draw)(&self.values);
        self.is_in_loop = self.flights.iter().any(Flight::is_under_way);
        self.is_in_loop
    }
}

/// What moves on the page, and the frame that is requested while anything does.
struct Loop {
    moving: Vec<Weak<RefCell<Inner>>>,
    frames: u8,
    frame: Option<AnimationFrameRequestHandle>,
}

thread_local! {
    static LOOP: RefCell<Loop> = const { RefCell::new(Loop { moving: Vec::new(), frames: 0, frame: None }) };
}

fn id(inner: &Weak<RefCell<Inner>>) -> usize {
    inner.as_ptr().addr()
}

fn join(inner: &Rc<RefCell<Inner>>) {
    LOOP.with_borrow_mut(|page| {
        page.moving.push(Rc::downgrade(inner));
        if page.frame.is_none() {
            page.frame = request_animation_frame_with_handle(next_frame).ok();
        }
    });
}

fn leave(id_of_it: usize) {
    LOOP.with_borrow_mut(|page| {
        page.moving.retain(|inner| id(inner) != id_of_it);
        if page.moving.is_empty() {
            page.frame.take().iter().for_each(AnimationFrameRequestHandle::cancel);
        }
    });
}

fn next_frame() {
    let (mut moving, frames) = LOOP.with_borrow_mut(|page| {
        page.frame = None;
        page.frames = page.frames.wrapping_add(1);
        (std::mem::take(&mut page.moving), page.frames)
    });
    // The setting is read every eighth frame: reading it takes as long as drawing.
    let (now, jump) = (now(), frames.is_multiple_of(8) && prefers_reduced_motion());
    moving.retain(|inner| inner.upgrade().is_some_and(|inner| inner.borrow_mut().advance(now, jump)));
    LOOP.with_borrow_mut(|page| {
        page.moving.append(&mut moving);
        if !page.moving.is_empty() {
            page.frame = request_animation_frame_with_handle(next_frame).ok();
        }
    });
}
