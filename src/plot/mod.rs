//! Pure geometry: where a [`ResidualCurve`] lies on the page. It knows numbers and the frame, but no elements.
//!
//! ```text
//! ResidualCurve ──> ranks: RankAxis, residuals: ResidualAxis ──> line: Polyline ──> path text
//!                   rank ticks, residual ticks
//! ```
//! Coordinates are thousandths of the plot area ([`FRAME`]), with y growing downwards as in SVG. The view stretches this square
//! to the space on the page, so nothing has to be measured.
//!
//! ```
//! use lora_rank_explorer::plot::{FRAME, Plot};
//! use lora_rank_explorer::{Metric, ResidualCurve, Spectrum};
//!
//! let spectrum = Spectrum::new(3, 3, vec![4.0, 2.0, 1.0])?;
//! let plot = Plot::new(&ResidualCurve::new(&spectrum, Metric::Spectral));
//! assert_eq!(plot.line.path(), "M0.0 0.0L500.0 0.0L500.0 500.0L1000.0 500.0L1000.0 1000.0", "steps at whole ranks");
//! assert_eq!(plot.ranks.to_domain(FRAME / 2.0), 2.0);
//! # Ok::<(), lora_rank_explorer::SpectrumError>(())
//! ```

pub(crate) mod axes;
mod axes_error;
pub(crate) mod frame;
mod lost_energy;
pub(crate) mod markup;
pub(crate) mod notation;
pub(crate) mod polyline;
pub(crate) mod rank_axis;
pub(crate) mod rank_scale;
pub(crate) mod residual_axis;
pub(crate) mod residual_view;
mod scale;
pub(crate) mod score_axis;
mod ticks;
mod vertices;

pub use axes::{Axes, Plotted};
pub use axes_error::AxesError;
pub use frame::FRAME;
pub use polyline::Polyline;
pub use rank_axis::RankAxis;
pub use rank_scale::RankScale;
pub use residual_axis::{ResidualAxis, ResidualScale};
pub use residual_view::ResidualView;
pub use scale::Scale;
use ticks::{rank_ticks, residual_ticks};
use vertices::vertices;

use crate::spectrum::curve::{Metric, ResidualCurve};

/// Axes, ticks and line of one residual curve.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Plot {
    /// Maps ranks to x, from left to right.
    pub ranks: RankAxis,
    /// Maps residuals to y, from bottom to top.
    pub residuals: ResidualAxis,
    /// The ranks with a label: always the first and the last, and few enough to read.
    pub rank_ticks: Vec<usize>,
    /// The residuals with a label: round numbers from the bottom to the top of the axis.
    pub residual_ticks: Vec<f64>,
    /// The curve, with a vertex at every rank; above 512 ranks, only at those at which it falls visibly: elsewhere it is within 4
    /// thousandths of the plot's height. In the spectral norm it has a step from each rank to the next, and is sloped only where ranks
    /// between two vertices are left out.
    pub line: Polyline,
    /// If residuals are ranges, their lower ends, vertex for vertex; `line` then has their upper ends.
    pub lower: Option<Polyline>,
}

impl Plot {
    /// The plot of `curve` over linear axes. O(k) for k known singular values, never panics. For other axes see [`Axes::plot`].
    pub fn new(curve: &ResidualCurve) -> Self {
        let last = curve.max_rank();
        let residual_ticks = residual_ticks(curve.residual(1));
        let residuals = ResidualAxis::linear(residual_ticks.last().copied().unwrap_or(1.0));
        let axes = (RankAxis::linear(1, last), residuals);
        Self::over(curve, axes, (rank_ticks(last), residual_ticks), &|residual, _| residuals.to_frame(residual))
    }

