//! [`PairPage`]: what the page knows of two checkpoints beside what it knows of every file.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use lora_rank_explorer::checkpoint::Side;
use web_sys::File;

use super::chosen::{Chosen, Models, joined};
use super::found::{Paired, UNCHANGED};
use super::options::WriteOptions;
use super::pace;
use super::whole::taken;
use crate::layer_row::{Known, LayerRow, are_differences};
use crate::plan::Moves;
use crate::reading::protocol::Layer;
use crate::reading::reader::Files;
use crate::state::Page;
use crate::writing::Writing;

/// How many singular values of each layer are computed at first.
pub const RANK: usize = 64;

#[derive(Clone, Copy)]
pub struct PairPage {
    /// The files chosen for the base, and for the tuned model.
    pub chosen: RwSignal<[Chosen; 2], LocalStorage>,
    /// Files that came together, and nobody has said yet which model they belong to.
    pub asked: RwSignal<Vec<File>, LocalStorage>,
    /// How many singular values of each layer are to be computed.
    pub rank: RwSignal<usize>,
    pub options: RwSignal<WriteOptions>,
    /// When the layers that are being computed were begun, and what was done then.
    pace: StoredValue<(f64, u64)>,
    /// Of the LoRA that is being written: how much of the work is done, and how much there is; and when it was begun.
    pub written: RwSignal<(u64, u64)>,
    begun: StoredValue<f64>,
}

impl PairPage {
    pub fn new() -> Self {
        Self {
            chosen: RwSignal::new_local(Default::default()),
            asked: RwSignal::new_local(Vec::new()),
            rank: RwSignal::new(RANK),
            options: RwSignal::new(WriteOptions::default()),
            pace: StoredValue::new((0.0, 0)),
            written: RwSignal::new((0, 0)),
            begun: StoredValue::new(0.0),
        }
    }
}

pub fn index(side: Side) -> usize {
    usize::from(side == Side::Tuned)
}

impl Page {
    /// Of the open file, or nothing where it is no pair of checkpoints.
    pub fn with_paired<T>(&self, of: impl FnOnce(&Paired) -> T) -> Option<T> {
        self.contents.with(|contents| contents.as_ref()?.paired.as_ref().map(of))
    }

    /// Whether the rows are differences of two checkpoints, also where only their saved spectra are open.
    pub fn is_pair(self) -> Memo<bool> {
        Memo::new(move |_| self.rows.with(|rows| are_differences(rows)))
    }

    /// Takes files for one side, and opens both once they are there.
    pub fn choose_model(&self, side: Side, files: Vec<File>) {
        if files.is_empty() {
            return;
        }
        self.forget_sample();
        self.pair.chosen.update(|chosen| {
            let old = std::mem::take(&mut chosen[index(side)]);
            chosen[index(side)] = joined(old, files);
        });
        self.open_models();
    }

    /// The base becomes the tuned model and the other way round.
    pub fn swap_models(&self) {
        self.pair.chosen.update(|chosen| chosen.reverse());
        self.open_models();
    }

    /// Opens the chosen files, if both sides have some.
    pub fn open_models(&self) {
        let rank = self.pair.rank.get_untracked();
        if let Some(models) = Models::new(self.pair.chosen.get_untracked(), rank) {
            self.open(Files { file: models.file(Side::Tuned).clone(), config: None, models: Some(models) }, false);
        }
    }

    /// Where the layers of the open file are among these, so that nobody chooses twice. Takes over the spectra that are known of them,
    /// so that nobody waits twice.
    pub fn take_known(&self, rows: &mut [LayerRow]) -> Moves {
        self.rows.with_untracked(|old| {
            let of_module: HashMap<&str, usize> =
                old.iter().enumerate().map(|(i, row)| (row.layer.module.as_str(), i)).collect();
            let mut moves = HashMap::new();
            for (i, row) in rows.iter_mut().enumerate() {
                let Some(&at) = of_module.get(row.layer.module.as_str()) else { continue };
                let (before, layer) = (&old[at], &row.layer);
                let sides = |layer: &Layer| (layer.rows, layer.cols);
                if layer.mark.is_none() || layer.mark != before.layer.mark || sides(layer) != sides(&before.layer) {
                    continue;
                }
                moves.insert(at, i);
                // A higher rank needs more values than are known.
                let has_enough = |known: &&Arc<Known>| known.floor.as_ref().is_some_and(|it| it.asked >= layer.rank);
                row.spectrum = before.known().filter(has_enough).map(|known| Ok(Arc::clone(known)));
            }
            Moves(moves)
        })
    }

    /// Computing begins, or goes on.
    pub fn begin_pace(&self) {
        self.pair.pace.set_value((now(), self.read.get_untracked().1));
    }

    /// How long the rest takes.
    pub fn time_left(&self) -> Option<String> {
        let (begun, before) = self.pair.pace.get_value();
        let of = self.rows.with_untracked(|rows| rows.iter().map(|row| row.layer.bytes).sum::<u64>());
        let done = self.read.get().1.saturating_sub(before);
        pace::left(now() - begun, done, of.saturating_sub(before))
    }

    /// How long the LoRA that is being written takes.
    pub fn time_left_to_write(&self) -> Option<String> {
        let (done, of) = self.pair.written.get();
        let is_running = self.resized.with(|resized| matches!(resized, Writing::Factors { .. }));
        pace::left(now() - self.pair.begun.get_value(), done, of).filter(|_| is_running)
    }

    /// How many of the layers that were computed do not differ.
    pub fn unchanged(&self) -> (usize, usize) {
        self.rows.with(|rows| {
            let computed = rows.iter().filter(|row| row.layer.is_difference() && row.spectrum.is_some());
            let is_same = |row: &&LayerRow| {
                row.spectrum.as_ref().is_some_and(|it| it.as_ref().err().is_some_and(|why| why == UNCHANGED))
            };
            (computed.clone().filter(is_same).count(), computed.count())
        })
    }

    /// Computes the factors of the chosen ranks, and writes them.
    pub fn factor(&self) {
        let ranks: Vec<(usize, usize, String)> = self.ranks.with_untracked(|ranks| {
            let ranks = ranks.chosen.iter().copied().enumerate().filter(|(_, rank)| *rank > 0);
            let marked = |rows: &Vec<LayerRow>, i: usize| {
                let row = rows.get(i).filter(|row| row.known().is_some())?;
                row.layer.mark.clone()
            };
            self.rows.with_untracked(|rows| ranks.filter_map(|(i, rank)| Some((i, rank, marked(rows, i)?))).collect())
        });
        if ranks.is_empty() {
            let why = "No layer is left for the LoRA: choose ranks above 0".to_owned();
            return self.resized.set(Writing::Failed(why));
        }
        self.resized.set(Writing::Factors { layers: 0, of: ranks.len() });
        self.pair.written.set((0, 0));
        self.pair.begun.set_value(now());
        let options = self.pair.options.get_untracked();
        let wholes = self.contents.with_untracked(|contents| {
            let paired = contents.as_ref().and_then(|contents| contents.paired.as_ref());
            paired.map_or_else(Vec::new, |paired| taken(&options, paired).0)
        });
        self.reader(self.current()).factor(&ranks, &wholes, &options);
    }
}

fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
