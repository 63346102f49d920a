//! [`RankMarks`]: one numbered mark on the curve for each rank that the lists below the plot name. The buttons of a rank have its
//! number, and mark and buttons light up together.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{ExplorerContext, PartSlots};
use crate::plot::markup::Markup;
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::text::numbers::percent;
use crate::ui::listen::listen;
use crate::ui::reactive::effect;

/// The ranks that a list names, tracked.
type NamedRanks = Arc<dyn Fn() -> Vec<usize> + Send + Sync>;

/// The marks of all lists.
#[derive(Clone, Copy)]
pub(crate) struct RankMarks {
    /// The path of a mark, and the ranks that have it.
    lists: StoredValue<Vec<(&'static str, NamedRanks)>>,
    /// The ranks on the axis that a list names, each once, from the smallest to the largest.
    pub ranks: Memo<Vec<usize>>,
    /// The rank whose mark and buttons are lit; 0 if none are.
    lit: RwSignal<usize>,
}

impl RankMarks {
    /// The marks in `slots`, with one list more.
    pub fn with(
        context: &ExplorerContext,
        slots: &mut PartSlots,
        path: &'static str,
        ranks: impl Fn() -> Vec<usize> + Send + Sync + 'static,
    ) -> Self {
        let marks = slots.marks.unwrap_or_else(|| {
            let marks = Self::new(context.model);
            slots.add_overlay(move |model, markup| marks.draw(model, markup));
            marks.light_up_when_pointed_at(context);
            marks
        });
        marks.lists.update_value(|lists| lists.push((path, Arc::new(ranks))));
        slots.marks = Some(marks);
        marks
    }

    fn new(model: Memo<CurveModel>) -> Self {
        let lists = StoredValue::new(Vec::<(_, NamedRanks)>::new());
        let ranks = Memo::new(move |_| {
            let mut ranks: Vec<usize> = lists.get_value().iter().flat_map(|(_, ranks)| ranks()).collect();
            model.with(|model| ranks.retain(|&rank| model.plot.ranks.contains(rank)));
            ranks.sort_unstable();
            ranks.dedup();
            ranks
        });
        Self { lists, ranks, lit: RwSignal::new(0) }
    }

    /// The number of `rank`, from 1; tracked.
    pub fn number(self, rank: usize) -> Option<usize> {
        self.ranks.with(|ranks| ranks.binary_search(&rank).ok()).map(|before| before + 1)
    }

    /// Whether `rank` is lit; tracked.
    pub fn is_lit(self, rank: usize) -> bool {
        self.lit.get() == rank
    }

    /// Lights up `rank`; 0 lights up none.
    pub fn light_up(self, rank: usize) {
        if self.lit.try_get_untracked().is_some_and(|lit| lit != rank) {
            self.lit.set(rank);
        }
    }

    fn light_up_when_pointed_at(self, context: &ExplorerContext) {
        let plot = context.plot;
        effect(move || {
            let Some(plot) = plot.get() else { return };
            listen(&plot, &["pointerover", "pointerout"], move |event| {
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let mark = target.and_then(|target| target.closest("[data-part=mark]").ok()?);
                let rank = mark.and_then(|mark| mark.get_attribute("data-rank")?.parse().ok());
                self.light_up(rank.filter(|_| event.type_() == "pointerover").unwrap_or_default());
            });
        });
    }

    /// The marks, placed in percent so that their size does not stretch. They stand above the curve, where no axis has its labels.
    fn draw(self, model: &CurveModel, markup: &mut Markup) {
        let (plot, lists, lit) = (&model.plot, self.lists.get_value(), self.lit.get());
        let lists: Vec<_> = lists.iter().map(|(path, ranks)| (*path, ranks())).collect();
        let mut rows = Rows::default();
        markup.raw(r#"<g data-part="marks">"#);
        for (i, &rank) in self.ranks.read().iter().enumerate() {
            let x = plot.ranks.to_frame(rank as f64);
            markup.raw(r#"<svg data-part="mark" data-rank=""#).text(&rank.to_string());
            markup.raw(if rank == lit { r#"" data-lit="" x=""# } else { r#"" x=""# }).text(&percent(x));
            markup.raw(r#"" y=""#).text(&percent(plot.line.at(x)));
            // What can be pointed at is larger than what is drawn.
            markup.raw(r#"" overflow="visible"><circle r="12" fill="none" pointer-events="all"/>"#);
            for (path, _) in lists.iter().filter(|(_, ranks)| ranks.contains(&rank)) {
                markup.raw(r#"<path d=""#).raw(path).raw(r#""/>"#);
            }
            markup.raw(r#"<text dx=".6em" dy=""#).raw(rows.next(x)).raw(r#"">"#);
            markup.text(&(i + 1).to_string()).raw("</text></svg>");
        }
        markup.raw("</g>");
    }
}

/// Rows for the numbers above the curve, so that those of close ranks do not overlap.
#[derive(Default)]
struct Rows {
    /// Where the last number of each row ends.
    ends: [f64; 3],
}

impl Rows {
    /// The room for a number, in thousandths of the plot: 13 px in a plot of 260 px.
    const WIDTH: f64 = 50.0;
    const OFFSETS: [&'static str; 3] = ["-.4em", "-1.4em", "-2.4em"];

    /// The offset of the number of the mark at `x`: in the lowest row with room, or else in the one with the most.
    fn next(&mut self, x: f64) -> &'static str {
        let row = (0..3).find(|&row| self.ends[row] <= x);
        let row = row.unwrap_or_else(|| (0..3).min_by(|&a, &b| self.ends[a].total_cmp(&self.ends[b])).unwrap_or(0));
        self.ends[row] = x + Self::WIDTH;
        Self::OFFSETS[row]
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn numbers_of_close_ranks_stand_above_each_other() {
        let mut rows = Rows::default();
        let offsets = [0.0, 10.0, 20.0, 30.0, 51.0, 500.0].map(|x| rows.next(x));
        assert_eq!(offsets, ["-.4em", "-1.4em", "-2.4em", "-.4em", "-1.4em", "-.4em"]);
    }
}
