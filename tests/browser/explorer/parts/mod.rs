//! The optional parts, used as a person uses them.

mod cost;
mod disposal;
mod drag;
mod input;
mod labels;
mod markers;
mod marks;
mod noise_floor;
mod observations;
mod pointing;
mod table;
mod targets;
mod terms;

use browser_tests::{Page, pointer_event};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, KeyboardEventInit};

/// What the parent's callbacks received, in order.
#[derive(Clone, Copy)]
struct Told {
    changes: RwSignal<Vec<usize>>,
    commits: RwSignal<Vec<usize>>,
}

impl Told {
    fn new() -> Self {
        Self { changes: RwSignal::new(Vec::new()), commits: RwSignal::new(Vec::new()) }
    }

    fn change(self) -> impl Fn(usize) + Send + Sync + Copy + 'static {
        move |rank| self.changes.write().push(rank)
    }

    fn commit(self) -> impl Fn(usize) + Send + Sync + Copy + 'static {
        move |rank| self.commits.write().push(rank)
    }

    /// The changes and the commits so far.
    fn so_far(self) -> (Vec<usize>, Vec<usize>) {
        (self.changes.get_untracked(), self.commits.get_untracked())
    }
}

/// Activates the element that `selector` finds, as a click, Enter or Space does.
fn click(page: &Page, selector: &str) {
    page.find(selector).unchecked_into::<HtmlElement>().click();
}

/// Sends a pointer event to the plot of the default target, at `rank` of its 8 and at the share `height` of the plot's height.
fn point(page: &Page, name: &str, kind: &str, rank: f64, height: f64) {
    let grid = page.part("grid").get_bounding_client_rect();
    let plot = page.part("plot").get_bounding_client_rect();
    point_at(
        page,
        name,
        kind,
        true,
        grid.left() + (rank - 1.0) / 7.0 * grid.width(),
        plot.top() + height * plot.height(),
    );
}

fn point_at(page: &Page, name: &str, kind: &str, is_primary: bool, x: f64, y: f64) {
    page.part("plot").dispatch_event(&pointer_event(name, kind, is_primary, x, y)).expect("sent");
}

fn escape() {
    let options = KeyboardEventInit::new();
    options.set_key("Escape");
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).expect("an event");
    window().dispatch_event(&event).expect("sent");
}
