//! [`Painter`]: the elements of the map, and what they show.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Text};

use super::cell::{Inputs, Shown};
use super::layout::{Layout, Range};
use super::markup::markup;

/// Writes to the document only what has changed since it last did.
pub struct Painter {
    cells: Vec<Painted>,
    in_range: Vec<usize>,
    active: Option<usize>,
}

struct Painted {
    element: Element,
    text: Text,
    shown: Shown,
}

impl Painter {
    /// Fills `map` with the cells of `layout`.
    pub fn new(map: &HtmlElement, layout: &Layout) -> Self {
        map.set_inner_html(&markup(layout));
        let document = leptos::prelude::document();
        let painted = |i: usize| {
            let element = document.get_element_by_id(&cell_id(i))?;
            let text = element.first_child()?.dyn_into().ok()?;
            Some(Painted { element, text, shown: Shown::default() })
        };
        Self { cells: (0..layout.cells.len()).map_while(painted).collect(), in_range: Vec::new(), active: None }
    }

    pub fn paint(&mut self, layout: &Layout, inputs: &Inputs) {
        for (painted, cell) in self.cells.iter_mut().zip(&layout.cells) {
            let shown = inputs.shown(cell);
            let last = &painted.shown;
            if shown == *last {
                continue;
            }
            if shown.text != last.text {
                painted.text.set_data(&shown.text);
            }
            if shown.levels != last.levels {
                let low = shown.levels.map(|levels| levels.0);
                let high = shown.levels.filter(|(low, high)| low != high).map(|levels| levels.1);
                set(&painted.element, "data-level", low.map(digit));
                if high.is_some() || last.levels.is_some_and(|(low, high)| low != high) {
                    set(&painted.element, "data-high", high.map(digit));
                }
            }
            if shown.is_own != last.is_own {
                set(&painted.element, "data-own", shown.is_own.then_some(""));
            }
            painted.shown = shown;
        }
    }

    /// Marks the cells of the range and the active one, which gets a name of its own.
    pub fn mark(&mut self, layout: &Layout, range: Option<Range>, active: Option<usize>, words: Option<String>) {
        let now: Vec<usize> = match range {
            Some(range) => layout.within(range).collect(),
            None => active.into_iter().collect(),
        };
        if now != self.in_range {
            self.in_range.iter().filter(|cell| !now.contains(cell)).for_each(|&cell| self.select(cell, "false"));
            now.iter().filter(|cell| !self.in_range.contains(cell)).for_each(|&cell| self.select(cell, "true"));
            self.in_range = now;
        }
        if let Some(last) = self.active.filter(|&last| Some(last) != active).and_then(|last| self.cells.get(last)) {
            set(&last.element, "aria-label", None);
            set(&last.element, "data-active", None);
        }
        if let Some(painted) = active.and_then(|active| self.cells.get(active)) {
            set(&painted.element, "aria-label", words.as_deref());
            if self.active != active {
                set(&painted.element, "data-active", Some(""));
            }
        }
        self.active = active;
    }

    fn select(&self, cell: usize, is_selected: &str) {
        if let Some(painted) = self.cells.get(cell) {
            set(&painted.element, "aria-selected", Some(is_selected));
        }
    }

    /// Shows the name of a cell to whoever points at it.
    pub fn tell(&self, cell: usize, words: &str) {
        if let Some(painted) = self.cells.get(cell) {
            set(&painted.element, "title", Some(words));
        }
    }
}

pub fn cell_id(cell: usize) -> String {
    format!("cell-{cell}")
}

fn digit(level: usize) -> &'static str {
    ["0", "1", "2", "3", "4", "5", "6", "7"].get(level).copied().unwrap_or("7")
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    // Fails only for an invalid name.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}
