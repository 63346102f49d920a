//! [`Page`]: the open file's data and the person's choices. Everything else is derived from it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Blob;

use crate::address;
use crate::arrivals::Arrivals;
use crate::history::{About, History};
use crate::layer_row::LayerRow;
use crate::map::Layout;
use crate::opening::{Candidate, Readers};
use crate::order::sizes;
use crate::pair::state::PairPage;
use crate::plan::Plan;
use crate::ranks::{Choice, Ranks};
use crate::reading::protocol::{Contents, Effort, Report};
use crate::reading::reader::Files;
use crate::spending::Spending;
use crate::writing::Writing;

/// The progress of reading the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Status {
    /// No file is open.
    #[default]
    Empty,
    Opening,
    /// It is known what two checkpoints have in common; nothing is computed yet.
    Ready,
    /// Spectra are arriving.
    Reading,
    /// Everything is read.
    Read(Effort),
    /// The rest will not be read.
    Cancelled,
    Failed(String),
}

/// The signals of the page. Copies share them.
#[derive(Clone, Copy)]
pub struct Page {
    pub readers: StoredValue<Readers, LocalStorage>,
    /// The files that are open.
    pub files: RwSignal<Option<Files>, LocalStorage>,
    /// The files that are being opened: they replace the open ones once their contents are known.
    pub candidate: RwSignal<Option<Candidate>, LocalStorage>,
    /// Whether a sample is on its way, to be opened then.
    pub fetching: RwSignal<bool>,
    /// The name of a file that could not replace the open one, and why.
    pub refused: RwSignal<Option<(String, String)>>,
    /// Counts the attempts to open files, and the files that were opened. Results for an earlier one are stale.
    pub attempts: StoredValue<u32>,
    pub generation: RwSignal<u32>,
    pub status: RwSignal<Status>,
    pub contents: RwSignal<Option<Arc<Contents>>>,
    /// What the ranks add their bytes to.
    pub file_bytes: Memo<u64>,
    pub rows: RwSignal<Vec<LayerRow>>,
    /// The layers received so far of a file that is being opened.
    pub listed: StoredValue<Vec<LayerRow>>,
    pub arrivals: StoredValue<Arrivals>,
    /// The number of rows and bytes read.
    pub read: RwSignal<(usize, u64)>,
    /// The length in bytes of the prefix that all paths share.
    pub common: RwSignal<usize>,
    pub selected: RwSignal<usize>,
    /// How many layers each group has, by its first layer; and the groups that are open.
    pub groups: Memo<HashMap<usize, usize>>,
    pub open_groups: RwSignal<BTreeSet<usize>>,
    /// Where the layers stand on the map.
    pub layout: Memo<Arc<Layout>>,
    /// The layers kept for comparison with the selected one.
    pub kept: RwSignal<Vec<usize>>,
    /// What the person has chosen. Changed by [`Page::change`].
    pub plan: RwSignal<Plan>,
    pub history: RwSignal<History>,
    /// The plan when something was last saved.
    pub saved: RwSignal<Plan>,
    /// The choice for the whole file, or what is wrong with it.
    pub choice: Memo<Result<Choice, String>>,
    pub ranks: Memo<Ranks>,
    /// Divides sizes among the layers, once all are read.
    pub spending: Memo<Option<Arc<Spending>>>,
    pub resized: RwSignal<Writing, LocalStorage>,
    pub pair: PairPage,
}

