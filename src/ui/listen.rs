//! Event listeners on an element that a directive was given.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::diagnostics::SpecialNonReactiveZone;
use leptos::tachys::renderer::Rndr;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

/// Runs `run` for each event of `names` on `element`, until the current owner is cleaned up.
///
/// For the listeners that every page has. As `on:input` and `on:keydown` they took 3.3 kB more of the page of
/// `examples/quickstart` (67 kB): Leptos compiles its own code once more for each kind of event, and code for events that are
/// delegated, which none is.
pub(crate) fn listen(element: &Element, names: &[&'static str], run: impl Fn(Event) + 'static) {
    listen_boxed(element, names, Rc::new(run));
}

fn listen_boxed(element: &Element, names: &[&'static str], run: Rc<dyn Fn(Event)>) {
    // Weak: a listener that kept its owner alive would never be removed.
    let owner = Owner::current().unwrap_or_default().downgrade();
    let listener = |name: &&'static str| {
        let (owner, run) = (owner.clone(), Rc::clone(&run));
        let run = move |event: JsValue| {
            let _reads_are_meant_not_to_be_tracked = SpecialNonReactiveZone::enter();
            if let Some(owner) = owner.upgrade() {
                owner.with(|| run(event.unchecked_into()));
            }
        };
        Rndr::add_event_listener(element, name, Box::new(run))
    };
    let listeners: Vec<_> = names.iter().map(listener).collect();
    on_cleanup(move || drop(listeners));
}
