//! Size against energy over the whole file, drawn by the explorer: what a size keeps, and a size to choose.

use leptos::prelude::*;
use lora_rank_explorer::{Label, Labels, LoRaRankExplorer, Pointing, Quantity, TradeOff};

use crate::format;
use crate::history::About;
use crate::layer_row::LayerRow;
use crate::plan::{Plan, Way};
use crate::sizes::cost;
use crate::spending::{Kept, Spending};
use crate::state::Page;

/// Sizes are whole percents of the file with every rank.
const WHOLE: u64 = 100;

/// The sizes that can be chosen, and what they keep.
#[derive(Clone, Debug, PartialEq)]
struct Sizes {
    /// The size of the file with every rank.
    whole: u64,
    /// The smallest percent that can be met.
    first: usize,
    /// From the first percent on.
    kept: Vec<Kept>,
}

impl Sizes {
    /// `None` if no size can be chosen.
    fn new(rows: &[LayerRow], spending: &Spending, file_bytes: u64) -> Option<Self> {
        let most: Vec<usize> = rows.iter().map(LayerRow::most).collect();
        let (whole, _) = cost(rows, &most, file_bytes);
        let sizes: Vec<u64> = (1..=WHOLE).map(|percent| budget(whole, percent)).collect();
        let first = sizes.iter().position(|&size| size >= spending.smallest)?;
        let kept: Option<Vec<Kept>> = spending.kept(rows, &sizes[first..]).into_iter().collect();
        Some(Self { whole, first: first + 1, kept: kept? })
    }

    fn trade_off(&self) -> Option<TradeOff> {
        TradeOff::new(self.first, self.kept.iter().map(|kept| kept.energy).collect::<Vec<_>>()).ok()
    }

    fn at(&self, percent: usize) -> Option<Kept> {
        self.kept.get(percent.checked_sub(self.first)?).copied()
    }

    /// The percent for which a file of this size has room.
    fn percent_of(&self, bytes: u64) -> usize {
        let fits = |percent: &usize| budget(self.whole, *percent as u64) >= bytes;
        (self.first..WHOLE as usize).find(fits).unwrap_or(WHOLE as usize)
    }
}

/// What the field for the size holds at this percent.
fn in_field(whole: u64, percent: u64) -> String {
    format::in_mib((u128::from(whole) * u128::from(percent)).div_ceil(u128::from(WHOLE)) as u64)
}

/// The bytes that this text asks for.
fn budget(whole: u64, percent: u64) -> u64 {
    Plan::bytes_of(&in_field(whole, percent)).unwrap_or(whole)
}

#[component]
pub fn TradeOffCurve(page: Page) -> impl IntoView {
    let sizes = Memo::new(move |_| {
        let file_bytes = page.file_bytes.get();
        page.spending.with(|spending| {
            let spending = spending.as_deref()?;
            page.rows.with_untracked(|rows| Sizes::new(rows, spending, file_bytes))
        })
    });
    let curve = Memo::new(move |last: Option<&TradeOff>| {
        let now = sizes.with(|sizes| sizes.as_ref().and_then(Sizes::trade_off));
        now.or(last.cloned()).unwrap_or_else(nothing)
    });
    let percent = Signal::derive(move || {
        let bytes = page.ranks.with(|ranks| ranks.bytes);
        let wanted = page.plan.with(|plan| (plan.way == Way::Budget).then(|| Plan::bytes_of(&plan.budget)).flatten());
        sizes.with(|sizes| sizes.as_ref().map_or(1, |sizes| sizes.percent_of(wanted.unwrap_or(bytes))))
    });
    let choose = move |percent: usize| {
        if let Some(whole) = sizes.with_untracked(|sizes| sizes.as_ref().map(|sizes| sizes.whole)) {
            let size = in_field(whole, percent as u64);
            page.change(About::Budget, |plan| (plan.way, plan.budget) = (Way::Budget, size));
        }
    };
    let at = move |percent: usize| sizes.with(|sizes| Some((sizes.as_ref()?.at(percent)?, sizes.as_ref()?.whole)));
    let labels = Labels::new(move |label| {
        let size = |percent: usize| at(percent).map_or_else(String::new, |(kept, _)| format::bytes(kept.bytes));
        Some(match label {
            Label::Title => "Size against energy".to_owned(),
            Label::PlotTitle => "Energy lost at each size of the file".to_owned(),
            Label::Rank => "Size, %".to_owned(),
            Label::RankAxis => "size, % of the file with every rank".to_owned(),
            Label::Residual { .. } => "energy lost".to_owned(),
            Label::CapturedEnergy => "energy kept".to_owned(),
            Label::Caption(now) => {
                let preview = if now.is_preview { " · preview" } else { "" };
                format!("{} % · {}{preview}", now.rank, size(now.rank))
            }
            Label::ValueText(now) => {
                format!("{} % of the size, {}, {} of the energy kept", now.rank, size(now.rank), now.captured_energy)
            }
            Label::CurveSentence(_) => sizes.with(|sizes| sizes.as_ref().map_or_else(String::new, sentence)),
            // The bar announces what the choice does.
            Label::Announcement(_) | Label::RankAnnouncement(_) => String::new(),
            _ => return None,
        })
    })
    .numbers(|quantity| match quantity {
        Quantity::Share(share) => Some(format::share(Some(share))),
        Quantity::ResidualTick(lost) => Some(format!("{}%", format::number_short(100.0 * lost))),
        Quantity::ResidualOnAxis(lost) => Some(format::share(Some(lost))),
        _ => None,
    });
    let is_there = Memo::new(move |_| sizes.with(Option::is_some));
    let why = move || match page.status.with(crate::app::is_busy) {
        true => "The curve appears once all layers are read.",
        false => "No size can be chosen: no layer has ranks to choose and energy to keep.",
    };
    view! {
        <div class="tradeoff">
            {move || match is_there.get() {
                true => {
                    view! {
                        <LoRaRankExplorer
                            axes=curve
                            r=percent
                            on_r_change=choose
                            pointing=Pointing::new()
                            labels=labels.clone()
                        />
                        <p id="tradeoff-words">
                            "At every size, the ranks that keep the most energy over the whole file. A size that is chosen here is the file's; a rule may keep less at the same size."
                        </p>
                    }
                        .into_any()
                }
                false => view! { <p>{why}</p> }.into_any(),
            }}
        </div>
    }
}

