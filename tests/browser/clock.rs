//! A fake clock: the test controls the page's time, animation frames and timers.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Function;
use leptos::prelude::window;
use wasm_bindgen::prelude::*;

use crate::Replaced;

/// Replaces `performance.now`, `requestAnimationFrame`, `setTimeout` and their cancel functions until this value is dropped. Time
/// only moves when the test moves it.
pub struct Clock {
    state: Rc<State>,
    _replaced: [Replaced; 5],
}

#[derive(Default)]
struct State {
    now: Cell<f64>,
    last_id: Cell<u32>,
    frames: RefCell<BTreeMap<u32, Function>>,
    /// Each with the time at which it is due.
    timers: RefCell<BTreeMap<u32, (f64, Function)>>,
}

impl State {
    fn next_id(&self) -> u32 {
        self.last_id.set(self.last_id.get() + 1);
        self.last_id.get()
    }
}

impl Clock {
    pub fn take_over() -> Self {
        let state = Rc::new(State::default());
        state.now.set(1000.0);
        let page = || JsValue::from(window());
        let replace = |name, run: fn(&State, JsValue, JsValue) -> JsValue| {
            let state = Rc::clone(&state);
            let owner = if name == "now" { window().performance().expect("a clock").into() } else { page() };
            Replaced::new(owner, name, move |first, second| run(&state, first, second))
        };
        let _replaced = [
            replace("now", |state, _, _| state.now.get().into()),
            replace("requestAnimationFrame", |state, run, _| {
                let id = state.next_id();
                state.frames.borrow_mut().insert(id, run.unchecked_into());
                id.into()
            }),
            replace("cancelAnimationFrame", |state, id, _| {
                state.frames.borrow_mut().remove(&number(&id));
                JsValue::UNDEFINED
            }),
            replace("setTimeout", |state, run, milliseconds| {
                let id = state.next_id();
                let due = state.now.get() + milliseconds.as_f64().unwrap_or_default();
                state.timers.borrow_mut().insert(id, (due, run.unchecked_into()));
                id.into()
            }),
            replace("clearTimeout", |state, id, _| {
                state.timers.borrow_mut().remove(&number(&id));
                JsValue::UNDEFINED
            }),
        ];
        Self { state, _replaced }
    }

    /// The number of pending frames and of pending timers.
    pub fn waiting(&self) -> (usize, usize) {
        (self.state.frames.borrow().len(), self.state.timers.borrow().len())
    }

    /// The number of frames and timers requested so far.
    pub fn asked(&self) -> u32 {
        self.state.last_id.get()
    }

    /// Moves the clock, forwards or backwards, without a frame or a timer, as on a hidden page.
    pub fn jump(&self, milliseconds: f64) {
        self.state.now.set(self.state.now.get() + milliseconds);
    }

    /// Moves the clock, then runs the timers that are due, then the pending animation frames.
    pub async fn frame_after(&self, milliseconds: f64) {
        self.jump(milliseconds);
        let now = self.state.now.get();
        let timers: Vec<u32> =
            self.state.timers.borrow().iter().filter(|(_, (due, _))| *due <= now).map(|(id, _)| *id).collect();
        for id in timers {
            let timer = self.state.timers.borrow_mut().remove(&id);
            if let Some((_, run)) = timer {
                run.call0(&JsValue::UNDEFINED).expect("a timer that does not throw");
            }
        }
        settle().await;
        let frames: Vec<u32> = self.state.frames.borrow().keys().copied().collect();
        for id in frames {
            // Skip a callback that an earlier one in this frame has cancelled.
            let frame = self.state.frames.borrow_mut().remove(&id);
            if let Some(run) = frame {
                run.call1(&JsValue::UNDEFINED, &now.into()).expect("a frame that does not throw");
            }
        }
        settle().await;
    }
}

/// Runs all pending tasks that need neither a frame nor a timer.
pub async fn settle() {
    for _ in 0..3 {
        leptos::task::tick().await;
    }
}

fn number(id: &JsValue) -> u32 {
    id.as_f64().unwrap_or_default() as u32
}
