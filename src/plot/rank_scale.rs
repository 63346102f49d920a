//! [`RankScale`]: how ranks are spaced along their axis.

use super::axes_error::AxesError;
use super::frame::FRAME;
use super::rank_axis::RankAxis;
use super::ticks::{rank_ticks, thinned};
use crate::numeric::elementary::ln;

/// How ranks are spaced along an axis or a slider, and at which of them the slider stops.
///
/// ```
/// use lora_rank_explorer::RankScale;
///
/// let (axis, problem) = RankScale::ladder([4, 8, 16, 32]).axis(1, 64);
/// assert_eq!((axis.first(), axis.above(8), axis.last(), problem), (4, 16, 32, None));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RankScale {
    /// Equally spaced. The slider stops at all ranks.
    #[default]
    Linear,
    /// Each doubling takes the same width, so small ranks get most of it. The slider stops at all ranks.
    ///
    /// Ranks up to 64 lie exactly at their logarithm, larger ones within 0.2 thousandths of a doubling.
    Log2,
    /// The slider stops at these ranks only, equally spaced, without those above min(m, n). The axis ends at its first and last
    /// rung. Buttons, the field and the program can still choose a rank between two rungs.
    Ladder(Vec<usize>),
}

impl RankScale {
    /// The [`Ladder`](Self::Ladder) of `rungs`, smallest first, such as [`VLLM_RANKS`](crate::VLLM_RANKS).
    pub fn ladder(rungs: impl Into<Vec<usize>>) -> Self {
        Self::Ladder(rungs.into())
    }

    /// The axis for the ranks from `first` to `last`. If the ladder is invalid, the axis is linear and the error says why.
    /// `first` is raised to at least 1, `last` to at least `first`. O(last).
    pub fn axis(&self, first: usize, last: usize) -> (RankAxis, Option<AxesError>) {
        let first = first.max(1);
        let last = last.max(first);
        match self {
            Self::Linear => (RankAxis::linear(first, last), None),
            Self::Log2 => (logarithmic(first, last), None),
            Self::Ladder(rungs) => match known_rungs(rungs, first, last) {
                Ok(rungs) => (equally_spaced(rungs), None),
                Err(problem) => (RankAxis::linear(first, last), Some(problem)),
            },
        }
    }

    /// The ranks to label on `axis`, an axis of this scale: always the first and the last.
    pub(super) fn ticks(&self, axis: &RankAxis) -> Vec<usize> {
        let (first, last) = (axis.first(), axis.last());
        let mut candidates: Vec<usize> = match self {
            _ if first == last => return vec![first],
            _ if axis.is_linear() => return rank_ticks(last),
            Self::Log2 => (0..usize::BITS).map(|power| 1 << power).filter(|&r| r > first && r < last).collect(),
            _ => std::iter::successors(Some(axis.above(first)), |&rung| Some(axis.above(rung)))
                .take_while(|&rung| rung < last)
                .collect(),
        };
        candidates.insert(0, first);
        if last > first {
            candidates.push(last);
        }
        thinned(&candidates, axis)
    }
}

/// Knots at each rank up to 64 and at each 32nd of a doubling above: straight lines between them miss the logarithm by at
/// most 1/(8 · 32² · ln 2) of a doubling.
fn logarithmic(first: usize, last: usize) -> RankAxis {
    let doublings = ln(last as f64 / first as f64);
    let place = |r: usize| if r == last { FRAME } else { FRAME * ln(r as f64 / first as f64) / doublings };
    let ranks =
        std::iter::successors(Some(first), |&r| (r < last).then(|| r.saturating_add((r / 32).max(1)).min(last)));
    // Near 2⁶⁴ several ranks round to the same `f64`.
    let ranks = ranks.filter(|&r| r == last || (r as f64) < last as f64);
    RankAxis::through(first, last, ranks.map(|r| (r as f64, place(r))).collect(), Vec::new())
}

fn equally_spaced(rungs: Vec<usize>) -> RankAxis {
    let steps = rungs.len().max(2) - 1;
    let knots = rungs.iter().enumerate().map(|(i, &rung)| (rung as f64, FRAME * i as f64 / steps as f64)).collect();
    RankAxis::through(rungs[0], rungs[rungs.len() - 1], knots, rungs)
}

