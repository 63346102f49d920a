//! [`Axes`]: the settings of a plot's axes, and the plots of several curves over the same axes.

use std::sync::Arc;

use super::Plot;
use super::axes_error::AxesError;
use super::rank_scale::RankScale;
use super::residual_axis::{ResidualAxis, ResidualScale};
use super::residual_view::ResidualView;
use super::ticks::residual_ticks;
use crate::spectrum::curve::ResidualCurve;

/// The axes of a plot. By default they are linear, with all known ranks and the residual itself.
///
/// ```
/// use lora_rank_explorer::{Axes, RankScale, ResidualScale, ResidualView};
///
/// let axes = Axes::new()
///     .rank_scale(RankScale::Log2)
///     .max_rank(64)
///     .residual_view(ResidualView::Relative)
///     .residual_scale(ResidualScale::Log);
/// # let _ = axes;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axes {
    rank_scale: RankScale,
    max_rank: Option<usize>,
    residual_view: Option<ResidualView>,
    residual_scale: ResidualScale,
    /// A curve that is drawn in place of the target's, and the first of its ranks.
    curve: Option<(usize, Arc<ResidualCurve>)>,
}

impl Axes {
    /// Axes that bring a curve.
    pub(crate) fn with_curve(first: usize, curve: Arc<ResidualCurve>) -> Self {
        Self { curve: Some((first, curve)), ..Self::default() }
    }

    pub(crate) fn curve(&self) -> Option<&(usize, Arc<ResidualCurve>)> {
        self.curve.as_ref()
    }

    /// The default axes.
    pub fn new() -> Self {
        Self::default()
    }

    /// How ranks are spaced, and which can be chosen. The default is [`RankScale::Linear`].
    pub fn rank_scale(self, rank_scale: RankScale) -> Self {
        Self { rank_scale, ..self }
    }

    /// The last rank on the axis, at least 1. The default and the maximum is the last known rank.
    pub fn max_rank(self, max_rank: usize) -> Self {
        Self { max_rank: Some(max_rank), ..self }
    }

    /// What residuals are measured against. The default is [`ResidualView::Absolute`], or [`ResidualView::Relative`] beside other
    /// curves.
    pub fn residual_view(self, residual_view: ResidualView) -> Self {
        Self { residual_view: Some(residual_view), ..self }
    }

    /// How residuals are spaced. The default is [`ResidualScale::Linear`].
    pub fn residual_scale(self, residual_scale: ResidualScale) -> Self {
        Self { residual_scale, ..self }
    }

    /// The plot of `curve`, and those of `others` over the same axes: the ranks are those of `curve`, the residuals cover all
    /// curves. An invalid setting is reported in [`Plotted::problems`] and replaced by its default. O(min(m, n)) for each curve,
    /// never panics.
    ///
    /// ```
    /// use lora_rank_explorer::{Axes, Metric, RankScale, ResidualCurve, Spectrum};
    ///
    /// let curve = ResidualCurve::new(&Spectrum::new(4, 4, vec![8.0, 4.0, 2.0, 1.0])?, Metric::Spectral);
    /// let plotted = Axes::new().rank_scale(RankScale::Log2).max_rank(0).plot(&curve, &[]);
    /// assert_eq!(plotted.own.line.path(), "M0.0 0.0L500.0 0.0L500.0 500.0L792.5 500.0L792.5 750.0L1000.0 750.0L1000.0 1000.0");
    /// assert_eq!(plotted.problems[0].to_string(), "the axis ends at rank 0, and ranks start at 1");
    /// # Ok::<(), lora_rank_explorer::SpectrumError>(())
    /// ```
    pub fn plot(&self, curve: &ResidualCurve, others: &[ResidualCurve]) -> Plotted {
        let default_view = if others.is_empty() { ResidualView::Absolute } else { ResidualView::Relative };
        let (view, bad_base) = self.residual_view.unwrap_or(default_view).checked();
        let (bad_end, last) = match self.max_rank {
            Some(0) => (Some(AxesError::MaxRankZero), curve.max_rank()),
            Some(last) => (None, last.min(curve.max_rank())),
            None => (None, curve.max_rank()),
        };
        let (ranks, bad_ladder) = self.rank_scale.axis(1, last);
        let rank_ticks = self.rank_scale.ticks(&ranks);

        let curves = || std::iter::once(curve).chain(others);
        let seen = |curve: &ResidualCurve, r: usize| view.range(r, curve).unwrap_or(0.0..=0.0);
        let top = || curves().map(|curve| *seen(curve, ranks.first()).end()).fold(0.0, f64::max);
        let (residuals, residual_ticks) = match self.residual_scale {
            ResidualScale::Linear => {
                let ticks = residual_ticks(top());
                (ResidualAxis::linear(ticks.last().copied().unwrap_or(1.0)), ticks)
            }
            ResidualScale::Log => ResidualAxis::logarithmic(curves().flat_map(|curve| {
                (ranks.first().min(curve.end())..=ranks.last().min(curve.end())).flat_map(move |r| {
                    let range = seen(curve, r);
                    [*range.start(), *range.end()]
                })
            })),
        };
        let of = |curve: &ResidualCurve| {
            let place = |residual, norm| residuals.to_frame(view.of_norm(residual, norm).unwrap_or(0.0));
            let ticks = (rank_ticks.clone(), residual_ticks.clone());
            Plot::over(curve, (ranks.clone(), residuals), ticks, &place)
        };
        Plotted {
            own: of(curve),
            others: others.iter().map(of).collect(),
            view,
            problems: [bad_ladder, bad_end, bad_base].into_iter().flatten().collect(),
        }
    }
}

