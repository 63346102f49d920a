//! The plot: axes with their labels, the curve, and the cursor on top.

use leptos::prelude::*;

use super::cursor::{Cursor, percent};
use super::{Picture, format};
use crate::Metric;
use crate::erased::text;
use crate::plot::Polyline;

/// Draws `picture`, with `line` as the curve that is on its way there and `position` as the cursor's.
///
/// The outer `<svg>` takes the room it gets; the plot area inside it is placed in percent and the curve stretched into it,
/// so that nothing is measured, text keeps its size at any width, and the server's picture is the final one.
#[component]
pub(super) fn Chart(
    id: String,
    picture: Memo<Picture>,
    position: ReadSignal<Polyline>,
    line: ReadSignal<Polyline>,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    let axes = text(move || picture.with(axes));
    view! {
        <svg data-part="plot" role="img" aria-labelledby=labelled_by width="100%" height="280" overflow="visible">
            <title id=title_id>"LoRA rank explorer: reconstruction error vs rank curve."</title>
            <svg data-part="plot-area" x="10%" y="13%" width="87%" height="67%" overflow="visible">
                <g data-part="axes" inner_html=axes></g>
                <svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none">
                    <path
                        data-part="curve"
                        d=text(move || line.with(Polyline::path))
                        fill="none"
                        stroke="var(--lora-rank-explorer-curve, currentColor)"
                        stroke-width="2"
                        stroke-linejoin="round"
                        stroke-linecap="round"
                        vector-effect="non-scaling-stroke"
                    />
                </svg>
                <Cursor position line />
            </svg>
        </svg>
    }
}

/// Ticks, grid lines and labels, as markup that is set at once when target or metric change: nothing in it comes from outside
/// but numbers. Both axes are named, the residual's with a real subscript.
fn axes(Picture { curve, plot }: &Picture) -> String {
    let (norm, subscript) = match curve.metric() {
        Metric::Frobenius => ("‖W − BA‖", "F"),
        Metric::Spectral => ("σ", "r+1"),
    };
    let mut markup = format!(
        r#"<g fill="currentColor"><text data-part="axis-label" dx="-.75em" dy="-1.5em">{norm}<tspan dy=".3em" font-size="75%">{subscript}</tspan></text><text data-part="axis-label" x="100%" y="100%" dy="3em" text-anchor="end">rank r</text>"#
    );
    for &residual in &plot.residual_ticks {
        let (y, label) = (percent(plot.residuals.to_frame(residual)), format::tick(residual));
        markup += &format!(
            r#"<line x2="100%" y1="{y}" y2="{y}" stroke="currentColor" stroke-opacity=".2"/><text y="{y}" dx="-.75em" dy=".35em" text-anchor="end">{label}</text>"#
        );
    }
    for &rank in &plot.rank_ticks {
        let x = percent(plot.ranks.to_frame(rank as f64));
        markup += &format!(r#"<text x="{x}" y="100%" dy="1.5em" text-anchor="middle">{rank}</text>"#);
    }
    markup + "</g>"
}