impl Page {
    pub fn new() -> Self {
        let (status, generation) = (RwSignal::new(Status::Empty), RwSignal::new(0));
        let (rows, contents) = (RwSignal::new(Vec::<LayerRow>::new()), RwSignal::new(None::<Arc<Contents>>));
        let pair = PairPage::new();
        let file_bytes = pair.file_bytes(contents);
        let plan = RwSignal::new(Plan::default());
        let choice = Memo::new(move |_| plan.with(Plan::choice));
        let own = Memo::new(move |_| plan.with(|plan| plan.own.clone()));
        let spending = Memo::new_with_compare(
            move |_| {
                let is_read = !matches!(status.get(), Status::Opening | Status::Reading);
                let of = |rows: &Vec<LayerRow>| own.with(|own| Arc::new(Spending::new(rows, own, file_bytes.get())));
                is_read.then(|| rows.with(of))
            },
            |_, _| true,
        );
        let ranks = Memo::new(move |last: Option<&Ranks>| {
            let file_bytes = file_bytes.get();
            let spending = match choice.with(|choice| matches!(choice, Ok(Choice::Budget(_)))) {
                true => spending.get(),
                false => None,
            };
            let file = generation.get();
            rows.with(|rows| {
                plan.with(|plan| {
                    choice
                        .with(|choice| Ranks::new(file, choice, rows, &plan.own, file_bytes, spending.as_deref(), last))
                })
            })
        });
        let groups = Memo::new(move |_| {
            contents.track();
            rows.with_untracked(|rows| sizes(rows))
        });
        let layout = Memo::new(move |_| {
            contents.track();
            Arc::new(rows.with_untracked(|rows| Layout::new(rows)))
        });
        let page = Self {
            readers: StoredValue::new_local(Readers::default()),
            files: RwSignal::new_local(None),
            candidate: RwSignal::new_local(None),
            fetching: RwSignal::new(false),
            refused: RwSignal::new(None),
            attempts: StoredValue::new(0),
            generation,
            status,
            contents,
            file_bytes,
            rows,
            listed: StoredValue::new(Vec::new()),
            arrivals: StoredValue::new(Arrivals::default()),
            read: RwSignal::new((0, 0)),
            common: RwSignal::new(0),
            selected: RwSignal::new(0),
            groups,
            open_groups: RwSignal::new(BTreeSet::new()),
            layout,
            kept: RwSignal::new(Vec::new()),
            plan,
            history: RwSignal::new(History::default()),
            saved: RwSignal::new(Plan::default()),
            choice,
            ranks,
            spending,
            resized: RwSignal::new_local(Writing::No),
            pair,
        };
        page.reader(page.other());
        address::keep_plan(page);
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

    /// Changes the plan, in a step that can be undone.
    pub fn change(&self, about: About, change: impl FnOnce(&mut Plan)) {
        let before = self.plan.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            self.history.update(|history| history.remember(&before, about));
            self.plan.set(after);
        }
    }

    /// Goes a step back or forward; nothing if there is none.
    pub fn go(&self, step: fn(&mut History, &Plan) -> Option<Plan>) {
        let now = self.plan.get_untracked();
        if let Some(plan) = self.history.try_update(|history| step(history, &now)).flatten() {
            self.plan.set(plan);
        }
    }

    /// Whether something was chosen and not saved since.
    pub fn is_unsaved(&self) -> bool {
        self.plan.with_untracked(|plan| *plan != Plan::default() && self.saved.with_untracked(|saved| plan != saved))
    }

    /// The person takes the results away.
    pub fn set_saved(&self) {
        self.saved.set(self.plan.get_untracked());
    }

    pub fn hear(&self, report: Report, file: Option<Blob>) {
        if !matches!(report, Report::Read(_)) {
            self.show_arrivals();
        }
        match report {
            Report::Layers(_) | Report::Opened(_) | Report::Part(..) | Report::Assembled { .. } => {}
            Report::Read(read) => self.receive(read),
            Report::Lost(layer, reason) => {
                let name = |rows: &Vec<LayerRow>| rows.get(layer).map_or(String::new(), |row| row.layer.module.clone());
                let name = self.rows.with_untracked(name);
                self.receive(vec![(layer, Err(format!("module `{name}`: {reason}")))]);
            }
            Report::Finished(effort) => self.status.set(Status::Read(effort)),
            Report::Written(bytes) => self.resized.set(Writing::Runs(bytes)),
            Report::Checked { layers, of } => self.resized.set(Writing::Checks { layers, of }),
            Report::Factored { layers, of, work } => {
                self.pair.written.set(work);
                self.resized.set(Writing::Factors { layers, of });
            }
            Report::Resized { config, kept, residual } => {
                if let Some(file) = file {
                    self.resized.set(Writing::Done { file, config, kept, residual });
                }
            }
            Report::Failed(reason) => {
                if self.resized.with_untracked(Writing::is_running) {
                    self.resized.set(Writing::Failed(reason));
                } else {
                    self.status.set(Status::Failed(reason));
                }
            }
        }
    }
}
