//! Ticks, grid lines and labels as one piece of markup, which is replaced when target or metric change. It contains only
//! numbers, the crate's own texts and escaped labels.

use crate::numeric::decimal::push_fixed;
use crate::plot::notation::{symbol, tick};
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::text::labels::{Label, Quantity, Translator};
use crate::ui::explorer::text::numbers::percent;

/// The axes of `model`. Both are labelled; the residual's label has a real subscript.
pub(super) fn axes(model: &CurveModel, translator: &Translator) -> String {
    let (CurveModel { curve, plot, .. }, divisor) = (model, model.units.divisor);
    let (norm, subscript) = symbol(curve.metric());
    // One path for all grid lines: the browser creates it in a third of the time of six `<line>`s.
    let (mut grid, mut ticks) = (String::new(), String::new());
    for &residual in &plot.residual_ticks {
        let y = plot.residuals.to_frame(residual);
        grid.push_str("M0 ");
        push_fixed(&mut grid, y, 1);
        grid.push_str("H1000");
        let text = translator.format(Quantity::ResidualTick(residual), tick(residual));
        ticks += &format!(r#"<text y="{}" dx="-.75em" dy=".35em" text-anchor="end">{text}</text>"#, percent(y));
    }
    for &rank in &plot.rank_ticks {
        let x = percent(plot.ranks.to_frame(rank as f64));
        ticks += &format!(r#"<text x="{x}" y="100%" dy="1.5em" text-anchor="middle">{rank}</text>"#);
    }
    let band = plot.lower.as_ref().map_or_else(String::new, |lower| {
        format!(r#"<path data-part="band" d="{}" fill="currentColor" fill-opacity=".15"/>"#, plot.line.band(lower))
    });
    let rank_axis = translator.translate(Label::RankAxis, "rank r".to_owned()) + &model.extent(translator);
    format!(
        r#"<svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none"><path data-part="grid" d="{grid}" stroke="currentColor" stroke-opacity=".2" vector-effect="non-scaling-stroke"/>{band}</svg><g fill="currentColor"><text data-part="axis-label" dx="-.75em" dy="-1.5em">{norm}<tspan dy=".3em" font-size="75%">{subscript}</tspan>{divisor}</text><text data-part="axis-label" x="100%" y="100%" dy="3em" text-anchor="end">{rank_axis}</text>{ticks}</g>"#
    )
}
