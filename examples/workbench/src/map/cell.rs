//! [`Shown`]: what a cell shows. Pure.

use std::collections::BTreeMap;

use super::layout::Cell;
use super::measure::{Measure, Scale};
use crate::format;
use crate::layer_row::LayerRow;
use crate::ranks::Ranks;

/// All that cells depend on.
pub struct Inputs<'a> {
    pub measure: Measure,
    pub scale: &'a Scale,
    pub rows: &'a [LayerRow],
    pub ranks: &'a Ranks,
    pub own: &'a BTreeMap<usize, usize>,
}

/// A cell's number and levels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    pub text: String,
    /// The level of the least value, and that of the largest; `None` if no value is known.
    pub levels: Option<(usize, usize)>,
    /// Whether a rank in it was set by hand.
    pub is_own: bool,
}

impl Inputs<'_> {
    /// The value of a layer; `None` if it is not known, or the choice has no result.
    fn value(&self, measure: Measure, layer: usize) -> Option<f64> {
        let row = self.rows.get(layer)?;
        let depends = matches!(measure, Measure::Energy | Measure::Rank);
        if depends && self.ranks.refused.is_some() && !self.own.contains_key(&layer) {
            return None;
        }
        measure.of(row, self.rank(layer))
    }

    fn rank(&self, layer: usize) -> usize {
        self.ranks.chosen.get(layer).copied().unwrap_or(1)
    }

    /// The least and the largest value.
    fn spread(&self, measure: Measure, cell: &Cell) -> Option<(f64, f64)> {
        let values = cell.layers.iter().filter_map(|&layer| self.value(measure, layer));
        values.fold(None, |spread, value| {
            let (least, most) = spread.unwrap_or((value, value));
            Some((least.min(value), most.max(value)))
        })
    }

    pub fn shown(&self, cell: &Cell) -> Shown {
        let is_own = !self.own.is_empty() && cell.layers.iter().any(|layer| self.own.contains_key(layer));
        let Some((least, most)) = self.spread(self.measure, cell) else {
            let row = cell.layers.first().and_then(|&layer| self.rows.get(layer));
            let text = match row.and_then(|row| row.spectrum.as_ref()) {
                None => "…",
                Some(Err(_)) => "!",
                Some(Ok(_)) => "–",
            };
            return Shown { text: text.to_owned(), levels: None, is_own };
        };
        let (low, high) = (self.measure.short(least), self.measure.short(most));
        let text = if low == high { low } else { format!("{low}–{high}") };
        Shown { text, levels: Some((self.scale.level(least), self.scale.level(most))), is_own }
    }

    /// What a measure says of a cell, in a sentence.
    pub fn measured(&self, measure: Measure, cell: &Cell) -> String {
        match self.spread(measure, cell) {
            Some((least, most)) if measure.long(least) == measure.long(most) => measure.long(least),
            Some((least, most)) => format!("{} to {}", measure.long(least), measure.long(most)),
            None => match cell.layers.first().and_then(|&layer| self.rows.get(layer)?.spectrum.as_ref()) {
                None => "not read yet".to_owned(),
                Some(Err(reason)) => format!("no spectrum: {reason}"),
                Some(Ok(_)) => format!("{}: not known", measure.words()),
            },
        }
    }

    /// What a cell is of: the path of its layer, or how many layers from which to which.
    pub fn name(&self, cell: &Cell) -> String {
        let path = |layer: &usize| self.rows.get(*layer).map_or("", |row| row.layer.module.as_str());
        match &cell.layers[..] {
            [one] => path(one).to_owned(),
            [first, .., last] => {
                format!("{}, {} to {}", format::counted(cell.layers.len(), "layer"), path(first), path(last))
            }
            [] => String::new(),
        }
    }

    /// The cell in words: what stands in it, since a name holds the text that is seen, what it is of, what the measure says, the chosen
    /// rank, and whether that was set by hand.
    pub fn words(&self, cell: &Cell) -> String {
        let Shown { text, .. } = self.shown(cell);
        let mut words = format!("{text}, {}: {}", self.name(cell), self.measured(self.measure, cell));
        if self.measure != Measure::Rank {
            words = format!("{words}, {}", self.measured(Measure::Rank, cell));
        }
        let most = cell.layers.iter().filter_map(|&layer| self.rows.get(layer)).map(LayerRow::most).max().unwrap_or(1);
        words = format!("{words} of {most}");
        if cell.layers.iter().any(|layer| self.own.contains_key(layer)) { words + ", set by hand" } else { words }
    }
}
