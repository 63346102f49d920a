//! Where the data of the tensors lies: which tensors can be read, and what is wrong with the others.

use std::collections::{BTreeSet, HashMap};

use super::counted::Counted;
use super::tensor::Tensor;
use crate::adapter::problem::{Problem, Reason};

/// The tensors of a header, while those that cannot be read are set aside.
pub(super) struct Layout {
    /// Those that are left.
    pub(super) tensors: Vec<Tensor>,
    /// The names of those that were set aside.
    pub(super) lost: BTreeSet<String>,
    pub(super) problems: Counted,
    /// How long the file should be, if it is cut off.
    pub(super) whole: Option<u64>,
}

impl Layout {
    pub(super) fn new() -> Self {
        Self { tensors: Vec::new(), lost: BTreeSet::new(), problems: Counted::default(), whole: None }
    }

    /// Sets the tensor of this name aside.
    pub(super) fn lose(&mut self, name: String, kind: &'static str, reason: Reason) {
        self.problems.push(kind, || Problem::tensor(&name, reason));
        self.lost.insert(name);
    }

    /// Sorts the tensors by their data, which may lie from `begin` to `end`, and sets aside those that cannot be read.
    pub(super) fn arrange(&mut self, begin: u64, end: u64) {
        self.tensors.sort_by_key(|tensor| (tensor.range.start, tensor.range.end));
        self.set_duplicates_aside();
        self.set_missing_data_aside(begin, end);
        self.set_overlaps_aside(begin, end);
    }

    fn set_duplicates_aside(&mut self) {
        let mut count: HashMap<&str, usize> = HashMap::new();
        for tensor in &self.tensors {
            *count.entry(&tensor.name).or_default() += 1;
        }
        let twice: Vec<bool> = self.tensors.iter().map(|tensor| count[tensor.name.as_str()] > 1).collect();
        self.set_aside(&twice, "tensors that appear twice", |_, _| Reason::Duplicate);
    }

    /// Sets aside the tensors whose data ends beyond the file. If they follow the others without a gap, as in every valid file,
    /// the file is cut off, which is one problem and not one for each of them.
    fn set_missing_data_aside(&mut self, begin: u64, end: u64) {
        let beyond: Vec<bool> = self.tensors.iter().map(|tensor| tensor.range.end > end).collect();
        let there = self.tensors.iter().map(|tensor| tensor.range.end).filter(|&last| last <= end);
        let mut next = there.max().unwrap_or(begin);
        let mut missing = self.tensors.iter().zip(&beyond).filter(|(_, beyond)| **beyond).peekable();
        let follow = missing.peek().is_some()
            && missing.all(|(tensor, _)| std::mem::replace(&mut next, tensor.range.end) == tensor.range.start);
        let (kind, data) = ("tensors whose data the header places outside the file", end - begin);
        if !follow {
            return self.set_aside(&beyond, kind, |tensors, i| {
                let range = &tensors[i].range;
                Reason::OutOfRange { begin: range.start - begin, end: range.end - begin, data }
            });
        }
        self.whole = Some(next);
        let (missing, there): (Vec<_>, _) =
            std::mem::take(&mut self.tensors).into_iter().partition(|tensor| tensor.range.end > end);
        self.lost.extend(missing.into_iter().map(|tensor| tensor.name));
        self.tensors = there;
    }

    /// Sets aside every tensor that shares a byte with another, since either may be the wrong one, and reports bytes of no
    /// tensor.
    fn set_overlaps_aside(&mut self, begin: u64, file_end: u64) {
        const HOLE: &str = "ranges of bytes that belong to no tensor";
        let mut others: Vec<Option<usize>> = vec![None; self.tensors.len()];
        let (mut end, mut last) = (begin, None);
        for (i, tensor) in self.tensors.iter().enumerate() {
            let start = tensor.range.start;
            if start > end {
                self.problems.push(HOLE, || Problem::file(Reason::Hole(end - begin..start - begin)));
            }
            if let Some(last) = last.filter(|_| start < end && !tensor.range.is_empty()) {
                others[i] = Some(last);
                others[last].get_or_insert(i);
            }
            if tensor.range.end > end {
                (end, last) = (tensor.range.end, Some(i));
            }
        }
        // Of a file that is cut off, these bytes are a part of a tensor.
        if file_end > end && self.whole.is_none() {
            self.problems.push(HOLE, || Problem::file(Reason::Hole(end - begin..file_end - begin)));
        }
        let overlaps: Vec<bool> = others.iter().map(Option::is_some).collect();
        self.set_aside(&overlaps, "tensors whose data overlaps that of another", |tensors, i| {
            Reason::Overlap(others[i].map_or(String::new(), |other| tensors[other].name.clone()))
        });
    }

    fn set_aside(&mut self, bad: &[bool], kind: &'static str, reason: impl Fn(&[Tensor], usize) -> Reason) {
        for (i, _) in bad.iter().enumerate().filter(|(_, bad)| **bad) {
            self.problems.push(kind, || self.tensors[i].problem(reason(&self.tensors, i)));
        }
        if bad.contains(&true) {
            for (tensor, bad) in std::mem::take(&mut self.tensors).into_iter().zip(bad) {
                match bad {
                    true => drop(self.lost.insert(tensor.name)),
                    false => self.tensors.push(tensor),
                }
            }
        }
    }
}
