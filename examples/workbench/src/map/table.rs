//! The map as a table: every cell in a row, with all that the map can show of it.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;

use super::markup::escaped;
use super::measure::Measure;
use super::selection::MapState;

/// An open table follows once the ranks have stayed the same for so long.
const PAUSE: Duration = Duration::from_millis(300);

#[component]
pub fn Table(map: MapState) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let body = NodeRef::<html::Tbody>::new();
    let mut fill = debounce(PAUSE, move |()| {
        if let (Some(true), Some(body)) = (is_open.try_get_untracked(), body.try_get_untracked().flatten()) {
            body.set_inner_html(&untrack(|| lines(map)));
        }
    });
    Effect::new(move || {
        if is_open.get() {
            map.with_inputs(|_, _| {});
            fill(());
        }
    });
    let heads = Measure::ALL.map(|measure| view! { <th scope="col">{measure.words()}</th> });
    let toggle = move |event: web_sys::Event| {
        is_open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    };
    view! {
        <details class="behind" on:toggle=toggle>
            <summary>"The map as a table"</summary>
            <div class="table" tabindex="0" role="region" aria-label="The map as a table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Layer"</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody node_ref=body></tbody>
                </table>
            </div>
        </details>
    }
}

/// The rows, as HTML text.
fn lines(map: MapState) -> String {
    map.with_inputs(|layout, inputs| {
        let line = |cell| {
            let cells = Measure::ALL.map(|measure| format!("<td>{}</td>", escaped(&inputs.measured(measure, cell))));
            format!("<tr><th scope=\"row\">{}</th>{}</tr>", escaped(&inputs.name(cell)), cells.concat())
        };
        layout.cells.iter().map(line).collect()
    })
}
