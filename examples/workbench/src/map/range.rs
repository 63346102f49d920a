//! Ranks for the selected layers together: a block, a module, a range.

use leptos::prelude::*;
use lora_rank_explorer::RankRule;

use super::selection::MapState;
use crate::format;
use crate::history::About;
use crate::layer_row::LayerRow;
use crate::outcome::range;
use crate::save::focus;

/// The shares of the energy to keep: a name, and the share.
const SHARES: [(&str, f64); 3] = [("Keep 99% here", 0.99), ("Keep 95% here", 0.95), ("Keep 90% here", 0.9)];

/// The rank that keeps `share` of the energy, for each of the layers that has one.
fn keeping(rows: &[LayerRow], layers: &[usize], share: f64) -> Vec<(usize, usize)> {
    let Ok(rule) = RankRule::energy_at_least(share) else { return Vec::new() };
    let rank = |&layer: &usize| {
        let row = rows.get(layer)?;
        Some((layer, rule.resolve(row.spectrum()?).ok()?.clamp(1, row.most())))
    };
    layers.iter().filter_map(rank).collect()
}

/// The same rank for each of the layers, or its own where that is lower.
fn of_rank(rows: &[LayerRow], layers: &[usize], rank: usize) -> Vec<(usize, usize)> {
    layers.iter().filter_map(|&layer| Some((layer, rows.get(layer)?.bounded(rank)))).collect()
}

#[component]
pub fn RangeActions(map: MapState) -> impl IntoView {
    let page = map.page;
    let layers = Memo::new(move |_| map.layers());
    let rank = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let name = move || {
        layers.with(|layers| match layers[..] {
            [one] => format!("1 layer selected: {}", page.short_name(one)),
            _ => format!("{} selected", format::counted(layers.len(), "layer")),
        })
    };
    let set = move |ranks: Vec<(usize, usize)>| {
        let (count, all) = (ranks.len(), layers.with_untracked(Vec::len));
        let to = range(ranks.iter().map(|&(_, rank)| rank));
        page.change(About::Range, |plan| plan.own.extend(ranks));
        let others = match all - count {
            0 => String::new(),
            others => format!(" {} without a spectrum stay as they are.", format::counted(others, "layer")),
        };
        let noun = if to.contains("to") { "ranks" } else { "rank" };
        said.set(match count {
            0 => others.trim_start().to_owned(),
            _ => format!("{} set by hand to {noun} {to}.{others}", format::counted(count, "layer")),
        });
    };
    let keep = move |share: f64| {
        set(page.rows.with_untracked(|rows| layers.with_untracked(|layers| keeping(rows, layers, share))));
    };
    let most = Memo::new(move |_| {
        page.rows.with(|rows| {
            let most = |&layer: &usize| rows.get(layer).map(LayerRow::most);
            layers.with(|layers| layers.iter().filter_map(most).max().unwrap_or(1))
        })
    });
    let wrong = move || match rank.get().trim().parse::<usize>() {
        Ok(rank) if (1..=most.get()).contains(&rank) => None,
        _ => Some(format!("A rank here is a whole number from 1 to {}.", most.get())),
    };
    let is_wrong = RwSignal::new(false);
    let set_rank = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(wrong) {
            Some(reason) => {
                is_wrong.set(true);
                said.set(reason);
                focus("range-rank");
            }
            None => {
                let rank = rank.get_untracked().trim().parse().unwrap_or(1);
                set(page.rows.with_untracked(|rows| layers.with_untracked(|layers| of_rank(rows, layers, rank))));
            }
        }
    };
    let is_own = Memo::new(move |_| {
        page.plan.with(|plan| layers.with(|layers| layers.iter().any(|layer| plan.own.contains_key(layer))))
    });
    let forget = move |_| {
        if is_own.get_untracked() {
            let these = layers.get_untracked();
            page.change(About::Range, |plan| plan.own.retain(|layer, _| these.binary_search(layer).is_err()));
            said.set(format!("{} follow the choice for the whole file.", format::counted(these.len(), "layer")));
        }
    };
    view! {
        <div class="range" role="group" aria-labelledby="range-name">
            <strong id="range-name">{name}</strong>
            {SHARES
                .map(|(words, share)| {
                    let id = format!("range-{}", (100.0 * share) as u32);
                    view! { <button id=id on:click=move |_| keep(share)>{words}</button> }
                })
                .collect_view()}
            <form on:submit=set_rank>
                <label for="range-rank">"Rank"</label>
                <input
                    id="range-rank"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-describedby="range-said"
                    aria-invalid=move || is_wrong.get().to_string()
                    on:input=move |event| {
                        is_wrong.set(false);
                        rank.set(event_target_value(&event));
                    }
                />
                <button>"Set"</button>
            </form>
            // Not `disabled`: that would take the focus away from whoever has just pressed it.
            <button id="range-forget" aria-disabled=move || (!is_own.get()).then_some("true") on:click=forget>
                "Follow the whole file"
            </button>
            <span id="range-said" role="status" class:bad=is_wrong>{said}</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranks::tests::row;

    #[test]
    fn a_share_sets_the_rank_of_every_layer_that_is_read() {
        let rows = [
            row("a", &[3.0, 1.0], Some(1.0)),
            row("b", &[1.0, 1.0, 1.0], Some(1.0)),
            row("zero", &[0.0], Some(1.0)),
            LayerRow::new(row("unread", &[1.0], Some(1.0)).layer),
        ];
        assert_eq!(keeping(&rows, &[0, 1, 2, 3, 9], 0.9), [(0, 1), (1, 3), (2, 1)]);
        assert_eq!(of_rank(&rows, &[0, 1, 9], 3), [(0, 2), (1, 3)], "no layer gets more than its own");
    }
}
