//! Helpers for the tests in this folder: mount a view, use it as a person would, and watch it.

mod clock;
mod memory;
mod touched;

use std::cell::RefCell;
use std::rc::Rc;

pub use clock::{Clock, settle};
pub use memory::{Held, ask_for_collection};
pub use touched::{Touch, Touched};

use js_sys::{Function, Promise, Reflect};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::tachys::view::Mountable;
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit, PointerEvent,
    PointerEventInit,
};

/// A view mounted into its own element, which is removed when this value is dropped.
pub struct Page {
    pub root: HtmlElement,
    unmount: Option<Box<dyn FnOnce()>>,
}

impl Page {
    pub fn mount<View>(view: impl FnOnce() -> View + 'static) -> Self
    where
        View: IntoView + 'static,
    {
        let root: HtmlElement = document().create_element("div").expect("an element").unchecked_into();
        document().body().expect("a body").append_child(&root).expect("room in the body");
        fn end<M: Mountable>(handle: UnmountHandle<M>) {
            drop(handle);
        }
        let handle = mount_to(root.clone(), view);
        Self { root, unmount: Some(Box::new(move || end(handle))) }
    }

    pub fn unmount(&mut self) {
        if let Some(unmount) = self.unmount.take() {
            // The pointer goes away: the next test's plot may appear where this one's was.
            window().dispatch_event(&pointer_event("pointermove", "mouse", true, -1.0, -1.0)).expect("sent");
            unmount();
        }
    }

    pub fn find(&self, selector: &str) -> Element {
        self.try_find(selector).unwrap_or_else(|| panic!("no {selector} in {}", self.root.inner_html()))
    }

    pub fn try_find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).expect("a valid selector")
    }

    pub fn part(&self, name: &str) -> Element {
        self.find(&format!("[data-part={name}]"))
    }

    pub fn text(&self, part: &str) -> String {
        self.part(part).text_content().unwrap_or_default()
    }

    pub fn attribute(&self, part: &str, name: &str) -> String {
        self.part(part).get_attribute(name).unwrap_or_default()
    }

    pub fn slider(&self) -> HtmlInputElement {
        self.find("input[type=range]").unchecked_into()
    }

    /// Moves the thumb as a person does: the browser sets the value, then sends `input`.
    pub fn drag_to(&self, rank: usize) {
        let slider = self.slider();
        slider.set_value(&rank.to_string());
        let options = EventInit::new();
        options.set_bubbles(true);
        slider.dispatch_event(&Event::new_with_event_init_dict("input", &options).expect("an event")).expect("sent");
    }

    pub fn press(&self, key: &str) {
        let options = KeyboardEventInit::new();
        options.set_bubbles(true);
        options.set_cancelable(true);
        options.set_key(key);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).expect("an event");
        self.slider().dispatch_event(&event).expect("sent");
    }

    /// The marker's x, in percent of the plot's width.
    pub fn marker(&self) -> f64 {
        let x = self.attribute("at-rank", "x");
        x.trim_end_matches('%').parse().unwrap_or_else(|_| panic!("x is {x}"))
    }

    /// Whether thumb, number, caption, cursor and marker all show `rank`. The marker does once it has arrived.
    pub fn shows(&self, rank: usize) -> bool {
        let number = rank.to_string();
        let max: f64 = self.slider().max().parse().expect("a bound");
        let place = if max > 1.0 { (rank as f64 - 1.0) / (max - 1.0) * 100.0 } else { 50.0 };
        self.slider().value() == number
            && self.text("slider-value") == number
            && self.text("caption").ends_with(&format!("r={number}"))
            && self.text("rank-on-axis") == number
            && (self.marker() - place).abs() < 0.006
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.unmount();
        self.root.remove();
    }
}

/// A pointer event of this `kind`: `mouse`, `pen` or `touch`.
pub fn pointer_event(name: &str, kind: &str, is_primary: bool, x: f64, y: f64) -> PointerEvent {
    let options = PointerEventInit::new();
    options.set_bubbles(true);
    options.set_pointer_type(kind);
    options.set_is_primary(is_primary);
    options.set_client_x(x.round() as i32);
    options.set_client_y(y.round() as i32);
    PointerEvent::new_with_event_init_dict(name, &options).expect("an event")
}

/// The texts of all elements that `selector` finds.
pub fn texts(page: &Page, selector: &str) -> Vec<String> {
    let found = page.root.query_selector_all(selector).expect("a valid selector");
    (0..found.length()).filter_map(|i| found.get(i)?.text_content()).collect()
}

/// Waits for the next animation frame and for the tasks that it starts.
pub async fn frame() {
    let promise = Promise::new(&mut |resolve, _| {
        window().request_animation_frame(&resolve).expect("a frame");
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.expect("a frame");
}

/// Waits, frame by frame, until `condition` holds. Panics with `what` after half a minute.
pub async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = now();
    while !condition() {
        assert!(now() - start < 30_000.0, "timed out: {what}");
        frame().await;
    }
}

/// The page's clock, in milliseconds.
pub fn now() -> f64 {
    window().performance().expect("a clock").now()
}

/// Replaces a function of the browser until this value is dropped.
pub(crate) struct Replaced {
    owner: JsValue,
    name: &'static str,
    original: Function,
    _closure: Closure<dyn FnMut(JsValue, JsValue) -> JsValue>,
}

impl Replaced {
    pub(crate) fn new(
        owner: JsValue,
        name: &'static str,
        replacement: impl FnMut(JsValue, JsValue) -> JsValue + 'static,
    ) -> Self {
        let original: Function = Reflect::get(&owner, &name.into()).expect("a function").unchecked_into();
        let closure = Closure::<dyn FnMut(JsValue, JsValue) -> JsValue>::new(replacement);
        Reflect::set(&owner, &name.into(), closure.as_ref()).expect("replaced");
        Self { owner, name, original, _closure: closure }
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        Reflect::set(&self.owner, &self.name.into(), &self.original).expect("put back");
    }
}

/// Records the calls of browser functions until this value is dropped, and forwards every call.
pub struct Spy {
    calls: Rc<RefCell<Vec<String>>>,
    _replaced: Vec<Replaced>,
}

impl Spy {
    /// Records everything that the page writes to its console, including panics.
    pub fn on_console() -> Self {
        Self::on(console(), &["log", "debug", "info", "warn", "error", "trace", "assert"])
    }

    pub fn on_console_warn() -> Self {
        Self::on(console(), &["warn"])
    }

    pub fn on_animation_frames() -> Self {
        Self::on(window().into(), &["requestAnimationFrame"])
    }

    fn on(owner: JsValue, names: &[&'static str]) -> Self {
        let calls = Rc::new(RefCell::new(Vec::new()));
        let replace = |name: &&'static str| {
            let original: Function = Reflect::get(&owner, &(*name).into()).expect("a function").unchecked_into();
            let (owner, calls) = (owner.clone(), Rc::clone(&calls));
            Replaced::new(owner.clone(), name, move |argument, _| {
                calls.borrow_mut().push(argument.as_string().unwrap_or_default());
                original.call1(&owner, &argument).expect("the call goes through")
            })
        };
        let _replaced = names.iter().map(replace).collect();
        Self { calls, _replaced }
    }

    pub fn calls(&self) -> Vec<String> {
        self.calls.borrow().clone()
    }
}

fn console() -> JsValue {
    Reflect::get(&window(), &"console".into()).expect("a console")
}