    /// The plot of `curve` over the given axes and ticks. `place` maps a residual to y, where ‖W‖ is its second argument.
    fn over(
        curve: &ResidualCurve,
        (ranks, residuals): (RankAxis, ResidualAxis),
        (rank_ticks, residual_ticks): (Vec<usize>, Vec<f64>),
        place: &dyn Fn(f64, f64) -> f64,
    ) -> Self {
        let norm = curve.residual_range(0);
        let upper = |r: usize| place(curve.residual(r), *norm.end());
        let lower = |r: usize| place(*curve.residual_range(r).start(), *norm.start());
        // Where residuals are ranges, their lower ends fall more.
        let vertices = vertices(ranks.first(), ranks.last().min(curve.max_rank()), curve.end(), &lower);
        let has_steps = curve.metric() == Metric::Spectral;
        let through = |height: &dyn Fn(usize) -> f64| {
            let mut line = Vec::with_capacity(vertices.len());
            let mut before = None;
            for &r in &vertices {
                let (x, y) = (ranks.to_frame(r as f64), height(r));
                if let Some((left, before)) = before
                    && has_steps
                    && left + 1 == r
                {
                    line.push((x, before));
                }
                line.push((x, y));
                before = Some((r, y));
            }
            line.into_iter().collect()
        };
        let line = through(&upper);
        let lower = curve.is_range().then(|| through(&lower));
        Self { ranks, residuals, rank_ticks, residual_ticks, line, lower }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Matrix;
    use crate::plot::frame::MOST_VERTICES;
    use crate::spectrum::Spectrum;

    fn plot_of(values: Vec<f64>) -> Plot {
        let spectrum = Spectrum::new(values.len(), values.len(), values).expect("a spectrum");
        Plot::new(&ResidualCurve::new(&spectrum, Metric::Frobenius))
    }

    #[test]
    fn every_vertex_lies_in_the_frame_and_none_rises() {
        let line = Plot::new(&ResidualCurve::new(&Spectrum::of(&Matrix::default()), Metric::Spectral)).line;
        for pair in line.vertices().windows(2) {
            assert!(pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1, "{pair:?}");
        }
        assert!(line.vertices().iter().all(|&(x, y)| (0.0..=FRAME).contains(&x) && (0.0..=FRAME).contains(&y)));
        assert_eq!(line.vertices().len(), 15, "8 ranks and 7 steps");
    }

    #[test]
    fn the_spectral_norm_has_a_step_at_each_rank_and_the_frobenius_norm_has_none() {
        let spectrum = Spectrum::new(4, 4, vec![8.0, 4.0, 2.0, 1.0]).expect("a spectrum");
        let steps = |metric| {
            let line = Plot::new(&ResidualCurve::new(&spectrum, metric)).line;
            line.vertices().windows(2).filter(|pair| pair[0].0 == pair[1].0).count()
        };
        assert_eq!((steps(Metric::Spectral), steps(Metric::Frobenius)), (3, 0));
        let plot = Plot::new(&ResidualCurve::new(&spectrum, Metric::Spectral));
        for r in 1..=4_usize {
            let residual = [4.0, 2.0, 1.0, 0.0][r - 1];
            let at = |rank: f64| plot.line.at(plot.ranks.to_frame(rank));
            assert_eq!(at(r as f64), plot.residuals.to_frame(residual), "at rank {r} the residual is that of rank {r}");
            assert!(r == 4 || at(r as f64 + 0.9) == at(r as f64), "and stays so up to the next rank");
        }
    }

    #[test]
    fn a_single_rank_and_a_zero_matrix_have_a_finite_plot() {
        for values in [vec![3.0], vec![0.0], vec![0.0; 5], vec![f64::MAX; 3], vec![f64::MIN_POSITIVE; 3]] {
            let plot = plot_of(values.clone());
            assert!(!plot.line.path().contains("NaN") && !plot.line.path().contains("inf"), "{values:?}");
            assert!(plot.residual_ticks.len() >= 2, "{values:?}: {:?}", plot.residual_ticks);
        }
    }

    #[test]
    fn four_thousand_ranks_keep_both_ends_and_a_bounded_path() {
        let plot = plot_of((0..4096).map(|j| 1.0 / (1.0 + f64::from(j))).collect());
        assert!(plot.line.vertices().len() <= MOST_VERTICES);
        assert_eq!(plot.line.vertices().last().expect("a vertex").0, FRAME);
        assert!(plot.rank_ticks.len() <= 9);
    }
}
