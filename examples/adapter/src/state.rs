//! [`Page`]: the open file's data and the person's choices. Everything else is derived from it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use leptos::prelude::*;
use lora_rank_explorer::adapter::LayerSpectrum;
use lora_rank_explorer::{Metric, RankSuggestion, ResidualCurve, Spectrum};
use web_sys::Blob;

use crate::order::{common, sizes};
use crate::protocol::{Contents, Layer, Report, Request};
use crate::ranks::{Choice, Ranks};
use crate::reader::{Files, Reader};

/// The progress of reading the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Status {
    /// No file is open.
    #[default]
    Empty,
    Opening,
    /// Spectra are arriving.
    Reading,
    /// Everything is read. The time it took in seconds, and the worker's peak memory in bytes.
    Read {
        seconds: f64,
        memory: u64,
    },
    /// The rest will not be read.
    Cancelled,
    Failed(String),
}

/// A layer, and its spectrum once it has been read.
#[derive(Clone)]
pub struct LayerRow {
    pub layer: Layer,
    pub spectrum: Option<Result<Arc<Known>, String>>,
}

/// What the list shows of a spectrum, computed once per layer.
pub struct Known {
    pub layer: LayerSpectrum,
    pub curve: ResidualCurve,
    pub stable_rank: Option<f64>,
    /// The points of its sparkline.
    pub sparkline: String,
}

impl LayerRow {
    pub fn new(layer: Layer) -> Self {
        Self { layer, spectrum: None }
    }

    pub fn set_spectrum(&mut self, spectrum: Result<LayerSpectrum, String>) {
        self.spectrum = Some(spectrum.map(|layer| Arc::new(Known::new(layer))));
    }

    pub fn known(&self) -> Option<&Arc<Known>> {
        self.spectrum.as_ref()?.as_ref().ok()
    }

    /// The largest rank that can be chosen: the layer's own.
    pub fn most(&self) -> usize {
        self.known().map_or(self.layer.rank, |known| known.layer.rank()).max(1)
    }

    pub fn spectrum(&self) -> Option<&Spectrum> {
        Some(self.known()?.layer.spectrum())
    }

    /// The captured energy at `rank`.
    pub fn energy(&self, rank: usize) -> Option<f64> {
        self.known()?.curve.captured_energy(rank)
    }
}

impl Known {
    fn new(layer: LayerSpectrum) -> Self {
        Self {
            curve: ResidualCurve::new(layer.spectrum(), Metric::Frobenius),
            stable_rank: RankSuggestion::StableRank.value(layer.spectrum()).ok(),
            sparkline: crate::sparkline::points(layer.spectrum().singular_values(), layer.rank()),
            layer,
        }
    }
}

/// The signals of the page. Copies share them.
#[derive(Clone, Copy)]
pub struct Page {
    reader: StoredValue<Option<Reader>, LocalStorage>,
    pub files: RwSignal<Option<Files>, LocalStorage>,
    /// Counts the files opened so far. Results for an earlier file are stale.
    pub generation: RwSignal<u32>,
    pub status: RwSignal<Status>,
    pub contents: RwSignal<Option<Arc<Contents>>>,
    pub rows: RwSignal<Vec<LayerRow>>,
    /// The layers received so far of a file that is being opened.
    listed: StoredValue<Vec<LayerRow>>,
    /// The number of rows and bytes read.
    pub read: RwSignal<(usize, u64)>,
    /// The length in bytes of the prefix that all paths share.
    pub common: RwSignal<usize>,
    pub selected: RwSignal<usize>,
    /// How many layers each group has, by its first layer; and the groups that are open.
    pub groups: Memo<HashMap<usize, usize>>,
    pub open_groups: RwSignal<BTreeSet<usize>>,
    /// The layers kept for comparison with the selected one.
    pub kept: RwSignal<Vec<usize>>,
    pub choice: RwSignal<Choice>,
    /// The ranks set by hand, by layer.
    pub own: RwSignal<BTreeMap<usize, usize>>,
    pub ranks: Memo<Ranks>,
    pub resized: RwSignal<Writing, LocalStorage>,
}

/// The resized file.
#[derive(Clone, Default)]
pub enum Writing {
    #[default]
    No,
    /// How many of the layers that change have been checked.
    Checks {
        layers: usize,
        of: usize,
    },
    /// The number of bytes written so far.
    Runs(u64),
    Done {
        file: Blob,
        config: Option<String>,
        /// The layers that could not be resized, each with the reason.
        kept: Vec<String>,
    },
    Failed(String),
}

impl Page {
    pub fn new() -> Self {
        let (status, generation) = (RwSignal::new(Status::Empty), RwSignal::new(0));
        let (rows, contents) = (RwSignal::new(Vec::<LayerRow>::new()), RwSignal::new(None::<Arc<Contents>>));
        let (choice, own) = (RwSignal::new(Choice::default()), RwSignal::new(BTreeMap::new()));
        let ranks = Memo::new(move |last: Option<&Ranks>| {
            let may_spend = !matches!(status.get(), Status::Opening | Status::Reading);
            let file_bytes = contents.with(|contents| contents.as_ref().map_or(0, |contents| contents.file_bytes));
            rows.with(|rows| Ranks::new(generation.get(), &choice.get(), rows, &own.get(), file_bytes, may_spend, last))
        });
        let groups = Memo::new(move |_| {
            contents.track();
            rows.with_untracked(|rows| sizes(rows))
        });
        let page = Self {
            reader: StoredValue::new_local(None),
            files: RwSignal::new_local(None),
            generation,
            status,
            contents,
            rows,
            listed: StoredValue::new(Vec::new()),
            read: RwSignal::new((0, 0)),
            common: RwSignal::new(0),
            selected: RwSignal::new(0),
            groups,
            open_groups: RwSignal::new(BTreeSet::new()),
            kept: RwSignal::new(Vec::new()),
            choice,
            own,
            ranks,
            resized: RwSignal::new_local(Writing::No),
        };
        page.reader.set_value(Some(Reader::new(move |report, file| page.hear(report, file))));
        page
    }

