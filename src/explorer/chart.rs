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
    let ticks = move || {
        picture.with(|Picture { plot, .. }| {
            let below =
                plot.rank_ticks.iter().map(|&rank| tick_below(plot.ranks.to_frame(rank as f64), rank.to_string()));
            let beside = plot
                .residual_ticks
                .iter()
                .map(|&value| tick_beside(plot.residuals.to_frame(value), format::tick(value)));
            (below.collect_view(), beside.collect_view())
        })
    };
    let (base, subscript) = axis_label(picture);
    view! {
        <svg data-part="plot" role="img" aria-labelledby=labelled_by width="100%" height="280" dir="ltr">
            <title id=title_id>"LoRA rank explorer: reconstruction error vs rank curve."</title>
            <svg data-part="plot-area" x="14%" y="12%" width="82%" height="68%" overflow="visible">
                <g data-part="ticks">{ticks}</g>
                <text data-part="axis-label" x="0%" y="0%" dx="-10" dy="-16" fill="currentColor">
                    {base}
                    <tspan dy="4" font-size="75%">
                        {subscript}
                    </tspan>
                </text>
                <text data-part="axis-label" x="100%" y="100%" dy="38" text-anchor="end" fill="currentColor">
                    "rank r"
                </text>
                <svg
                    x="0%"
                    y="0%"
                    width="100%"
                    height="100%"
                    overflow="visible"
                    viewBox="0 0 1000 1000"
                    preserveAspectRatio="none"
                >
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

/// `‖W − BA‖` and its F, or σ and its r+1: base and subscript.
fn axis_label(picture: Memo<Picture>) -> (Signal<String>, Signal<String>) {
    let part = move |frobenius: &'static str, spectral: &'static str| {
        text(move || match picture.with(|picture| picture.curve.metric()) {
            Metric::Frobenius => frobenius.to_owned(),
            Metric::Spectral => spectral.to_owned(),
        })
    };
    (part("‖W − BA‖", "σ"), part("F", "r+1"))
}

fn tick_below(x: f64, label: String) -> impl IntoView {
    let x = percent(x);
    view! {
        <line x1=x.clone() x2=x.clone() y1="100%" y2="100%" transform="translate(0 5)" stroke="currentColor" />
        <text x=x y="100%" dy="20" text-anchor="middle" fill="currentColor">
            {label}
        </text>
    }
}

fn tick_beside(y: f64, label: String) -> impl IntoView {
    let y = percent(y);
    view! {
        <line
            x1="0%"
            x2="100%"
            y1=y.clone()
            y2=y.clone()
            stroke="var(--lora-rank-explorer-grid, currentColor)"
            stroke-opacity="0.2"
        />
        <text x="0%" y=y dx="-10" dy="4" text-anchor="end" fill="currentColor">
            {label}
        </text>
    }
}
