//! The rounding floor of a layer: a marker and a line on its curve, a line in the list, and its reason in words.

use leptos::prelude::*;
use lora_rank_explorer::{NoiseFloor, NotApplicable, RankMarker, RankSuggestion};

use super::found::Floor;
use crate::history::About;
use crate::layer_row::{Known, LayerRow};
use crate::save::focus;
use crate::sparkline::HEIGHT;
use crate::state::Page;

const MARKERS: [RankSuggestion; 4] =
    [RankSuggestion::Knee, RankSuggestion::LargestGap, RankSuggestion::StableRank, RankSuggestion::EffectiveRank];

fn floor_of(page: Page) -> Option<Floor> {
    page.rows.with(|rows| rows.get(page.selected.get()).and_then(LayerRow::known)?.floor.clone())
}

/// What is marked on the curve of the selected layer.
pub fn markers(page: Page) -> Vec<RankMarker> {
    let floor = floor_of(page).map(|floor| {
        let above = floor.above.ok();
        RankMarker::new("Above the rounding floor", move |spectrum| match above {
            Some(0) => Err(NotApplicable::AllNoise),
            Some(rank) => Ok(rank),
            None => {
                let (known, of) = (spectrum.known_rank(), spectrum.max_rank());
                Err(NotApplicable::Between { least: known, most: of, known, of })
            }
        })
    });
    floor.into_iter().chain(MARKERS.map(RankMarker::from)).collect()
}

/// The line on the curve of the selected layer.
pub fn noise_floor(page: Page) -> Option<NoiseFloor> {
    floor_of(page).map(|floor| NoiseFloor::from(&floor.floor))
}

/// How high the floor is in the small curve of the list; nothing where it is above all values.
pub fn height(known: &Known) -> Option<f64> {
    let largest = *known.layer.spectrum().singular_values().first()?;
    let share = known.floor.as_ref()?.floor.value() / largest;
    (share <= 1.0).then_some((HEIGHT - 1.0) * (1.0 - share) + 1.0)
}

/// The rank above the floor with its reason, and the button that leaves the layer out.
#[component]
pub fn FloorShown(page: Page) -> impl IntoView {
    let floor = Memo::new(move |_| floor_of(page));
    let words = move |floor: Floor| {
        let above = match &floor.above {
            Ok(0) => "No singular value is above the rounding floor".to_owned(),
            Ok(1) => "1 singular value is above the rounding floor".to_owned(),
            Ok(rank) => format!("{rank} singular values are above the rounding floor"),
            Err(reason) => format!("How many singular values are above the rounding floor is not known: {reason}"),
        };
        format!("{above}: {}.", floor.floor)
    };
    let is_left_out = Memo::new(move |_| page.ranks.with(|ranks| ranks.chosen.get(page.selected.get()) == Some(&0)));
    let leave_out = move |_| {
        let index = page.selected.get_untracked();
        page.change(About::Layer(index), |plan| _ = plan.own.insert(index, 0));
        focus("forget");
    };
    move || {
        floor.get().map(|floor| {
            view! {
                <p id="floor">{words(floor)}</p>
                <p id="left-out" class="bad" class:hidden=move || !is_left_out.get() role="status">"This layer is left out of the LoRA."</p>
                <button id="leave-out" class="alone" aria-disabled=move || is_left_out.get().then_some("true") on:click=leave_out>
                    "Leave this layer out"
                </button>
            }
        })
    }
}
