//! Opening files: the open one is replaced once the contents of the new one are known, and stays if that cannot be read.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Blob;

use crate::address;
use crate::history::History;
use crate::layer_row::LayerRow;
use crate::order::common;
use crate::pair::found::Paired;
use crate::reading::protocol::{Contents, Report};
use crate::reading::reader::{Files, Reader};
use crate::state::{Page, Status};
use crate::writing::Writing;

/// Files that are being opened.
#[derive(Clone)]
pub struct Candidate {
    pub files: Files,
    /// Whether it is the open file again, with its configuration: the plan stays.
    keeps_plan: bool,
}

/// Two groups of workers: one reads the open file while the other opens its successor.
#[derive(Default)]
pub struct Readers {
    pair: [Option<Reader>; 2],
    /// Which of them has the open file.
    current: usize,
}

impl Page {
    /// Opens a file. It replaces the open one once its contents are known, and only then; if it is the open one with its
    /// configuration, the plan stays.
    pub fn open(&self, files: Files, keeps_plan: bool) {
        self.forget_sample();
        self.refused.set(None);
        self.listed.set_value(Vec::new());
        if self.contents.with_untracked(Option::is_none) {
            self.status.set(Status::Opening);
        }
        self.candidate.set(Some(Candidate { files: files.clone(), keeps_plan }));
        self.reader(self.other()).open(&files);
    }

    /// Shows why a file cannot be opened. The open one stays.
    pub fn refuse(&self, name: String, reason: String) {
        self.candidate.set(None);
        if self.contents.with_untracked(Option::is_none) {
            self.status.set(Status::Failed(reason.clone()));
        }
        self.refused.set(Some((name, reason)));
    }

    /// A sample that is on its way is not opened any more.
    pub fn forget_sample(&self) {
        self.attempts.update_value(|attempts| *attempts += 1);
        self.fetching.set(false);
        let opens = self.candidate.with_untracked(Option::is_some);
        if !opens && self.status.with_untracked(|status| *status == Status::Opening) {
            self.status.set(Status::Empty);
        }
    }

    /// Cancels what is on its way to be opened, or else reading; the layers read so far stay.
    pub fn cancel(&self) {
        let is_empty = self.contents.with_untracked(Option::is_none);
        if is_empty || self.fetching.get_untracked() || self.candidate.with_untracked(Option::is_some) {
            self.forget_sample();
            self.end(self.other());
            self.candidate.set(None);
            if is_empty {
                self.status.set(Status::Empty);
            }
            return;
        }
        self.end(self.current());
        self.show_arrivals();
        self.status.set(Status::Cancelled);
    }

    /// Reads the layers that are missing since reading was cancelled.
    pub fn resume(&self) {
        self.end_resize();
        let is_missing = |(i, row): (usize, &LayerRow)| row.spectrum.is_none().then_some(i);
        let missing: Vec<_> = self.rows.with_untracked(|rows| rows.iter().enumerate().filter_map(is_missing).collect());
        self.status.set(Status::Reading);
        self.begin_pace();
        self.reader(self.current()).read(&missing);
    }

    pub fn current(&self) -> usize {
        self.readers.with_value(|readers| readers.current)
    }

    pub fn other(&self) -> usize {
        1 - self.current()
    }

    /// The reader of one of the two, with which a worker starts.
    pub fn reader(self, index: usize) -> Reader {
        let reader = self.readers.with_value(|readers| readers.pair[index].clone());
        reader.unwrap_or_else(|| {
            let reader = Reader::new(move |report, file| self.hear_of(index, report, file));
            self.readers.update_value(|readers| readers.pair[index] = Some(reader.clone()));
            reader
        })
    }

    pub fn end(&self, index: usize) {
        let reader = self.readers.with_value(|readers| readers.pair[index].clone());
        reader.into_iter().for_each(|reader| reader.end());
    }

    /// A report about the open file, or about the one that is being opened.
    fn hear_of(&self, index: usize, report: Report, file: Option<Blob>) {
        if index == self.current() {
            return self.hear(report, file);
        }
        match report {
            Report::Layers(layers) => {
                self.listed.update_value(|rows| rows.extend(layers.into_iter().map(LayerRow::new)));
            }
            Report::Opened(contents) => self.replace(index, *contents),
            Report::Failed(reason) => {
                let candidate = self.candidate.get_untracked();
                self.refuse(candidate.map(|candidate| candidate.files.name()).unwrap_or_default(), reason);
            }
            _ => {}
        }
    }

    /// The file that was being opened replaces the open one.
    fn replace(&self, index: usize, contents: Contents) {
        let Some(Candidate { files, keeps_plan }) = self.candidate.get_untracked() else { return };
        // The worker of the file before is of no use any more.
        self.end(self.current());
        self.readers.update_value(|readers| readers.current = index);
        self.forget_arrivals();
        let mut rows = self.listed.try_update_value(std::mem::take).unwrap_or_default();
        let moves = contents.paired.as_ref().map(|_| self.take_known(&mut rows)).unwrap_or_default();
        let keeps_plan = keeps_plan || !moves.0.is_empty();
        let plan = match keeps_plan {
            true => self.plan.get_untracked().moved(&moves),
            false => address::plan_for(&files.name(), contents.file_bytes).unwrap_or_default(),
        };
        self.generation.update(|generation| *generation += 1);
        self.candidate.set(None);
        self.resized.set(Writing::No);
        self.open_groups.set(BTreeSet::new());
        if keeps_plan {
            self.selected.update(|layer| *layer = moves.to(*layer).unwrap_or(0));
            self.kept.update(|kept| *kept = kept.iter().filter_map(|layer| moves.to(*layer)).collect());
            self.history.update(|history| history.move_layers(&moves));
            self.saved.update(|saved| *saved = saved.moved(&moves));
        } else {
            self.selected.set(0);
            self.kept.set(Vec::new());
            self.history.set(History::default());
            self.saved.set(plan.clone());
        }
        self.files.set(Some(files));
        self.common.set(common(rows.iter().map(|row| &row.layer.module)));
        let read = rows.iter().filter(|row| row.spectrum.is_some());
        self.read.set((read.clone().count(), read.map(|row| row.layer.bytes).sum()));
        self.rows.set(rows);
        self.plan.set(plan);
        let paired = contents.paired.as_ref().map(Paired::is_whole);
        self.contents.set(Some(Arc::new(contents)));
        self.status.set(if paired == Some(false) { Status::Ready } else { Status::Reading });
        self.set_width();
        // Layers of two checkpoints are computed at once where nothing must be told first.
        if paired == Some(true) {
            self.resume();
        }
    }
}
