//! [`ScoreAxis`]: a second axis, for what was measured at some ranks.

use super::frame::FRAME;
use super::notation::score_ticks;
use super::ticks::round_step;
use crate::numeric::decimal::multiple;

/// Maps scores to y, from bottom to top. Its ends are its first and last tick.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ScoreAxis {
    /// The scores with a label, from the bottom to the top: two to six round numbers.
    pub ticks: Vec<f64>,
}

impl ScoreAxis {
    /// An axis that has room for all of `scores`, which are finite.
    pub fn of(scores: impl Iterator<Item = f64>) -> Self {
        let (low, high) =
            scores.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), score| (score.min(low), score.max(high)));
        // Beyond this, ends and steps overflow.
        let (low, high) = (low.clamp(-1e300, 1e300), high.clamp(-1e300, 1e300));
        let size = low.abs().max(high.abs());
        // Equal scores get an axis around them. A step has enough digits left to be told from the next one.
        let span = if low < high { (high - low).max(size * 1e-12) } else { low.abs().max(1.0) / 2.0 };
        let (mantissa, power) = round_step(|step| step > 0.0 && step >= span / 4.0);
        let step = multiple(mantissa, power);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let last = last.max(first + 1.0);
        // Steps are round numbers, so that products of whole numbers read well; fewer than 2⁵³ of them.
        let count = (last - first) as usize;
        Self { ticks: (0..=count.min(9)).map(|i| (first + i as f64) * step).collect() }
    }

    /// The labels of the ticks.
    pub fn labels(&self) -> Vec<String> {
        score_ticks(&self.ticks, self.ticks.windows(2).next().map_or(1.0, |pair| pair[1] - pair[0]))
    }

    /// The y coordinate of `score`.
    pub fn to_frame(&self, score: f64) -> f64 {
        let (Some(&low), Some(&high)) = (self.ticks.first(), self.ticks.last()) else { return FRAME };
        (FRAME * (1.0 - (score - low) / (high - low))).clamp(0.0, FRAME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_lie_between_round_ticks_that_read_well() {
        for (scores, ticks) in [
            (vec![0.803, 0.858], vec![0.80, 0.82, 0.84, 0.86]),
            (vec![0.0, 1.0], vec![0.0, 0.5, 1.0]),
            (vec![-2.0, 31.0], vec![-10.0, 0.0, 10.0, 20.0, 30.0, 40.0]),
        ] {
            let axis = ScoreAxis::of(scores.into_iter());
            assert_eq!(axis.ticks.len(), ticks.len(), "{axis:?}");
            assert!(axis.ticks.iter().zip(&ticks).all(|(a, b)| (a - b).abs() < 1e-12), "{axis:?}");
        }
    }

    #[test]
    fn labels_tell_each_tick_from_the_next_and_read_as_it() {
        let labels = |scores: [f64; 2]| ScoreAxis::of(scores.into_iter()).labels();
        assert_eq!(labels([250_000.0, 253_000.0]), ["250000", "251000", "252000", "253000"]);
        assert_eq!(labels([0.800_05, 0.800_15]), ["0.80005", "0.80010", "0.80015"]);
        assert_eq!(labels([-2e6, 0.0]), ["−2e6", "−1.5e6", "−1e6", "−5e5", "0"]);
        for scores in [
            [1e9, 1e9 + 1e-6],
            [-123_456.7, -123_456.8],
            [2e17, 2.000_01e17],
            [3e-7, 3.001e-7],
            [3e-17, 3.001e-17],
            [1e5, 1e5 + 1.0],
        ] {
            let axis = ScoreAxis::of(scores.into_iter());
            let step = axis.ticks[1] - axis.ticks[0];
            for (tick, label) in axis.ticks.iter().zip(axis.labels()) {
                let read: f64 = label.replace('−', "-").parse().expect("a number");
                assert!((read - tick).abs() < step / 50.0, "{label} for {tick}, {scores:?}");
            }
        }
    }

    #[test]
    fn an_axis_of_any_scores_has_finite_ends_around_them() {
        for scores in [[0.0, 0.0], [7.0, 7.0], [-1e-300, 1e-300], [f64::MAX, -f64::MAX], [1e9, 1e9 + 1e-6]] {
            let axis = ScoreAxis::of(scores.into_iter());
            assert!((2..=10).contains(&axis.ticks.len()), "{scores:?}: {axis:?}");
            assert!(axis.ticks.windows(2).all(|pair| pair[0] < pair[1]), "{scores:?}: {axis:?}");
            for score in scores {
                assert!((0.0..=FRAME).contains(&axis.to_frame(score)), "{scores:?}: {axis:?}");
            }
        }
    }
}
