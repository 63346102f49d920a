//! The map in the page: its measures, its legend, keys and pointers.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent};

use super::cell::Inputs;
use super::layout::{Layout, Range};
use super::measure::{Measure, Scale};
use super::paint::{Painter, cell_id};
use super::range::RangeActions;
use super::table::Table;
use super::walk::step;
use crate::list::focus_slider;
use crate::state::Page;

/// What the map's pieces share.
#[derive(Clone, Copy)]
pub struct MapState {
    pub page: Page,
    pub measure: RwSignal<Measure>,
    scale: Memo<Scale>,
    /// The cells that were selected together; `None` for the active one alone.
    pub range: RwSignal<Option<Range>>,
    /// The cell from which a range extends.
    anchor: StoredValue<usize>,
    /// The cell of the selected layer.
    active: Memo<Option<usize>>,
}

impl MapState {
    fn new(page: Page) -> Self {
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

    fn key(self, event: &KeyboardEvent) {
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

    fn click(self, event: &MouseEvent) {
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
fn cell_at(element: &Element) -> Option<usize> {
    element.closest("[role=gridcell]").ok().flatten()?.id().strip_prefix("cell-")?.parse().ok()
}

#[component]
pub fn Map(page: Page) -> impl IntoView {
    let map = MapState::new(page);
    let MapState { measure, scale, range, active, .. } = map;
    let element = NodeRef::<html::Div>::new();
    let fits = RwSignal::new(false);
    let painter = StoredValue::new_local(None::<Painter>);
    let painted = StoredValue::new(None::<Arc<Layout>>);
    Effect::new(move || {
        let Some(element) = element.get() else { return };
        let active = active.get();
        map.with_inputs(|layout, inputs| {
            let layout_now = page.layout.get_untracked();
            painter.update_value(|painter| {
                let is_other =
                    painted.with_value(|last| last.as_ref().is_none_or(|last| !Arc::ptr_eq(last, &layout_now)));
                if is_other {
                    *painter = Some(Painter::new(&element, layout));
                    painted.set_value(Some(layout_now));
                }
                let Some(painter) = painter else { return };
                painter.paint(layout, inputs);
                let words = active.and_then(|active| layout.cells.get(active)).map(|cell| inputs.words(cell));
                painter.mark(layout, range.get(), active, words);
            });
        });
    });
    Effect::new(move || {
        let active = active.get();
        page.layout.track();
        request_animation_frame(move || {
            if let Some((element, active)) = element.try_get_untracked().flatten().zip(active) {
                bring_into_sight(&element, active);
            }
        });
    });
    let over = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(cell) = target.as_ref().and_then(cell_at) else { return };
        untrack(|| {
            map.with_inputs(|layout, inputs| {
                let Some(words) = layout.cells.get(cell).map(|cell| inputs.words(cell)) else { return };
                painter.with_value(|painter| painter.iter().for_each(|painter| painter.tell(cell, &words)));
            });
        });
    };
    let measures = Measure::ALL.map(|it| {
        view! {
            <label>
                <input
                    type="radio"
                    name="measure"
                    id=format!("measure-{}", it.id())
                    prop:checked=move || measure.get() == it
                    on:change=move |_| measure.set(it)
                />
                {it.words()}
            </label>
        }
    });
    let legend = move || {
        let entry = |(level, text): (usize, String)| view! { <li data-level=level.to_string()>{text}</li> };
        scale.get().legend(measure.get()).into_iter().map(entry).collect_view()
    };
    view! {
        <section class="map" aria-labelledby="map-title">
            <h3 id="map-title">"The whole model"</h3>
            <div class="measures">
                <fieldset>
                    <legend>"Colour and number"</legend>
                    {measures}
                </fieldset>
                <label class="fits">
                    <input type="checkbox" id="fit" on:change=move |event| fits.set(event_target_checked(&event)) />
                    "Fit the width, with bars for numbers"
                </label>
                <ol class="levels" aria-label=move || format!("Scale: {}", measure.get().words())>{legend}</ol>
            </div>
            <div
                id="map"
                node_ref=element
                class:fit=fits
                role="grid"
                tabindex="0"
                aria-label=move || format!("Layers by block and module. {}", measure.get().words())
                aria-describedby="map-help"
                aria-multiselectable="true"
                aria-activedescendant=move || active.get().map(cell_id)
                on:keydown=move |event| map.key(&event)
                on:click=move |event| map.click(&event)
                on:mouseover=over
            ></div>
            <p id="map-help">
                "Blocks from left to right, modules from top to bottom. Arrow keys or a click select a layer, here and in the list; with "
                <kbd>"Shift"</kbd>" a range. The name of a module or of a block selects all of it, as do "<kbd>"Shift Space"</kbd>" and "
                <kbd>"Ctrl Space"</kbd>". A cell of several layers shows the least and the largest value, and a corner marks ranks that were set by hand."
            </p>
            <RangeActions map />
            <Table map />
        </section>
    }
}

/// Scrolls the map, and never the page, so that a cell can be seen beside the names of the modules.
fn bring_into_sight(map: &Element, cell: usize) {
    let Some(cell) = document().get_element_by_id(&cell_id(cell)) else { return };
    let side = map.query_selector(".side").ok().flatten().map_or(0.0, |side| side.get_bounding_client_rect().width());
    let (frame, place) = (map.get_bounding_client_rect(), cell.get_bounding_client_rect());
    let (left, top) = (f64::from(map.scroll_left()), f64::from(map.scroll_top()));
    let (before, after) =
        (place.left() - frame.left() - side, place.right() - frame.left() - f64::from(map.client_width()));
    let (above, below) = (place.top() - frame.top(), place.bottom() - frame.top() - f64::from(map.client_height()));
    if before < 0.0 || after > 0.0 {
        map.set_scroll_left((left + if before < 0.0 { before } else { after.ceil() }) as i32);
    }
    if above < 0.0 || below > 0.0 {
        map.set_scroll_top((top + if above < 0.0 { above } else { below.ceil() }) as i32);
    }
}
