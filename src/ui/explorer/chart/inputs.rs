//! What the plot is drawn from: the curve model, the displayed rank, and what optional parts add.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Element;

use super::axes::axes;
use crate::motion::transition::Transition;
use crate::plot::polyline::Polyline;
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::text::labels::Translator;
use crate::ui::explorer::text::numbers;

/// Adds behaviour to the plot, until the component is disposed.
pub(crate) type OnPlot = Arc<dyn Fn(&Element) + Send + Sync>;

/// Markup for the plot. The signals that the function reads are tracked.
pub(crate) type Overlay = Arc<dyn Fn(&CurveModel) -> String + Send + Sync>;

/// What the plot shows: a curve model, the displayed rank, and how the marker moves.
#[derive(Clone, Copy)]
pub(crate) struct ChartInputs {
    pub model: Memo<CurveModel>,
    pub r: Memo<usize>,
    pub transition: Transition,
}

/// The layers around the curve: labels, overlays and added behaviour.
#[derive(Clone)]
pub(crate) struct PlotLayers {
    pub translator: Translator,
    pub overlay: Option<Overlay>,
    pub on_plot: Option<OnPlot>,
}

impl PlotLayers {
    /// Axes and overlays.
    pub(crate) fn markup(&self, model: &CurveModel) -> String {
        let overlay = self.overlay.as_ref().map_or_else(String::new, |overlay| overlay(model));
        axes(model, &self.translator) + &overlay
    }
}

impl ChartInputs {
    /// The x coordinate of the cursor.
    pub(crate) fn x(self) -> f64 {
        self.model.with(|model| model.plot.ranks.to_frame(self.r.get() as f64))
    }

    pub(crate) fn line(self) -> Polyline {
        self.model.with(|model| model.plot.line.clone())
    }

    /// The content of the plot. The outer `<svg>` fills the available space; the plot area inside it is placed in percent and the
    /// curve is stretched into it. So nothing is measured, text keeps its size at any width, and the server's markup is final.
    pub(crate) fn markup(self, layers: &PlotLayers) -> String {
        let x = self.x();
        self.model.with(|model| {
            let (axes, path) = (layers.markup(model), model.plot.line.path());
            let (x, y) = (numbers::percent(x), numbers::percent(model.plot.line.at(x)));
            [
                r#"<svg data-part="plot-area" x="10%" y="13%" width="87%" height="67%" overflow="visible"><g data-part="axes">"#,
                &axes,
                r#"</g><svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none"><path data-part="curve" d=""#,
                &path,
                r#"" fill="none" stroke="var(--lora-rank-explorer-curve, currentColor)" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" vector-effect="non-scaling-stroke"/></svg><line data-part="cursor" x1=""#,
                &x,
                r#"" x2=""#,
                &x,
                r#"" y2="100%" stroke="var(--lora-rank-explorer-cursor, currentColor)" stroke-dasharray="4 4"/><circle data-part="marker" cx=""#,
                &x,
                r#"" cy=""#,
                &y,
                r#"" r="6" fill="var(--lora-rank-explorer-marker, currentColor)"/></svg>"#,
            ]
            .concat()
        })
    }
}
