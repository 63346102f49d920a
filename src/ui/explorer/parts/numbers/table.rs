//! The curve as a table of characteristic ranks.

use std::ops::RangeInclusive;

use leptos::prelude::*;

use crate::ui::explorer::parts::{ExplorerContext, PartSlots};
use crate::ui::explorer::text::labels::Label;

/// A longer table cannot be taken in at a glance.
const MOST_ROWS: usize = 12;

pub(super) fn install(context: &ExplorerContext, slots: &mut PartSlots) {
    let (chosen, model, name) = (context.rank.current(), context.model, context.namer());
    let marks = slots.marks;
    let ranks = Memo::new(move |_| {
        let marked = marks.map_or_else(Vec::new, |marks| marks.ranks.get());
        let chosen = chosen.get();
        model.with(|model| {
            let axis = &model.plot.ranks;
            telling_ranks(chosen, axis.first()..=axis.last(), &marked)
        })
    });
    let translator = context.translator.clone();
    let rows = move || {
        let row = |rank: usize| {
            let (residual, energy) =
                model.with(|model| (model.residual(&translator, rank), model.captured_energy(&translator, rank)));
            let current = move || (chosen.get() == rank).then_some("true");
            view! {
                <tr aria-current=current>
                    <th scope="row">{rank}</th>
                    <td>{residual}</td>
                    <td>{energy}</td>
                </tr>
            }
        };
        ranks.get().into_iter().map(row).collect_view()
    };
    slots.add_view(view! {
        <details data-part="data">
            <summary>{name(|| Label::Data, "Data")}</summary>
            <table aria-label=name(|| Label::Data, "Data")>
                <thead>
                    <tr>
                        <th scope="col">{name(|| Label::Rank, "Rank")}</th>
                        <th scope="col">{context.residual_name}</th>
                        <th scope="col">{name(|| Label::CapturedEnergy, "captured energy")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    });
}

/// At most a dozen ranks of `axis`, sorted. Priority: both ends and the chosen rank, then the marked ranks, then powers of two
/// from both ends inwards.
fn telling_ranks(chosen: usize, axis: RangeInclusive<usize>, marked: &[usize]) -> Vec<usize> {
    let (first, last) = (*axis.start(), *axis.end());
    let powers: Vec<usize> = (1..usize::BITS).map(|power| 1 << power).take_while(|&power| power < last).collect();
    let inwards = (0..powers.len()).map(|i| if i % 2 == 0 { powers[i / 2] } else { powers[powers.len() - 1 - i / 2] });
    let mut ranks = Vec::new();
    for rank in [first, last, chosen].into_iter().chain(marked.iter().copied()).chain(inwards) {
        if (first..=last).contains(&rank) && !ranks.contains(&rank) && ranks.len() < MOST_ROWS {
            ranks.push(rank);
        }
    }
    ranks.sort_unstable();
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_matrix_shows_its_ends_and_powers() {
        assert_eq!(telling_ranks(3, 1..=8, &[]), [1, 2, 3, 4, 8]);
        assert_eq!(telling_ranks(1, 1..=1, &[]), [1]);
    }

    #[test]
    fn a_large_matrix_shows_a_dozen_ranks_with_all_marked_ones() {
        let ranks = telling_ranks(300, 1..=14_336, &[9, 40, 20_000, 9]);
        assert_eq!(ranks.len(), MOST_ROWS);
        assert!([1, 9, 40, 300, 14_336].iter().all(|rank| ranks.contains(rank)), "{ranks:?}");
        assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
    }
}
