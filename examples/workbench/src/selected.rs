//! The selected layer, whose explorer sets its rank by hand.

use leptos::prelude::*;
use lora_rank_explorer::{
    Axes, Label, Labels, LoRaRankExplorer, Matrix, Pointing, RankCost, RankRule, RankRuleError, ResidualView, ShowCost,
    Spectrum,
};

use crate::compare::{Kept, comparison};
use crate::history::About;
use crate::layer_row::LayerRow;
use crate::pair::floor::{FloorShown, markers, noise_floor};
use crate::ranks::Choice;
use crate::state::Page;

/// Rules with tools' usual thresholds.
fn usual_rules() -> [Result<RankRule, RankRuleError>; 4] {
    [
        RankRule::energy_at_least(0.9),
        RankRule::energy_at_least(0.95),
        RankRule::frobenius_retained(0.95),
        RankRule::nuclear_share(0.9),
    ]
}

#[component]
pub fn Selected(page: Page) -> impl IntoView {
    let of_row = move |of: &dyn Fn(&LayerRow) -> String| {
        page.rows.with(|rows| rows.get(page.selected.get()).map_or(String::new(), of))
    };
    let is_known = Memo::new(move |_| {
        page.rows.with(|rows| rows.get(page.selected.get()).is_some_and(|row| row.known().is_some()))
    });
    // Keep the last spectrum, so that the curve animates from one layer to the next.
    let spectrum = Memo::new(move |last: Option<&Spectrum>| {
        page.rows.with(|rows| {
            let spectrum = rows.get(page.selected.get()).and_then(LayerRow::spectrum);
            spectrum.or(last).cloned().unwrap_or_else(|| Spectrum::of(&Matrix::default()))
        })
    });
    let r =
        Signal::derive(move || page.ranks.with(|ranks| ranks.chosen.get(page.selected.get()).copied().unwrap_or(1)));
    let set_r = move |rank: usize| {
        let index = page.selected.get_untracked();
        let most = page.rows.with_untracked(|rows| rows.get(index).map_or(1, LayerRow::most));
        page.change(About::Layer(index), |plan| _ = plan.own.insert(index, rank.clamp(1, most.max(1))));
    };
    let most = Memo::new(move |_| page.rows.with(|rows| rows.get(page.selected.get()).map_or(1, LayerRow::most)));
    // The rule for the whole file comes first.
    let targets = move || {
        let own = match page.choice.get() {
            Ok(Choice::Rule(rule)) => Some(rule),
            _ => None,
        };
        let usual = usual_rules().into_iter().flatten().filter(|rule| Some(*rule) != own);
        own.into_iter().chain(usual).collect::<Vec<_>>()
    };
    let width = Memo::new(move |_| {
        let width =
            |row: &LayerRow| row.layer.bytes_per_rank / row.layer.rows.saturating_add(row.layer.cols).max(1) as u64;
        page.rows.with(|rows| rows.get(page.selected.get()).map_or(2, width))
    });
    let cost = move |spectrum: &Spectrum| {
        let cost = RankCost::of(spectrum);
        cost.with_bytes_per_value(width.get()).unwrap_or(cost)
    };
    let forget = move |_| {
        let index = page.selected.get_untracked();
        page.change(About::Layer(index), |plan| _ = plan.own.remove(&index));
    };
    let is_own = Memo::new(move |_| page.plan.with(|plan| plan.own.contains_key(&page.selected.get())));
    // Without a scale, the absolute residual would be a wrong number.
    let is_scale_known = Memo::new(move |_| {
        let known = |row: &LayerRow| row.layer.unknown_scale().is_none();
        page.rows.with(|rows| rows.get(page.selected.get()).is_none_or(known))
    });
    let axes = move || {
        let axes = Axes::new().max_rank(most.get());
        if is_scale_known.get() { axes } else { axes.residual_view(ResidualView::Relative) }
    };
    let scale = move || {
        of_row(&|row| {
            let kept = match row.layer.kept {
                Some(_) => " A resized file keeps this layer as it is.",
                None if row.layer.becomes_pair => " A rank below its own makes a pair B·A of this layer.",
                None => "",
            };
            row.layer.scale_text.as_ref().map_or(String::new(), |text| format!("Scale {text}.{kept}"))
        })
    };
    // The bar announces what a choice does, the list and the map which layer is selected.
    let labels = Labels::new(|label| match label {
        Label::Announcement(_) | Label::RankAnnouncement(_) => Some(String::new()),
        _ => None,
    });
    let module = move || of_row(&|row| row.layer.module.clone());
    let why = move || {
        of_row(&|row| match &row.spectrum {
            None => "This layer has not been read yet.".to_owned(),
            Some(Err(reason)) => format!("This layer has no spectrum: {reason}."),
            Some(Ok(_)) => String::new(),
        })
    };
    view! {
        <div class="selected">
            <h3 id="selected">{module}</h3>
            <p id="scale">{scale}</p>
            {move || match is_known.get() {
                true => {
                    view! {
                        <LoRaRankExplorer
                            spectrum
                            r
                            on_r_change=set_r
                            axes
                            compare=move || comparison(page)
                            pointing=Pointing::new()
                            targets=targets
                            markers=move || markers(page)
                            noise_floor=move || noise_floor(page)
                            cost=ShowCost::of(cost)
                            labels=labels.clone()
                        />
                    }
                        .into_any()
                }
                false => view! { <p class="why">{why}</p> }.into_any(),
            }}
            <FloorShown page />
            <div class="actions">
                <button id="forget" aria-disabled=move || (!is_own.get()).then_some("true") on:click=forget>
                    "Follow the choice for the whole file again"
                </button>
                <Kept page />
            </div>
        </div>
    }
}
