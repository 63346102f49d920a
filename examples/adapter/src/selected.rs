//! The layer that is looked at: its explorer, which sets its rank by hand.

use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Matrix, Spectrum};

use crate::state::{Page, Row};

#[component]
pub fn Selected(page: Page) -> impl IntoView {
    let of_row = move |of: &dyn Fn(&Row) -> String| {
        page.rows.with(|rows| rows.get(page.selected.get()).map_or(String::new(), of))
    };
    let is_known = Memo::new(move |_| {
        page.rows.with(|rows| rows.get(page.selected.get()).is_some_and(|row| row.known().is_some()))
    });
    // The last one stays, so that the curve moves from one layer to the next.
    let spectrum = Memo::new(move |last: Option<&Spectrum>| {
        page.rows.with(|rows| {
            let known = rows.get(page.selected.get()).and_then(Row::known);
            let spectrum = known.map(|known| known.layer.spectrum().clone());
            spectrum.or_else(|| last.cloned()).unwrap_or_else(|| Spectrum::of(&Matrix::default()))
        })
    });
    let r =
        Signal::derive(move || page.ranks.with(|ranks| ranks.chosen.get(page.selected.get()).copied().unwrap_or(1)));
    let set_r = move |rank: usize| {
        let index = page.selected.get_untracked();
        let most = page.rows.with_untracked(|rows| rows.get(index).map_or(1, Row::most));
        page.own.update(|own| {
            own.insert(index, rank.clamp(1, most));
        });
    };
    let forget = move |_| {
        page.own.update(|own| {
            own.remove(&page.selected.get_untracked());
        });
    };
    let is_own = Memo::new(move |_| page.own.with(|own| own.contains_key(&page.selected.get())));
    let module = move || of_row(&|row| row.layer.module.clone());
    let why = move || {
        of_row(&|row| match &row.spectrum {
            None => "Its spectrum is not there yet.".to_owned(),
            Some(Err(reason)) => format!("It has no spectrum: {reason}."),
            Some(Ok(_)) => String::new(),
        })
    };
    view! {
        <div class="selected">
            <h2 id="selected">{module}</h2>
            {move || match is_known.get() {
                true => view! { <LoRaRankExplorer spectrum r on_r_change=set_r /> }.into_any(),
                false => view! { <p class="why">{why}</p> }.into_any(),
            }}
            <p class="own">
                <button
                    id="forget"
                    disabled=move || !is_own.get()
                    on:click=forget
                >
                    "Follow the whole file's choice again"
                </button>
            </p>
        </div>
    }
}
