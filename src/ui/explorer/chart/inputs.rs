//! What the plot is drawn from: the curve model, the displayed rank, and what optional parts add.

use std::sync::Arc;

use leptos::prelude::*;

use super::axes::axes;
use crate::numeric::decimal::push_fixed;
use crate::plot::Plot;
use crate::plot::markup::Markup;
use crate::plot::polyline::Polyline;
use crate::plot::rank_axis::RankAxis;
use crate::plot::residual_axis::ResidualAxis;
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::text::labels::Translator;

/// Appends markup for the plot. The signals that the function reads are tracked.
pub(crate) type Overlay = Arc<dyn Fn(&CurveModel, &mut Markup) + Send + Sync>;

/// What the plot shows: a curve model and the displayed rank.
#[derive(Clone, Copy)]
pub(crate) struct ChartInputs {
    pub model: Memo<CurveModel>,
    pub r: Memo<usize>,
}

/// Of the labels of the axes, in thousandths of the plot's height, and of the width of a narrow one.
const LABEL_HEIGHT: f64 = 80.0;
const LABEL_WIDTH: f64 = 45.0;

/// The tick of the residual's axis and that of the ranks' whose labels the numbers of the marker would cover in part.
pub(crate) type CoveredTicks = [Option<usize>; 2];

/// The most ranks that are drawn as dots.
const MOST_DOTS: usize = 32;

/// The layers below the curve: axes and overlays.
pub(crate) struct PlotLayers {
    pub translator: Translator,
    pub overlays: Vec<Overlay>,
}

impl PlotLayers {
    /// Axes and overlays; nothing but a word if the target cannot be shown.
    pub(crate) fn markup(&self, model: &CurveModel, covered: CoveredTicks) -> Markup {
        if let Some(blank) = model.blank {
            let mut markup = Markup::default();
            markup.raw(r#"<text data-part="blank" x="50%" y="50%" fill="currentColor" text-anchor="middle">"#);
            markup.text(&blank.text(&self.translator)).raw("</text>");
            return markup;
        }
        let mut markup = axes(model, &self.translator, covered);
        self.overlays.iter().for_each(|overlay| overlay(model, &mut markup));
        markup
    }
}

impl ChartInputs {
    /// The x coordinate of the cursor.
    pub(crate) fn x(self) -> f64 {
        // Not within `with`, which holds a lock: the rank is clamped to the model, which another thread may have changed meanwhile.
        let r = self.r.get() as f64;
        self.model.with(|model| model.plot.ranks.to_frame(r))
    }

    pub(crate) fn line(self) -> Polyline {
        self.model.with(|model| model.plot.line.clone())
    }

    /// The range of the residual at `x` down from `y`, as path data; none if it is a number.
    pub(crate) fn range(self, x: f64, y: f64) -> String {
        let low = self.model.with_untracked(|model| Some(model.plot.lower.as_ref()?.at(x)));
        low.map_or_else(String::new, |low| [(x, y), (x, low)].into_iter().collect::<Polyline>().path())
    }

    /// The area of the ranks up to `x`, as the points of a polygon.
    pub(crate) fn kept(self, x: f64) -> String {
        let mut points = "0 1000 0 0 ".to_owned();
        push_fixed(&mut points, x, 1);
        points.push_str(" 0 ");
        push_fixed(&mut points, x, 1);
        points + " 1000"
    }

    /// The ticks whose labels are hidden for the marker at `x` on `line`.
    pub(crate) fn covered_ticks(self, x: f64, line: &Polyline) -> CoveredTicks {
        let y = line.at(x);
        self.model.with_untracked(|CurveModel { plot, .. }| {
            let residual = |&tick: &f64| (plot.residuals.to_frame(tick) - y).abs() < LABEL_HEIGHT;
            let rank = |&tick: &usize| (plot.ranks.to_frame(tick as f64) - x).abs() < LABEL_WIDTH;
            [plot.residual_ticks.iter().position(residual), plot.rank_ticks.iter().position(rank)]
        })
    }

    /// A dot at each rank on `line`, as path data; none if there is no room for them.
    pub(crate) fn dots(self, line: &Polyline) -> String {
        let mut path = String::new();
        self.model.with_untracked(|CurveModel { plot: Plot { ranks, .. }, .. }| {
            if ranks.last() - ranks.first() < MOST_DOTS {
                for rank in ranks.first()..=ranks.last() {
                    let x = ranks.to_frame(rank as f64);
                    path.push('M');
                    push_fixed(&mut path, x, 1);
                    path.push(' ');
                    push_fixed(&mut path, line.at(x), 1);
                    path.push_str("h0");
                }
            }
        });
        path
    }

    /// The axes of now.
    pub(crate) fn axes(self) -> (RankAxis, ResidualAxis) {
        self.model.with_untracked(|model| (model.plot.ranks.clone(), model.plot.residuals))
    }
}
