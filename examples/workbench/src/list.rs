//! The layers as a virtual grid: only the rows in view are in the document.
//!
//! The grid itself has the focus and names its active row (`aria-activedescendant`), so that scrolling a row out of view does not
//! lose the focus. Two empty rows take the height of the rows above and below.

use leptos::html;
use leptos::prelude::*;
use leptos_use_resize_observer::use_resize_observer;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::format;
use crate::order::{Key, Sorting, grouped, order};
use crate::row::{Content, ListRow, refresh};
use crate::state::Page;

/// How many rows beyond each edge are rendered in advance.
const OVERSCAN: usize = 8;

const COLUMNS: [(Key, &str, &str); 7] = [
    (Key::Module, "Module", "module"),
    (Key::Shape, "Shape", "shape"),
    (Key::Rank, "r", "rank"),
    (Key::Scale, "Scale", "scale"),
    (Key::Chosen, "Chosen", "chosen"),
    (Key::Energy, "Energy", "energy"),
    (Key::StableRank, "Stable rank", "stable"),
];

/// The part of the list that is in view, and the height of a row, in pixels.
#[derive(Clone, Copy, PartialEq)]
struct Sight {
    top: f64,
    height: f64,
    row: f64,
}

#[component]
pub fn List(page: Page) -> impl IntoView {
    let (filter, sorting) = (RwSignal::new(String::new()), RwSignal::new(None::<Sorting>));
    // Whether only layers are shown whose rank was set by hand.
    let by_hand = RwSignal::new(false);
    // Whether the same modules of all blocks stand together.
    let by_module = RwSignal::new(false);
    // Whoever looks for a layer, or for the largest, finds it also in a closed group.
    let is_whole = move || sorting.get().is_none() && !by_hand.get() && filter.read().trim().is_empty();
    let shown = Memo::new(move |_| {
        let (filter, sorting) = (filter.read(), sorting.get());
        let by_choice =
            matches!(sorting, Some(Sorting { key: Key::Chosen | Key::Energy, .. })) || filter.contains("chosen");
        let mut shown = page.rows.with(|rows| match by_choice {
            true => page.ranks.with(|ranks| order(rows, &ranks.chosen, &filter, sorting)),
            false => order(rows, &[], &filter, sorting),
        });
        if is_whole() {
            shown = page.rows.with(|rows| page.open_groups.with(|open| grouped(rows, shown, open)));
        }
        if by_hand.get() {
            page.plan.with(|plan| shown.retain(|i| plan.own.contains_key(i)));
        }
        if by_module.get() && sorting.is_none() {
            page.layout.with(|layout| shown.sort_by_key(|&i| layout.module_first(i)));
        }
        shown
    });
    let is_grouped =
        Memo::new(move |_| is_whole() && page.groups.with(|groups| groups.values().any(|count| *count > 1)));
    let count = Memo::new(move |_| shown.with(Vec::len));
    let at = Memo::new(move |_| shown.with(|shown| shown.iter().position(|&i| i == page.selected.get())));
    let is_hidden = Memo::new(move |_| at.get().is_none() && page.rows.with(|rows| rows.len() > 1));

    let (scroll, body) = (NodeRef::<html::Div>::new(), NodeRef::<html::Tbody>::new());
    let sight = RwSignal::new(Sight { top: 0.0, height: 600.0, row: 44.0 });
    // A frame may fire after the list has been disposed.
    let look = move || {
        let elements = scroll.try_get_untracked().flatten().zip(body.try_get_untracked().flatten());
        if let (Some((scroll, body)), Some(last)) = (elements, sight.try_get_untracked()) {
            let row = body.first_element_child().map_or(0.0, |row| row.get_bounding_client_rect().height());
            let row = if row > 0.0 { row } else { last.row };
            let now = Sight { top: scroll.scroll_top().into(), height: scroll.client_height().into(), row };
            if now != last {
                sight.set(now);
            }
        }
    };
    Effect::new(move || {
        if count.get() > 0 {
            request_animation_frame(look);
        }
    });
    use_resize_observer(scroll, move |_, _| look());

    let range = Memo::new(move |_| {
        let (Sight { top, height, row }, count) = (sight.get(), count.get());
        let first = ((top / row) as usize).saturating_sub(OVERSCAN).min(count);
        let last = ((top + height) / row).ceil() as usize + OVERSCAN;
        (first, last.min(count).max(first))
    });
    let lines = move || {
        // First `shown`, then `range`, which depends on it: a memo that changes while an effect asks another memo whether it has
        // changed does not tell this effect (reactive_graph 0.2.16).
        let (shown, is_grouped) = (shown.get(), is_grouped.get());
        let (first, last) = range.get();
        let content = |at: usize| Some(Content::new(page, at, *shown.get(at)?, is_grouped));
        (first..last).filter_map(content).collect::<Vec<_>>()
    };
    // New rows are right already; the others follow the ranks.
    Effect::new(move || {
        page.ranks.track();
        page.plan.track();
        let (first, last) = range.get_untracked();
        shown.with_untracked(|shown| {
            shown.iter().take(last).skip(first).for_each(|&index| refresh(page, index));
        });
    });
    let above = move || format!("{}px", range.get().0 as f64 * sight.get().row);
    let below = move || format!("{}px", (count.get() - range.get().1.min(count.get())) as f64 * sight.get().row);

    let active = move || {
        let (first, last) = range.get();
        at.get().filter(|at| (first..last).contains(at)).map(|_| row_id(page.selected.get()))
    };
    let go = move |to: usize| {
        if let Some(&i) = shown.read_untracked().get(to) {
            page.selected.set(i);
        }
    };
    // The selected row stays in sight: whoever selects it, sorts or filters looks for it.
    Effect::new(move || {
        shown.track();
        if let Some(to) = at.get() {
            request_animation_frame(move || {
                let Some((scroll, Sight { height, row, .. })) =
                    scroll.try_get_untracked().flatten().zip(sight.try_get_untracked())
                else {
                    return;
                };
                // The table's sticky header covers one row.
                let (top, bottom) = (to as f64 * row, (to + 2) as f64 * row);
                let now = f64::from(scroll.scroll_top());
                if top < now {
                    scroll.set_scroll_top(top as i32);
                } else if bottom > now + height {
                    scroll.set_scroll_top((bottom - height).ceil() as i32);
                }
            });
        }
    });
    let key = move |event: KeyboardEvent| {
        let (at, last) = (at.get_untracked(), count.get_untracked().saturating_sub(1));
        let rows = (sight.get_untracked().height / sight.get_untracked().row) as usize;
        let to = match event.key().as_str() {
            "ArrowDown" => at.map_or(0, |at| at + 1),
            "ArrowUp" => at.unwrap_or(1).saturating_sub(1),
            "PageDown" => at.unwrap_or(0) + rows.saturating_sub(2).max(1),
            "PageUp" => at.unwrap_or(0).saturating_sub(rows.saturating_sub(2).max(1)),
            "Home" => 0,
            "End" => last,
            // Not on the button of a column.
            "Enter" if event.target() == event.current_target() => {
                event.prevent_default();
                return focus_slider();
            }
            "ArrowRight" | "ArrowLeft" if is_grouped.get_untracked() => {
                event.prevent_default();
                return page.open_group(page.selected.get_untracked(), |_| event.key() == "ArrowRight");
            }
            _ => return,
        };
        event.prevent_default();
        go(to.min(last));
    };

    let heads = COLUMNS.map(|(key, name, class)| {
        let is = move || sorting.get().filter(|sorting| sorting.key == key);
        let sort = move |_| {
            sorting.update(|sorting| {
                // Ascending, descending, then back to the file's order.
                *sorting = match *sorting {
                    Some(last) if last.key == key && last.descending => None,
                    Some(last) if last.key == key => Some(Sorting { key, descending: true }),
                    _ => Some(Sorting { key, descending: false }),
                };
            });
        };
        let aria = move || is().map(|sorting| if sorting.descending { "descending" } else { "ascending" });
        let arrow = move || is().map_or("", |sorting| if sorting.descending { " ↓" } else { " ↑" });
        view! {
            <th scope="col" class=class aria-sort=aria>
                <button on:click=sort>{name}<span aria-hidden="true">{arrow}</span></button>
            </th>
        }
    });

    view! {
        <div class="list">
            <div class="filter">
                <label for="filter">"Filter"</label>
                <input
                    id="filter"
                    type="search"
                    placeholder="q_proj 4096x4096 r>8"
                    on:input=move |event| filter.set(event_target_value(&event))
                />
                <label class="by-hand">
                    <input
                        type="checkbox"
                        id="by-hand"
                        on:change=move |event| by_hand.set(event_target_checked(&event))
                    />
                    "Set by hand only"
                </label>
                <label class="by-hand">
                    <input
                        type="checkbox"
                        id="by-module"
                        on:change=move |event| by_module.set(event_target_checked(&event))
                    />
                    "By module"
                </label>
                <span id="shown" role="status">
                    {move || format!("{} of {}", format::count(count.get() as u64), format::counted(page.rows.with(Vec::len), "layer"))}
                </span>
            </div>
            <p id="no-layer" class:hidden=move || !is_hidden.get()>
                {move || match count.get() {
                    0 => "No layer of this file is listed: change or clear what is filtered.".to_owned(),
                    _ => format!("The selected layer, {}, is not among those listed.", page.short_name(page.selected.get())),
                }}
            </p>
            <div class="scroll" node_ref=scroll on:scroll=move |_| look()>
                <table
                    role=move || if is_grouped.get() { "treegrid" } else { "grid" }
                    aria-label="Layers"
                    id="grid"
                    tabindex="0"
                    aria-rowcount=move || (count.get() + 1).to_string()
                    aria-activedescendant=active
                    on:keydown=key
                >
                    <thead>
                        <tr aria-rowindex="1">
                            {heads.collect_view()} <th scope="col" class="spectrum">"Spectrum"</th>
                        </tr>
                    </thead>
                    <tbody aria-hidden="true">
                        <tr>
                            <td style:height=above></td>
                        </tr>
                    </tbody>
                    <tbody node_ref=body>
                        <For each=lines key=|content| *content let:content>
                            <ListRow page content />
                        </For>
                    </tbody>
                    <tbody aria-hidden="true">
                        <tr>
                            <td style:height=below></td>
                        </tr>
                    </tbody>
                </table>
            </div>
        </div>
    }
}

/// Gives the focus to the slider of the selected layer.
pub fn focus_slider() {
    let slider = document().query_selector(".selected [type=range]").ok().flatten();
    if let Some(slider) = slider.and_then(|slider| slider.dyn_into::<HtmlElement>().ok()) {
        // Fails if the element cannot take the focus.
        let _ = slider.focus();
    }
}

pub fn row_id(index: usize) -> String {
    format!("row-{index}")
}
