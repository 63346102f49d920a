//! [`MapState`]: what the map's pieces share, and what keys and clicks change in it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent};

use super::cell::Inputs;
use super::layout::{Layout, Range};
use super::measure::{Measure, Scale};
use super::walk::step;
use crate::list::focus_slider;
use crate::state::Page;

/// What the map's pieces share.
#[derive(Clone, Copy)]
pub struct MapState {
    pub page: Page,
    pub measure: RwSignal<Measure>,
    pub scale: Memo<Scale>,
    /// The cells that were selected together; `None` for the active one alone.
    pub range: RwSignal<Option<Range>>,
    /// The cell from which a range extends.
    anchor: StoredValue<usize>,
    /// The cell of the selected layer.
    pub active: Memo<Option<usize>>,
}

impl MapState {
    pub fn new(page: Page) -> Self {
        let measure = RwSignal::new(Measure::default());
        let scale = Memo::new(move |_| page.rows.with(|rows| measure.get().scale(rows)));
        let active = Memo::new(move |_| page.layout.with(|layout| layout.cell_of(page.selected.get())));
        let range = RwSignal::new(None);
        // The cells of another file are others.
        Effect::new(move || {
            page.layout.track();
            range.set(None);
        });
        Self { page, measure, scale, range, anchor: StoredValue::new(0), active }
    }

    /// What cells show now, tracked.
    pub fn with_inputs<Result>(self, read: impl FnOnce(&Layout, &Inputs) -> Result) -> Result {
        let (page, measure, scale, layout) = (self.page, self.measure.get(), self.scale.get(), self.page.layout.get());
        let read = |rows: &[_], ranks: &_, own: &_| read(&layout, &Inputs { measure, scale: &scale, rows, ranks, own });
        page.rows.with(|rows| page.ranks.with(|ranks| page.plan.with(|plan| read(rows, ranks, &plan.own))))
    }

    /// The layers that are selected: those of the range, or of the active cell. Tracked.
    pub fn layers(self) -> Vec<usize> {
        self.page.layout.with(|layout| {
            let of = |cell: usize| layout.cells.get(cell).map_or(&[][..], |cell| &cell.layers);
            let mut layers: Vec<usize> = match self.range.get() {
                Some(range) => layout.within(range).flat_map(of).copied().collect(),
                None => self.active.get().map_or(&[][..], of).to_vec(),
            };
            layers.sort_unstable();
            layers
        })
    }

    /// Makes `cell` the active one, alone or as the other end of a range.
    fn go(self, cell: usize, extends: bool) {
        let layout = self.page.layout.get_untracked();
        let Some(first) = layout.cells.get(cell).and_then(|cell| cell.layers.first()) else { return };
        if !extends {
            self.anchor.set_value(cell);
        }
        self.range.set(extends.then(|| layout.between(self.anchor.get_value(), cell)).flatten());
        // An expert stays selected in the cell of all.
        if self.active.get_untracked() != Some(cell) {
            self.page.selected.set(*first);
        }
    }

    /// Selects a whole row, a whole column, or a part.
    fn take(self, range: Range) {
        let layout = self.page.layout.get_untracked();
        let is_in = |cell: &usize| layout.within(range).any(|it| it == *cell);
        if let Some(first) = layout.within(range).next()
            && self.active.get_untracked().is_none_or(|active| !is_in(&active))
        {
            self.go(first, false);
        }
        self.range.set(Some(range));
    }

    pub fn key(self, event: &KeyboardEvent) {
        let layout = self.page.layout.get_untracked();
        let active = self.active.get_untracked().unwrap_or(0);
        let (key, shift, control) = (event.key(), event.shift_key(), event.ctrl_key() || event.meta_key());
        let around = || {
            let (cell, all) = (layout.cells.get(active)?, layout.all_of(layout.cells.get(active)?.part)?);
            Some((cell, all))
        };
        match (key.as_str(), shift, control) {
            ("Enter", false, false) => focus_slider(),
            ("Escape", ..) if self.range.get_untracked().is_some() => self.range.set(None),
            (" ", true, false) => {
                let Some((cell, all)) = around() else { return };
                self.take(Range { rows: (cell.row, cell.row), ..all });
            }
            (" ", false, true) => {
                let Some((cell, all)) = around() else { return };
                self.take(Range { columns: (cell.column, cell.column), ..all });
            }
            ("a", false, true) => {
                let Some((_, all)) = around() else { return };
                self.take(all);
            }
            (key, ..) => match step(&layout, active, key, control) {
                Some(to) => {
                    if shift && self.range.get_untracked().is_none() {
                        self.anchor.set_value(active);
                    }
                    self.go(to, shift);
                }
                // A key that leads nowhere does not scroll the page either.
                None if key.starts_with("Arrow") => {}
                None => return,
            },
        }
        event.prevent_default();
    }

    pub fn click(self, event: &MouseEvent) {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let layout = self.page.layout.get_untracked();
        if let Some(cell) = cell_at(&target) {
            return self.go(cell, event.shift_key());
        }
        let of = |name: &str| {
            let at = target.closest(&format!("[{name}]")).ok().flatten()?.get_attribute(name)?;
            let (part, at) = at.split_once('.').unwrap_or((&at, "0"));
            Some((layout.all_of(part.parse().ok()?)?, at.parse::<usize>().ok()?))
        };
        if let Some((all, at)) = of("data-column") {
            let from = self.range.get_untracked().filter(|range| event.shift_key() && range.part == all.part);
            let columns = from.map_or((at, at), |range| (range.columns.0.min(at), range.columns.1.max(at)));
            self.take(Range { columns, ..all });
        } else if let Some((all, at)) = of("data-row") {
            let from = self.range.get_untracked().filter(|range| event.shift_key() && range.part == all.part);
            let rows = from.map_or((at, at), |range| (range.rows.0.min(at), range.rows.1.max(at)));
            self.take(Range { rows, ..all });
        } else if let Some((all, _)) = of("data-all") {
            self.take(all);
        }
    }
}

/// The cell of an element.
pub fn cell_at(element: &Element) -> Option<usize> {
    element.closest("[role=gridcell]").ok().flatten()?.id().strip_prefix("cell-")?.parse().ok()
}