/// The result of [`Axes::plot`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Plotted {
    /// The plot of the curve itself.
    pub own: Plot,
    /// The plots of the others, in the same order.
    pub others: Vec<Plot>,
    /// What the residuals are measured against.
    pub view: ResidualView,
    /// The invalid settings, which were replaced by their defaults.
    pub problems: Vec<AxesError>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::frame::FRAME;
    use crate::spectrum::Spectrum;
    use crate::spectrum::curve::Metric;

    fn curve(values: Vec<f64>) -> ResidualCurve {
        ResidualCurve::new(&Spectrum::new(values.len(), values.len(), values).expect("a spectrum"), Metric::Frobenius)
    }

    fn harmonic(n: u32) -> ResidualCurve {
        curve((1..=n).map(|j| 1.0 / f64::from(j)).collect())
    }

    #[test]
    fn default_axes_give_the_plot_of_plot_new() {
        for n in [1, 2, 8, 64, 511, 513, 4096] {
            let plotted = Axes::new().plot(&harmonic(n), &[]);
            assert_eq!(plotted.own, Plot::new(&harmonic(n)));
            assert_eq!((plotted.view, plotted.problems), (ResidualView::Absolute, vec![]));
        }
    }

    #[test]
    fn an_axis_that_ends_early_keeps_its_residuals() {
        let plotted = Axes::new().max_rank(16).plot(&harmonic(64), &[]).own;
        assert_eq!((plotted.ranks.last(), plotted.line.vertices().len()), (16, 16));
        assert_eq!(plotted.residual_ticks, Plot::new(&harmonic(64)).residual_ticks);
        assert_eq!(Axes::new().max_rank(99).plot(&harmonic(64), &[]).own.ranks.last(), 64);
        assert_eq!(Axes::new().max_rank(0).plot(&harmonic(64), &[]).problems, [AxesError::MaxRankZero]);
    }

    #[test]
    fn a_logarithmic_curve_of_4096_ranks_keeps_every_low_rank() {
        let plot = Axes::new().rank_scale(RankScale::Log2).plot(&harmonic(4096), &[]).own;
        let vertices = plot.line.vertices();
        for r in 1..=30 {
            let x = plot.ranks.to_frame(f64::from(r));
            assert!(vertices.iter().any(|vertex| (vertex.0 - x).abs() < 1e-9), "rank {r}");
        }
        assert!(vertices.len() <= 512 && vertices.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(vertices[vertices.len() - 1].0, FRAME);
    }

    #[test]
    fn relative_axes_end_at_one_and_percent_at_a_hundred() {
        let relative = Axes::new().residual_view(ResidualView::Relative).plot(&curve(vec![1.0; 64]), &[]).own;
        assert_eq!(relative.residual_ticks.last(), Some(&1.0));
        let percent = Axes::new().residual_view(ResidualView::Percent).plot(&curve(vec![1.0; 64]), &[]).own;
        assert_eq!(percent.residual_ticks.last(), Some(&100.0));
        assert_eq!(percent.line.path(), relative.line.path());
    }

    #[test]
    fn others_share_the_axes_and_are_relative_by_default() {
        let others = [harmonic(4), harmonic(99), curve(vec![0.0; 8])];
        let plotted = Axes::new().plot(&harmonic(16), &others);
        assert_eq!(plotted.view, ResidualView::Relative);
        let lengths: Vec<usize> = plotted.others.iter().map(|plot| plot.line.vertices().len()).collect();
        assert_eq!(lengths, [4, 16, 8], "cut at the ranks of the axis, and at their own");
        assert!(plotted.others.iter().all(|plot| plot.ranks == plotted.own.ranks));
        let absolute = Axes::new().residual_view(ResidualView::Absolute);
        let plotted = absolute.plot(&curve(vec![1.0; 4]), &[curve(vec![100.0; 4])]);
        assert!(plotted.own.residual_ticks.last() >= Some(&100.0), "the residuals cover all");
    }

    #[test]
    fn a_curve_that_is_zero_before_the_first_rank_of_a_logarithmic_axis_has_the_line_for_zero() {
        let low = curve([4.0, 3.0, 2.0, 1.0].into_iter().chain([0.0; 60]).collect());
        let axes = Axes::new().rank_scale(RankScale::ladder([8, 16, 32])).residual_scale(ResidualScale::Log);
        for (own, other) in [(harmonic(64), low.clone()), (low, harmonic(64))] {
            let plotted = axes.plot(&own, &[other]);
            assert!(plotted.own.residuals.gap().is_some(), "0 is not drawn where a tick says more");
            assert_eq!(plotted.own.residual_ticks[0], 0.0);
        }
    }

    #[test]
    fn every_vertex_lies_inside_the_frame_whatever_the_axes() {
        let scales = [RankScale::Linear, RankScale::Log2, RankScale::ladder([1, 2, 4]), RankScale::ladder([2])];
        let views =
            [ResidualView::Absolute, ResidualView::Relative, ResidualView::Percent, ResidualView::OfBase(1e-300)];
        for values in [vec![0.0; 3], vec![5.0], vec![f64::MAX; 4], vec![1e300, 1.0, 1e-300, 0.0]] {
            for scale in &scales {
                for view in views {
                    for residual_scale in [ResidualScale::Linear, ResidualScale::Log] {
                        let axes = Axes::new().rank_scale(scale.clone()).residual_view(view);
                        let plot = axes.residual_scale(residual_scale).plot(&curve(values.clone()), &[]).own;
                        let inside =
                            |&(x, y): &(f64, f64)| (0.0..=FRAME).contains(&x) && (-1e-6..=FRAME + 1e-6).contains(&y);
                        assert!(
                            plot.line.vertices().iter().all(inside),
                            "{values:?} {scale:?} {view:?} {residual_scale:?}"
                        );
                    }
                }
            }
        }
    }
}
