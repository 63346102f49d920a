//! [`ExplorerAxes`]: axes other than the default ones.

use std::sync::Arc;

use leptos::prelude::*;

use super::{DecidedCurve, ExplorerContext, PartSlots};
use crate::numeric::decimal::{fixed, scientific};
use crate::plot::axes::Axes;
use crate::plot::markup::Markup;
use crate::plot::polyline::Polyline;
use crate::plot::residual_view::ResidualView;
use crate::spectrum::Spectrum;
use crate::spectrum::curve::{Metric, ResidualCurve};
use crate::ui::explorer::model::{ABSOLUTE, CurveModel, Units};
use crate::ui::explorer::target::Target;
use crate::ui::explorer::text::labels::{Label, Quantity};
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::from_signals;
use crate::ui::read_from::ReadFrom;
use crate::ui::slider::scale::SliderScale;

/// What `axes` accepts: [`Axes`], or a signal, memo or closure of them. By default the axes are linear, with all known ranks.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{Axes, LoRaRankExplorer, RankScale, ResidualView};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let max_rank = RwSignal::new(64);
///     view! {
///         <LoRaRankExplorer axes=Axes::new().rank_scale(RankScale::Log2) />
///         <LoRaRankExplorer axes=move || Axes::new().residual_view(ResidualView::Relative).max_rank(max_rank.get()) />
///     }
/// }
/// ```
#[derive(Default)]
pub struct ExplorerAxes(pub(in crate::ui::explorer) Option<AxesProp>);

pub(in crate::ui::explorer) struct AxesProp {
    pub read: ReadAxes,
    /// Decides the curve. A field, so that only pages with axes contain its code.
    pub decide: fn(ReadAxes, Memo<Target>, Signal<Metric>) -> DecidedCurve,
}

pub(in crate::ui::explorer) type ReadAxes = Arc<dyn Fn() -> Axes + Send + Sync>;

impl From<Axes> for ExplorerAxes {
    fn from(axes: Axes) -> Self {
        (move || axes.clone()).into()
    }
}

impl<Read, Returned> From<Read> for ExplorerAxes
where
    Axes: ReadFrom<Read, Output = Returned>,
    Returned: Into<Axes>,
    Read: Send + Sync + 'static,
{
    fn from(read: Read) -> Self {
        let read = move || Axes::read_from(&read).into();
        let decide = |axes: ReadAxes, target, metric: Signal<Metric>| {
            let draw = Box::new(move |target: &_| draw(target, metric.get(), &axes(), &[]));
            decide(target, draw, tell)
        };
        Self(Some(AxesProp { read: Arc::new(read), decide }))
    }
}

from_signals!([] Axes => ExplorerAxes);

/// Computes what is drawn for a target.
pub(super) type Draw = Box<dyn Fn(&Target) -> Drawn + Send + Sync>;

/// The explorer's own curve model, the curves beside it, and any problem with the axes.
#[derive(PartialEq)]
pub(super) struct Drawn {
    pub model: CurveModel,
    pub others: Vec<Other>,
    /// What is wrong with the axes.
    pub problem: Option<String>,
}

/// A curve beside the explorer's own.
#[derive(PartialEq)]
pub(super) struct Other {
    pub name: String,
    pub line: Polyline,
    /// Its residual curve in the explorer's units, for the legend.
    pub model: CurveModel,
}

/// The curve that `draw` draws, the slider's scale, and a part that `fill` fills the slots of.
pub(super) fn decide(
    target: Memo<Target>,
    draw: Draw,
    fill: impl FnOnce(Memo<Drawn>, &ExplorerContext, &mut PartSlots) + 'static,
) -> DecidedCurve {
    let drawn = Memo::new(move |_| target.with(|target| draw(target)));
    let model = Memo::new(move |_| drawn.with(|drawn| drawn.model.clone()));
    DecidedCurve {
        model,
        min_rank: Signal::derive(move || model.with(|model| model.plot.ranks.first())),
        scale: SliderScale::following(Signal::derive(move || model.with(|model| model.plot.ranks.clone()))),
        part: Some(Box::new(move |context, slots| fill(drawn, context, slots))),
    }
}

