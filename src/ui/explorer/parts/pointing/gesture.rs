//! [`Gesture`]: what a pointer on the plot means. Pure: it knows ranks and pixels, but no elements.

/// A pressed pointer that moves sideways by more than this drags, in CSS pixels.
const DRAG: f64 = 3.0;

/// The state of a pointer between two events.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Gesture {
    #[default]
    Idle,
    /// Down, but not moved.
    Pressed { x: f64 },
    /// Dragging; cancelling restores the rank `before`.
    Dragging { before: usize },
}

/// What a pointer does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Move {
        x: f64,
        rank: usize,
        hovers: bool,
    },
    Press {
        x: f64,
        rank: usize,
        hovers: bool,
    },
    Release {
        rank: usize,
        inside: bool,
    },
    Leave,
    /// The browser cancels the pointer, or the person presses Escape.
    Cancel,
}

/// The effect of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Act {
    Nothing,
    Preview(Option<usize>),
    Choose { rank: usize, commit: bool },
}

impl Gesture {
    /// Takes a step; `chosen` is the current rank.
    pub fn take(&mut self, step: Step, chosen: usize) -> Act {
        match (*self, step) {
            (Self::Idle, Step::Move { rank, hovers: true, .. }) => Act::Preview(Some(rank)),
            (Self::Idle, Step::Move { .. } | Step::Release { .. }) => Act::Nothing,
            (Self::Pressed { x: from }, Step::Move { x, rank, .. }) if (x - from).abs() > DRAG => {
                *self = Self::Dragging { before: chosen };
                Act::Choose { rank, commit: false }
            }
            (Self::Pressed { .. }, Step::Move { .. }) => Act::Nothing,
            (Self::Dragging { .. }, Step::Move { rank, .. }) => Act::Choose { rank, commit: false },
            (_, Step::Press { x, rank, .. }) => {
                *self = Self::Pressed { x };
                Act::Preview(Some(rank))
            }
            (Self::Pressed { .. }, Step::Release { rank, inside: true }) => {
                *self = Self::Idle;
                Act::Choose { rank, commit: true }
            }
            (Self::Dragging { .. }, Step::Release { rank, .. }) => {
                *self = Self::Idle;
                Act::Choose { rank, commit: true }
            }
            // Browsers send `pointerleave` only for a pointer that is not captured.
            (Self::Dragging { .. } | Self::Pressed { .. }, Step::Leave) => Act::Nothing,
            (Self::Dragging { before }, Step::Cancel) => {
                *self = Self::Idle;
                Act::Choose { rank: before, commit: false }
            }
            (_, Step::Release { .. } | Step::Leave | Step::Cancel) => {
                *self = Self::Idle;
                Act::Preview(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_5: Step = Step::Move { x: 50.0, rank: 5, hovers: true };
    const PRESS_5: Step = Step::Press { x: 50.0, rank: 5, hovers: true };

    fn acts(steps: &[Step]) -> Vec<Act> {
        let mut gesture = Gesture::default();
        steps.iter().map(|&step| gesture.take(step, 2)).collect()
    }

    #[test]
    fn hovering_previews_and_leaving_restores() {
        assert_eq!(acts(&[AT_5, Step::Leave]), [Act::Preview(Some(5)), Act::Preview(None)]);
    }

    #[test]
    fn a_press_alone_chooses_nothing_and_a_click_chooses() {
        let released = Step::Release { rank: 5, inside: true };
        assert_eq!(acts(&[PRESS_5]), [Act::Preview(Some(5))]);
        assert_eq!(acts(&[PRESS_5, released])[1], Act::Choose { rank: 5, commit: true });
    }

    #[test]
    fn a_press_released_outside_chooses_nothing() {
        assert_eq!(acts(&[PRESS_5, Step::Release { rank: 5, inside: false }])[1], Act::Preview(None));
    }

    #[test]
    fn a_drag_chooses_all_the_way_and_commits_once() {
        let drag = |rank| Step::Move { x: 10.0 * rank as f64, rank, hovers: false };
        assert_eq!(
            acts(&[PRESS_5, drag(6), drag(7), Step::Release { rank: 7, inside: false }])[1..],
            [
                Act::Choose { rank: 6, commit: false },
                Act::Choose { rank: 7, commit: false },
                Act::Choose { rank: 7, commit: true }
            ]
        );
    }

    #[test]
    fn a_cancelled_drag_restores_the_rank_from_before_it() {
        let steps = [PRESS_5, Step::Move { x: 70.0, rank: 7, hovers: true }, Step::Cancel, AT_5];
        assert_eq!(acts(&steps)[2..], [Act::Choose { rank: 2, commit: false }, Act::Preview(Some(5))]);
        assert_eq!(acts(&[PRESS_5, Step::Cancel])[1], Act::Preview(None));
    }

    #[test]
    fn a_finger_that_does_not_press_previews_nothing() {
        assert_eq!(acts(&[Step::Move { x: 1.0, rank: 1, hovers: false }]), [Act::Nothing]);
    }
}
