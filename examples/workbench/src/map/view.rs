//! The map in the page: its measures, its legend, its cells.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::layout::Layout;
use super::measure::Measure;
use super::paint::{Painter, cell_id};
use super::range::RangeActions;
use super::selection::{MapState, cell_at};
use super::table::Table;
use crate::state::Page;

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
