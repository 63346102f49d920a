//! Ticks, grid lines and labels as one piece of markup, which is replaced when target, metric or labels change.

use super::inputs::CoveredTicks;
use crate::numeric::decimal::push_fixed;
use crate::plot::markup::Markup;
use crate::plot::notation::{symbol, tick};
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::text::labels::{Label, Quantity, Translator};
use crate::ui::explorer::text::numbers::percent;

/// The axes of `model`, with the labels of `covered` ticks hidden. Both are labelled; the residual's label has a real subscript.
pub(super) fn axes(model: &CurveModel, translator: &Translator, covered: CoveredTicks) -> Markup {
    let CurveModel { curve, plot, units, .. } = model;
    // One path for all grid lines: the browser creates it in a third of the time of six `<line>`s.
    let mut grid = String::new();
    let mut ticks = Markup::default();
    ticks.raw(r#"<g data-part="residual-ticks">"#);
    let [covered_residual, covered_rank] = covered;
    // Comes right after a value: it closes that quote, and leaves its own open.
    let hidden = |is_covered: bool| if is_covered { r#"" visibility="hidden"# } else { "" };
    for (i, &residual) in plot.residual_ticks.iter().enumerate() {
        let y = plot.residuals.to_frame(residual);
        grid.push_str("M0 ");
        push_fixed(&mut grid, y, 1);
        grid.push_str("H1000");
        let text = translator.format(Quantity::ResidualTick(residual), tick(residual));
        ticks.raw(r#"<text y=""#).text(&percent(y)).raw(hidden(covered_residual == Some(i)));
        ticks.raw(r#"" dx="-.75em" dy=".35em" text-anchor="end">"#).text(&text).raw("</text>");
    }
    ticks.raw(r#"</g><g data-part="rank-ticks">"#);
    for (i, &rank) in plot.rank_ticks.iter().enumerate() {
        let x = percent(plot.ranks.to_frame(rank as f64));
        ticks.raw(r#"<text x=""#).text(&x).raw(hidden(covered_rank == Some(i)));
        ticks.raw(r#"" y="100%" dy="1.5em" text-anchor="middle">"#).text(&rank.to_string()).raw("</text>");
    }
    let (norm, subscript) = symbol(curve.metric());
    let rank_axis = translator.translate(Label::RankAxis, "rank r".to_owned()) + &model.extent(translator);

    let mut axes = Markup::default();
    axes.raw(
        r#"<svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none"><path data-part="grid" d=""#,
    );
    axes.text(&grid).raw(r#"" stroke="currentColor" stroke-opacity=".2" vector-effect="non-scaling-stroke"/>"#);
    if let Some(lower) = &plot.lower {
        axes.raw(r#"<path data-part="band" d=""#).text(&plot.line.band(lower));
        axes.raw(r#"" fill="currentColor" fill-opacity=".15"/><path data-part="band-low" d=""#).text(&lower.path());
        axes.raw(r#"" fill="none" stroke="currentColor" vector-effect="non-scaling-stroke"/>"#);
    }
    axes.raw(r#"</svg><g fill="currentColor"><text data-part="axis-label" dx="-.75em" dy="-1.5em">"#).text(norm);
    axes.raw(r#"<tspan dy=".3em" font-size="75%">"#).text(subscript).raw("</tspan>").raw(units.divisor);
    axes.raw(r#"</text><text data-part="axis-label" x="100%" y="100%" dy="3em" text-anchor="end">"#).text(&rank_axis);
    axes.raw("</text>").append(&ticks).raw("</g></g>");
    axes
}