/// The rungs between `first` and `last`.
fn known_rungs(rungs: &[usize], first: usize, last: usize) -> Result<Vec<usize>, AxesError> {
    let Some(&lowest) = rungs.first() else { return Err(AxesError::EmptyLadder) };
    if lowest == 0 {
        return Err(AxesError::RungZero);
    }
    if let Some(i) = (1..rungs.len()).find(|&i| rungs[i] <= rungs[i - 1]) {
        return Err(AxesError::RungDoesNotRise { index: i + 1 });
    }
    let known: Vec<usize> = rungs.iter().copied().filter(|rung| (first..=last).contains(rung)).collect();
    if known.is_empty() { Err(AxesError::NoRung { first, last }) } else { Ok(known) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doublings_are_equally_wide_and_nearest_finds_every_rank() {
        for last in [2, 3, 8, 64, 100, 4096, 14336] {
            let axis = RankScale::Log2.axis(1, last).0;
            assert_eq!((axis.to_frame(1.0), axis.to_frame(last as f64)), (0.0, FRAME));
            for rank in 1..=last {
                let exact = FRAME * (rank as f64).log2() / (last as f64).log2();
                let x = axis.to_frame(rank as f64);
                assert!((x - exact).abs() < if rank <= 64 { 1e-9 } else { 0.2 }, "{rank} of {last}: {x}, not {exact}");
                assert_eq!(axis.nearest(x), rank);
                assert!(rank == last || axis.to_frame((rank + 1) as f64) > x);
            }
        }
    }

    #[test]
    fn a_single_rank_is_in_the_middle_of_every_scale() {
        for scale in [RankScale::Linear, RankScale::Log2, RankScale::ladder([1])] {
            let (axis, problem) = scale.axis(1, 1);
            assert_eq!((axis.to_frame(1.0), axis.nearest(12.0), problem), (FRAME / 2.0, 1, None));
            assert_eq!(scale.ticks(&axis), [1]);
        }
    }

    #[test]
    fn a_ladder_ends_at_the_last_known_rank() {
        let scale = RankScale::ladder([4, 8, 16, 32]);
        let (axis, _) = scale.axis(1, 20);
        assert_eq!([0.0, 500.0, 1000.0].map(|x| axis.to_domain(x)), [4.0, 8.0, 16.0]);
        assert_eq!(scale.ticks(&axis), [4, 8, 16]);
        assert_eq!(scale.axis(1, 4).0.to_frame(4.0), FRAME / 2.0);
    }

    #[test]
    fn an_invalid_ladder_gives_a_linear_axis_and_names_the_rung() {
        for (rungs, message) in [
            (vec![], "the ladder of ranks is empty"),
            (vec![0, 4], "the first rung of the ladder is 0, and ranks start at 1"),
            (vec![4, 8, 8], "rung 3 of the ladder is not above the one before it"),
            (vec![8, 4], "rung 2 of the ladder is not above the one before it"),
            (vec![16, 32], "no rung of the ladder lies between 1 and 8"),
        ] {
            let (axis, problem) = RankScale::Ladder(rungs).axis(1, 8);
            assert_eq!((axis, problem.expect(message).to_string()), (RankAxis::linear(1, 8), message.to_owned()));
        }
    }

    #[test]
    fn ticks_keep_both_ends_and_a_distance() {
        let ladder: Vec<usize> = (1..200).map(|i| i * 7).collect();
        for last in 1..6000 {
            for scale in [RankScale::Log2, RankScale::Ladder(ladder.clone())] {
                let (axis, _) = scale.axis(1, last);
                let ticks = scale.ticks(&axis);
                assert!(ticks.len() <= 9 && ticks[0] == axis.first() && ticks[ticks.len() - 1] == axis.last());
                for pair in ticks.windows(2) {
                    let apart = axis.to_frame(pair[1] as f64) - axis.to_frame(pair[0] as f64);
                    assert!(apart >= 50.0, "{last}: {ticks:?}");
                }
            }
        }
        let axis = RankScale::Log2.axis(1, 4096).0;
        assert_eq!(RankScale::Log2.ticks(&axis), [1, 8, 64, 512, 4096]);
    }
}