/// Shows the break of a logarithmic axis, and what is wrong with the axes.
pub(super) fn tell(drawn: Memo<Drawn>, context: &ExplorerContext, slots: &mut PartSlots) {
    slots.add_overlay(|model, markup| {
        if let Some(y) = model.plot.residuals.gap() {
            axis_break(y, markup);
        }
    });
    let problem = move || drawn.with(|drawn| drawn.problem.clone());
    slots.add_problem(context, "axes", problem, |reason| Label::InvalidAxes { reason });
}

/// Plots `target` and `others` over `axes`.
pub(super) fn draw(target: &Target, metric: Metric, axes: &Axes, others: &[(String, Spectrum)]) -> Drawn {
    let Target { spectrum, blank, .. } = target;
    let curve = ResidualCurve::new(spectrum, metric);
    let curves: Vec<ResidualCurve> = others.iter().map(|(_, other)| ResidualCurve::new(other, metric)).collect();
    let plotted = axes.plot(&curve, &curves);
    let (units, base) = match plotted.view {
        ResidualView::Relative => (&RELATIVE, 1.0),
        ResidualView::Percent => (&PERCENT, 1.0),
        ResidualView::OfBase(norm) => (&OF_BASE, norm),
        _ => (&ABSOLUTE, 1.0),
    };
    let model = |plot, curve, spectrum: &Spectrum| CurveModel {
        plot,
        curve,
        max_rank: spectrum.max_rank(),
        units,
        base,
        blank: *blank,
    };
    let others = others.iter().zip(curves).zip(plotted.others).map(|(((name, spectrum), curve), plot)| Other {
        name: name.clone(),
        line: plot.line.clone(),
        model: model(plot, curve, spectrum),
    });
    let problems: Vec<String> = plotted.problems.iter().map(ToString::to_string).collect();
    let problem = (!problems.is_empty()).then(|| problems.join("; ") + ". The default is used instead.");
    Drawn { others: others.collect(), model: model(plotted.own, curve, spectrum), problem }
}

fn axis_break(y: f64, markup: &mut Markup) {
    markup.raw(r#"<svg data-part="axis-break" y=""#).text(&percent(y));
    markup.raw(r#"" overflow="visible"><path d="M-6 1L6-5M-6 5L6-1" stroke="currentColor"/></svg>"#);
}

static RELATIVE: Units = Units {
    name: "relative residual",
    divisor: r#"<tspan dy="-.225em"> / ‖W‖</tspan>"#,
    measure: |_, residual, norm| ResidualView::Relative.of_norm(residual, norm),
    print: ABSOLUTE.print,
};

static PERCENT: Units = Units {
    name: "relative residual",
    divisor: r#"<tspan dy="-.225em"> / ‖W‖ in %</tspan>"#,
    measure: |_, residual, norm| ResidualView::Percent.of_norm(residual, norm),
    print: |translator, percent| translator.format(Quantity::Share(percent / 100.0), percentage(percent)),
};

static OF_BASE: Units = Units {
    name: "residual over base norm",
    divisor: r#"<tspan dy="-.225em"> / base norm</tspan>"#,
    measure: |model, residual, norm| ResidualView::OfBase(model.base).of_norm(residual, norm),
    print: ABSOLUTE.print,
};

/// A residual in percent with one decimal. Only an exact 0 reads `0.0%`, and only an exact 100 reads `100.0%`.
fn percentage(percent: f64) -> String {
    let digits = match percent {
        0.0 => fixed(0.0, 1),
        _ if (99.95..100.0).contains(&percent) => ">99.9".to_owned(),
        _ if (0.05..1e6).contains(&percent) => fixed(percent, 1),
        _ => scientific(percent, 1),
    };
    digits + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_values_read_0_and_100_percent() {
        for (percent, text) in [
            (25.0207, "25.0%"),
            (0.0, "0.0%"),
            (0.04, "4.0e-2%"),
            (99.97, ">99.9%"),
            (100.0, "100.0%"),
            (2e300, "2.0e300%"),
        ] {
            assert_eq!(percentage(percent), text);
        }
    }
}
