//! [`Rank`]: the host's rank, or the element's own.

use leptos::prelude::*;

use crate::given::{Inputs, Name};
use crate::props;
use crate::target::Known;

/// The rank: the host's where it gives `r`, otherwise the element's own, which is stored unclamped.
#[derive(Clone, Copy)]
pub struct Rank {
    inputs: Inputs,
    own: RwSignal<usize>,
    known: Known,
}

impl Rank {
    pub fn new(inputs: Inputs) -> Self {
        Self { inputs, own: RwSignal::new(1), known: Known::new(inputs) }
    }

    pub fn known(self) -> Known {
        self.known
    }

    /// Starts with `rank`, or else with `default-r`, or 1.
    pub fn start(self, rank: Option<usize>) {
        let initial = || untrack(|| props::rank(self.inputs, Name::DefaultR)).ok().flatten();
        self.own.set(rank.or_else(initial).unwrap_or(1));
    }

    /// Runs `change`. If the host controls the rank only before it, the rank stays.
    pub fn keep_over(self, change: impl FnOnce()) {
        let before = untrack(|| self.controlled());
        change();
        if let (Some(before), None) = (before, untrack(|| self.controlled())) {
            self.own.set(before);
        }
    }

    /// The host's rank; tracked.
    fn controlled(self) -> Option<usize> {
        props::rank(self.inputs, Name::R).ok().flatten()
    }

    /// The rank, not clamped; tracked.
    pub fn wanted(self) -> usize {
        self.controlled().unwrap_or_else(|| self.own.get())
    }

    /// The rank that the explorer shows.
    pub fn current(self) -> usize {
        untrack(|| self.clamped())
    }

    /// The rank within the ranks of the axis; tracked. While there is no spectrum, it is not clamped.
    pub fn clamped(self) -> usize {
        let wanted = self.wanted();
        let axes = props::axes(self.inputs).ok().flatten().unwrap_or_default();
        self.known.with(|spectrum| match spectrum {
            Some(spectrum) => {
                let (first, last) = axes.ends(spectrum.known_rank());
                wanted.min(last).max(first)
            }
            None => wanted,
        })
    }

    /// Chooses a rank where the host does not control it.
    pub fn choose(self, rank: usize) {
        if !self.is_controlled() {
            self.own.set(rank);
        }
    }

    /// Whether the host controls the rank.
    pub fn is_controlled(self) -> bool {
        untrack(|| self.controlled()).is_some()
    }
}
