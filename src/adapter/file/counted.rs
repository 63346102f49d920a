//! [`Counted`]: problems of one kind, named a few times and then counted.

use crate::adapter::problem::{Problem, Reason};

/// How many of a kind are named.
const NAMED: u64 = 3;

/// Collects problems so that their memory does not grow with a hostile file: the names in them may be as long as the file.
#[derive(Default)]
pub(crate) struct Counted {
    problems: Vec<Problem>,
    kinds: Vec<(&'static str, u64)>,
}

impl Counted {
    /// Counts a problem, and makes it if it is one of the first of its kind. `kind` completes "5 more …".
    pub(crate) fn push(&mut self, kind: &'static str, problem: impl FnOnce() -> Problem) {
        let at = self.kinds.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.kinds.push((kind, 0));
            self.kinds.len() - 1
        });
        self.kinds[at].1 += 1;
        if self.kinds[at].1 <= NAMED {
            self.problems.push(problem());
        }
    }

    /// The problems that were named, then how many more there are of each kind.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        let more = self.kinds.iter().filter(|(_, count)| *count > NAMED);
        let more = more.map(|(kind, count)| Problem::file(Reason::More { count: count - NAMED, of: kind }));
        self.problems.extend(more);
        self.problems
    }
}