/// The curve in a sentence: both ends, and where it keeps 99, 95 and 90 %.
fn sentence(sizes: &Sizes) -> String {
    let (Some(least), Some(most)) = (sizes.kept.first(), sizes.kept.last()) else { return String::new() };
    let told = |kept: &Kept| format!("{} keep {}", format::bytes(kept.bytes), format::share(Some(kept.energy)));
    let keeping = |share: f64| sizes.kept.iter().find(|kept| kept.energy >= share).map(|kept| (share, kept));
    let between: Vec<String> = [0.9, 0.95, 0.99]
        .into_iter()
        .filter_map(keeping)
        .map(|(share, kept)| format!("{:.0}% of the energy need {}", 100.0 * share, format::bytes(kept.bytes)))
        .collect();
    format!("{} of the energy, {} of it. {}.", told(least), told(most), between.join(", "))
}

/// Drawn for no time at all: before there are sizes, the curve is not in the page.
fn nothing() -> TradeOff {
    TradeOff::new(1, [1.0]).expect("one size is a trade-off")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ranks::tests::row;
    use crate::ranks::{Choice, Ranks};

    #[test]
    fn a_size_chosen_on_the_curve_gives_the_ranks_whose_energy_it_shows() {
        let values: Vec<f64> = (0..4).map(|i| 0.7f64.powi(i)).collect();
        let rows: Vec<LayerRow> = (0..200)
            .map(|i| {
                row(&format!("l.{i}"), &values.iter().map(|v| v * (1.0 + i as f64)).collect::<Vec<_>>(), Some(1.0))
            })
            .collect();
        let file_bytes = 200 * 96 + 500;
        let spending = Spending::new(&rows, &BTreeMap::new(), file_bytes);
        let sizes = Sizes::new(&rows, &spending, file_bytes).expect("sizes");
        assert!(sizes.first > 20 && sizes.kept.last().map(|kept| (kept.bytes, kept.energy)) == Some((file_bytes, 1.0)));
        for percent in sizes.first..=100 {
            let plan = Plan { way: Way::Budget, budget: in_field(sizes.whole, percent as u64), ..Plan::default() };
            let choice = plan.choice();
            assert!(matches!(choice, Ok(Choice::Budget(_))));
            let ranks = Ranks::new(1, &choice, &rows, &BTreeMap::new(), file_bytes, Some(&spending), None);
            let kept = sizes.at(percent).expect("a size");
            assert_eq!((Some(kept.energy), kept.bytes), (ranks.energy, ranks.bytes), "{percent}");
            assert_eq!(sizes.percent_of(Plan::bytes_of(&plan.budget).expect("bytes")), percent);
        }
    }

    #[test]
    fn without_layers_or_energy_there_is_no_curve() {
        let of = |rows: &[LayerRow]| Sizes::new(rows, &Spending::new(rows, &BTreeMap::new(), 500), 500);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[row("zero", &[0.0, 0.0], Some(1.0))]), None);
    }
}
