//! [`History`]: the plans before and after the one of now. Pure.

use crate::plan::{Moves, Plan};

/// What a change is about. Changes in a row about the same are one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Way,
    Rule,
    Threshold,
    Budget,
    Layer(usize),
    AllLayers,
    /// Several layers at once. Each such change is a step.
    Range,
}

/// The plans to go back to and forward to.
#[derive(Clone, Debug, Default)]
pub struct History {
    past: Vec<Plan>,
    future: Vec<Plan>,
    last: Option<About>,
}

impl History {
    /// How many steps can be undone.
    const MOST: usize = 200;

    /// Remembers `before`, which is about to change.
    pub fn remember(&mut self, before: &Plan, about: About) {
        if self.last == Some(about) && about != About::Range && !self.past.is_empty() && self.future.is_empty() {
            return;
        }
        if self.past.len() == Self::MOST {
            self.past.remove(0);
        }
        self.past.push(before.clone());
        self.future.clear();
        self.last = Some(about);
    }

    pub fn undo(&mut self, now: &Plan) -> Option<Plan> {
        let before = self.past.pop()?;
        self.future.push(now.clone());
        self.last = None;
        Some(before)
    }

    pub fn redo(&mut self, now: &Plan) -> Option<Plan> {
        let after = self.future.pop()?;
        self.past.push(now.clone());
        self.last = None;
        Some(after)
    }

    /// The layers are [elsewhere](Plan::moved) from now on.
    pub fn move_layers(&mut self, moves: &Moves) {
        for plan in self.past.iter_mut().chain(&mut self.future) {
            *plan = plan.moved(moves);
        }
        self.last = None;
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::*;

    #[test]
    fn layers_that_have_other_indices_keep_their_ranks_in_every_step_and_lost_ones_take_none_along() {
        let of = |own: &[(usize, usize)]| Plan { own: own.iter().copied().collect(), ..Plan::default() };
        let mut history = History::default();
        history.remember(&of(&[(5, 7)]), About::Layer(5));
        history.remember(&of(&[(5, 7), (6, 2)]), About::Layer(6));
        assert!(history.undo(&of(&[(5, 7), (6, 3)])).is_some());
        history.move_layers(&Moves(HashMap::from([(5, 6)])));
        assert_eq!(history.redo(&of(&[(6, 7)])), Some(of(&[(6, 7)])));
        assert_eq!(history.undo(&of(&[])), Some(of(&[(6, 7)])));
        assert_eq!(history.undo(&of(&[])), Some(of(&[(6, 7)])));
        history.move_layers(&Moves::default());
        assert_eq!(of(&[(5, 7)]).moved(&Moves::default()), of(&[(5, 7)]), "none moved");
    }

    #[test]
    fn changes_about_the_same_are_one_step_and_steps_go_back_and_forth() {
        let (mut history, mut plan) = (History::default(), Plan::default());
        let mut set = |history: &mut History, layer: usize, rank: usize| {
            history.remember(&plan, About::Layer(layer));
            plan.own.insert(layer, rank);
            plan.clone()
        };
        set(&mut history, 0, 5);
        set(&mut history, 0, 6);
        let last = set(&mut history, 1, 2);
        let first = history.undo(&last).expect("a step");
        assert_eq!(first.own, BTreeMap::from([(0, 6)]));
        let start = history.undo(&first).expect("a step");
        assert_eq!((start.own.len(), history.can_undo()), (0, false));
        assert_eq!(history.redo(&start), Some(first.clone()));
        assert_eq!(history.redo(&first), Some(last));
        assert!(!history.can_redo());
    }
}
