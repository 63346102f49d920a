//! [`RankAxis`]: where ranks lie on the page, and which of them can be chosen.

use std::sync::Arc;

use super::frame::FRAME;
use super::polyline::Polyline;
use super::scale::Scale;

/// Maps ranks to x and back: linearly, or piecewise linearly between knots if the ranks are not equally spaced. With knots, no
/// axis needs a function of its own, and server and browser place everything alike.
#[derive(Clone, Debug, PartialEq)]
pub struct RankAxis {
    scale: Scale,
    knots: Option<Arc<Knots>>,
    first: usize,
    last: usize,
}

#[derive(Debug, PartialEq)]
struct Knots {
    /// Rank to x.
    places: Polyline,
    /// x to rank.
    ranks: Polyline,
    /// The ranks that can be chosen; empty if all can.
    rungs: Vec<usize>,
}

impl RankAxis {
    /// The ranks from `first` to `last`, equally spaced. A single rank lies in the middle.
    pub const fn linear(first: usize, last: usize) -> Self {
        Self { scale: Scale::new((first as f64, last as f64), (0.0, FRAME)), knots: None, first, last }
    }

    /// The ranks from `first` to `last` through `knots` of rank and x, both increasing. Without `rungs`, all ranks can be chosen.
    pub(super) fn through(first: usize, last: usize, knots: Vec<(f64, f64)>, rungs: Vec<usize>) -> Self {
        let axis = Self::linear(first, last);
        if first == last {
            return axis;
        }
        let ranks = knots.iter().map(|&(rank, x)| (x, rank)).collect();
        Self { knots: Some(Arc::new(Knots { places: knots.into_iter().collect(), ranks, rungs })), ..axis }
    }

    /// The x of a rank.
    pub fn to_frame(&self, rank: f64) -> f64 {
        match &self.knots {
            None => self.scale.to_frame(rank),
            Some(knots) => knots.places.at(rank),
        }
    }

    /// The rank at x, which need not be an integer.
    pub fn to_domain(&self, x: f64) -> f64 {
        match &self.knots {
            None => self.scale.to_domain(x),
            Some(knots) => knots.ranks.at(x),
        }
    }

    /// The rank at the left end.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The rank at the right end.
    pub fn last(&self) -> usize {
        self.last
    }

    /// Whether `rank` lies on the axis.
    pub fn contains(&self, rank: usize) -> bool {
        (self.first..=self.last).contains(&rank)
    }

    /// Whether all ranks are equally spaced and can be chosen.
    pub fn is_linear(&self) -> bool {
        self.knots.is_none()
    }

    /// The smallest rank above `rank` that can be chosen, or the last one if there is none.
    pub fn above(&self, rank: usize) -> usize {
        match self.rungs() {
            [] => rank.saturating_add(1).min(self.last).max(self.first),
            rungs => rungs[rungs.partition_point(|&rung| rung <= rank).min(rungs.len() - 1)],
        }
    }

    /// The largest rank below `rank` that can be chosen, or the first one if there is none.
    pub fn below(&self, rank: usize) -> usize {
        match self.rungs() {
            [] => rank.saturating_sub(1).min(self.last).max(self.first),
            rungs => rungs[rungs.partition_point(|&rung| rung < rank).saturating_sub(1)],
        }
    }

    fn rungs(&self) -> &[usize] {
        self.knots.as_ref().map_or(&[], |knots| &knots.rungs)
    }

    /// The rank nearest to x that can be chosen; the smaller of two equally near.
    pub fn nearest(&self, x: f64) -> usize {
        if x >= FRAME {
            return self.last;
        }
        let under = self.below((self.to_domain(x).max(0.0) as usize).saturating_add(1));
        let over = self.above(under);
        if x - self.to_frame(under as f64) > self.to_frame(over as f64) - x { over } else { under }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_axis_is_exact_both_ways() {
        for (first, last) in [(1, 8), (1, 4096), (3, 5), (7, 7)] {
            let axis = RankAxis::linear(first, last);
            assert_eq!((axis.first(), axis.last()), (first, last));
            for rank in first..=last {
                let x = axis.to_frame(rank as f64);
                assert!((axis.to_domain(x) - rank as f64).abs() < 1e-9 && axis.nearest(x) == rank);
            }
        }
        assert_eq!(RankAxis::linear(1, 1).to_frame(1.0), FRAME / 2.0);
    }

    #[test]
    fn neighbours_stop_at_the_ends() {
        let axis = RankAxis::linear(2, 5);
        assert_eq!((axis.above(2), axis.above(5), axis.above(9), axis.above(0)), (3, 5, 5, 2));
        assert_eq!((axis.below(5), axis.below(2), axis.below(0), axis.below(9)), (4, 2, 2, 5));
        let rungs = RankAxis::through(4, 16, vec![(4.0, 0.0), (8.0, 500.0), (16.0, FRAME)], vec![4, 8, 16]);
        assert_eq!((rungs.above(4), rungs.above(5), rungs.above(16), rungs.above(1)), (8, 8, 16, 4));
        assert_eq!((rungs.below(16), rungs.below(9), rungs.below(4), rungs.below(99)), (8, 8, 4, 16));
    }

    #[test]
    fn nearest_finds_the_rank_that_is_nearest_on_the_page() {
        let axis = RankAxis::linear(1, 3);
        assert_eq!([-5.0, 249.0, 250.0, 251.0, 749.0, 751.0, 1e9].map(|x| axis.nearest(x)), [1, 1, 1, 2, 2, 3, 3]);
        let rungs = RankAxis::through(4, 16, vec![(4.0, 0.0), (8.0, 500.0), (16.0, FRAME)], vec![4, 8, 16]);
        assert_eq!([0.0, 249.0, 251.0, 740.0, 760.0].map(|x| rungs.nearest(x)), [4, 4, 8, 8, 16]);
    }
}