    /// The path of a layer without the prefix that all paths share.
    pub fn short_name(&self, index: usize) -> String {
        let common = self.common.get();
        let short = |row: &LayerRow| row.layer.module.get(common..).unwrap_or(&row.layer.module).to_owned();
        self.rows.with(|rows| rows.get(index).map_or(String::new(), short))
    }

    /// Opens or closes the group of a layer, or changes which it is; nothing for a layer without one.
    pub fn open_group(&self, index: usize, open: impl FnOnce(bool) -> bool) {
        let group = self.rows.with_untracked(|rows| rows.get(index).and_then(|row| row.layer.group));
        let Some(first) = group.filter(|first| self.groups.with_untracked(|groups| groups.get(first) > Some(&1)))
        else {
            return;
        };
        let is_open = self.open_groups.with_untracked(|open| open.contains(&first));
        match open(is_open) {
            now if now == is_open => {}
            true => self.open_groups.update(|groups| {
                groups.insert(first);
            }),
            false => {
                self.open_groups.update(|groups| {
                    groups.remove(&first);
                });
                self.selected.set(first);
            }
        }
    }

    /// Opens a file in place of the current one.
    pub fn open(&self, files: Files) {
        self.generation.update(|generation| *generation += 1);
        self.status.set(Status::Opening);
        self.contents.set(None);
        self.rows.set(Vec::new());
        self.listed.set_value(Vec::new());
        self.read.set((0, 0));
        self.selected.set(0);
        self.open_groups.set(BTreeSet::new());
        self.kept.set(Vec::new());
        self.choice.set(Choice::Keep);
        self.own.set(BTreeMap::new());
        self.resized.set(Writing::No);
        self.ask(&Request::Open, &files);
        self.files.set(Some(files));
    }

    /// Shows why a file cannot be opened.
    pub fn refuse(&self, reason: String) {
        self.status.set(Status::Failed(reason));
    }

    /// Cancels reading; the layers read so far stay.
    pub fn cancel(&self) {
        self.end();
        self.status.set(Status::Cancelled);
    }

    /// Writes the file with the chosen ranks.
    pub fn resize(&self) {
        let Some(files) = self.files.get_untracked() else { return };
        let adapter = self.rows.with_untracked(|rows| rows.iter().filter(|row| !row.layer.is_weight()).count());
        let ranks = self.ranks.with_untracked(|ranks| ranks.chosen[..adapter].to_vec());
        self.resized.set(Writing::Runs(0));
        self.ask(&Request::Resize(ranks), &files);
    }

    /// Cancels or discards the resized file.
    pub fn end_resize(&self) {
        self.end();
        self.resized.set(Writing::No);
    }

    fn ask(&self, request: &Request, files: &Files) {
        self.reader.with_value(|reader| {
            if let Some(reader) = reader {
                reader.ask(request, files);
            }
        });
    }

    fn end(&self) {
        self.reader.with_value(|reader| {
            if let Some(reader) = reader {
                reader.end();
            }
        });
    }

    fn hear(&self, report: Report, file: Option<Blob>) {
        match report {
            Report::Layers(layers) => {
                self.listed.update_value(|rows| rows.extend(layers.into_iter().map(LayerRow::new)));
            }
            Report::Opened(contents) => {
                let rows = self.listed.try_update_value(std::mem::take).unwrap_or_default();
                self.common.set(common(rows.iter().map(|row| &row.layer.module)));
                self.rows.set(rows);
                self.read.set((0, 0));
                self.contents.set(Some(Arc::new(contents)));
                self.status.set(Status::Reading);
            }
            Report::Read(read) => {
                let (mut count, mut bytes) = self.read.get_untracked();
                self.rows.update(|rows| {
                    for (i, spectrum) in read {
                        let Some(row) = rows.get_mut(i) else { continue };
                        row.set_spectrum(spectrum);
                        (count, bytes) = (count + 1, bytes + row.layer.bytes);
                    }
                });
                self.read.set((count, bytes));
            }
            Report::Finished { seconds, memory } => self.status.set(Status::Read { seconds, memory }),
            Report::Written(bytes) => self.resized.set(Writing::Runs(bytes)),
            Report::Checked { layers, of } => self.resized.set(Writing::Checks { layers, of }),
            Report::Resized { config, kept } => {
                if let Some(file) = file {
                    self.resized.set(Writing::Done { file, config, kept });
                }
            }
            Report::Failed(reason) => {
                if matches!(*self.resized.read_untracked(), Writing::Checks { .. } | Writing::Runs(_)) {
                    self.resized.set(Writing::Failed(reason));
                } else {
                    self.status.set(Status::Failed(reason));
                }
            }
        }
    }
}
