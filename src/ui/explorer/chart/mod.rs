//! The plot: labelled axes, the curve, and on top the dashed vertical cursor, the marker dot, and its rank and residual at the axes.

mod axes;
mod draw;
pub(crate) mod inputs;

use leptos::prelude::*;

use draw::{Elements, keep_up_to_date};
use inputs::{ChartInputs, PlotLayers};

use crate::ui::animation::ReadTransition;
use crate::ui::element_ref::ElementRef;
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::{BeforeEffects, before_effects, text};

/// Draws `inputs`. The outer `<svg>`, which is `plot`, fills the available space; the plot area begins 3.75em from its left, has its
/// width, and so reaches into its padding. The curve is stretched into it. So nothing is measured, text keeps its size at any width,
/// and the server's markup is final.
#[component]
pub(super) fn Chart(
    name: Signal<String>,
    description: Signal<String>,
    rank: Signal<String>,
    residual: Signal<String>,
    inputs: ChartInputs,
    transition: ReadTransition,
    layers: PlotLayers,
    plot: ElementRef,
) -> impl IntoView {
    let elements = Elements {
        curve: ElementRef::new(),
        dots: ElementRef::new(),
        kept: ElementRef::new(),
        range: ElementRef::new(),
        at_rank: ElementRef::new(),
        marker: ElementRef::new(),
        residual: ElementRef::new(),
    };
    let axes = text(move || inputs.model.with(|model| layers.markup(model)).into_string());
    let [kept, curve, dots, range, left, cy, residual_y] = before_effects(move || {
        let (line, x) = (inputs.line(), inputs.x());
        let (left, top) = (percent(x), percent(line.at(x)));
        let (kept, range) = (inputs.kept(x), inputs.range(x, line.at(x)));
        [kept, line.path(), inputs.dots(&line), range, left, top.clone(), top]
    });
    let visibility = text(move || {
        let is_blank = inputs.model.with(|model| model.blank.is_some());
        if is_blank { "hidden" } else { "visible" }.to_owned()
    });
    keep_up_to_date(inputs, transition, elements);
    view! {
        <svg
            node_ref=plot
            data-part="plot"
            role="img"
            aria-label=name
            width="85%"
            height="280"
            overflow="visible"
        >
            <desc>{description}</desc>
            <svg data-part="plot-area" aria-hidden="true" x="3.75em" y="13%" width="100%" height="67%" overflow="visible">
                <g data-part="axes" inner_html=axes></g>
                <g visibility=visibility fill="currentColor">
                    <svg
                        overflow="visible"
                        viewBox="0 0 1000 1000"
                        preserveAspectRatio="none"
                        fill="none"
                        stroke-linejoin="round"
                        stroke-linecap="round"
                    >
                        {path(elements.kept, "kept", kept, "none", "0")}
                        {path(elements.curve, "curve", curve, CURVE, "2")} {path(elements.dots, "dots", dots, CURVE, "6")}
                        {path(elements.range, "range", range, MARKER, "6")}
                    </svg>
                    <svg node_ref=elements.at_rank data-part="at-rank" x=left overflow="visible">
                        <line
                            data-part="cursor"
                            y2="100%"
                            stroke="var(--lora-rank-explorer-cursor, currentColor)"
                            stroke-dasharray="4 4"
                        ></line>
                        <circle node_ref=elements.marker data-part="marker" cy=cy r="6" fill=MARKER></circle>
                        <text data-part="rank-on-axis" y="100%" dy="1.5em" text-anchor="middle">
                            {rank}
                        </text>
                    </svg>
                    <text
                        node_ref=elements.residual
                        data-part="residual-on-axis"
                        y=residual_y
                        dx="-.75em"
                        dy=".35em"
                        text-anchor="end"
                    >
                        {residual}
                    </text>
                </g>
            </svg>
        </svg>
    }
}

const CURVE: &str = "var(--lora-rank-explorer-curve, currentColor)";
const MARKER: &str = "var(--lora-rank-explorer-marker, currentColor)";

/// A path of the stretched part of the plot. One function for all of them: of each kind of element, Leptos compiles another copy.
fn path(
    element: ElementRef,
    part: &'static str,
    d: BeforeEffects,
    stroke: &'static str,
    width: &'static str,
) -> impl IntoView {
    view! {
        <path
            node_ref=element
            data-part=part
            d=d
            stroke=stroke
            stroke-width=width
            vector-effect="non-scaling-stroke"
        ></path>
    }
}
