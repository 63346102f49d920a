//! Layers whose curves are drawn beside the selected one's.

use leptos::prelude::*;
use lora_rank_explorer::Comparison;

use crate::layer_row::LayerRow;
use crate::save::focus;
use crate::state::Page;

/// The selected layer and the layers kept for comparison.
pub fn comparison(page: Page) -> Comparison {
    let selected = page.selected.get();
    let own = Comparison::of(page.short_name(selected));
    page.kept.with(|kept| {
        kept.iter().filter(|&&index| index != selected).fold(own, |comparison, &index| {
            let spectrum = page.rows.with(|rows| rows.get(index).and_then(LayerRow::spectrum).cloned());
            match spectrum {
                Some(spectrum) => comparison.with(page.short_name(index), spectrum),
                None => comparison,
            }
        })
    })
}

/// The buttons that keep the selected layer for comparison and remove kept ones.
#[component]
pub fn Kept(page: Page) -> impl IntoView {
    let cannot = move || {
        let selected = page.selected.get();
        let is_known = page.rows.with(|rows| rows.get(selected).is_some_and(|row| row.known().is_some()));
        !is_known || page.kept.with(|kept| kept.contains(&selected) || kept.len() >= Comparison::MOST)
    };
    // Not `disabled`: that would take the focus away from whoever has just pressed it.
    let keep = move |_| {
        if !untrack(cannot) {
            page.kept.update(|kept| kept.push(page.selected.get_untracked()));
        }
    };
    let chip = move |index: usize| {
        let name = page.short_name(index);
        let let_go = move |_| {
            page.kept.update(|kept| kept.retain(|&other| other != index));
            // The focused button disappears.
            focus("keep");
        };
        view! {
            <li>
                <button aria-label=format!("Stop comparing with {name}") on:click=let_go>
                    {name.clone()}
                    " ×"
                </button>
            </li>
        }
    };
    view! {
        <button id="keep" aria-disabled=move || cannot().then_some("true") on:click=keep>
            "Keep for comparison"
        </button>
        <ul class="kept" id="kept" aria-label="Kept for comparison">
            <For each=move || page.kept.get() key=|index| *index let:index>
                {chip(index)}
            </For>
        </ul>
    }
}
