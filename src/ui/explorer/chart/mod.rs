//! The plot: labelled axes, the curve, and on top the dashed vertical cursor, the marker dot, and its rank and residual at the axes.

mod axes;
mod draw;
pub(crate) mod inputs;

use leptos::prelude::*;
use leptos::svg;

use draw::{Elements, keep_up_to_date};
use inputs::{ChartInputs, PlotLayers};

use crate::ui::explorer::marker_transition::ReadTransition;
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::{initial, text};

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
    plot: NodeRef<svg::Svg>,
) -> impl IntoView {
    let elements = Elements {
        curve: NodeRef::new(),
        dots: NodeRef::new(),
        kept: NodeRef::new(),
        at_rank: NodeRef::new(),
        marker: NodeRef::new(),
        range: NodeRef::new(),
        residual: NodeRef::new(),
    };
    let axes = text(move || inputs.model.with(|model| layers.markup(model)).into_string());
    let [path, dots, width, left, cy, y, y1, y2] = initial(move || {
        let (line, x) = (inputs.line(), inputs.x());
        let (left, top) = (percent(x), percent(line.at(x)));
        let low = inputs.low(x).map_or_else(|| top.clone(), percent);
        [line.path(), inputs.dots(&line), left.clone(), left, top.clone(), top.clone(), top, low]
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
                <g visibility=visibility>
                    <rect
                        node_ref=elements.kept
                        data-part="kept"
                        width=width
                        height="100%"
                        fill="var(--lora-rank-explorer-marker, currentColor)"
                        fill-opacity=".08"
                    ></rect>
                    <svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none">
                        <path
                            node_ref=elements.curve
                            data-part="curve"
                            d=path
                            fill="none"
                            stroke="var(--lora-rank-explorer-curve, currentColor)"
                            stroke-width="2"
                            stroke-linejoin="round"
                            stroke-linecap="round"
                            vector-effect="non-scaling-stroke"
                        ></path>
                        <path
                            node_ref=elements.dots
                            data-part="dots"
                            d=dots
                            stroke="var(--lora-rank-explorer-curve, currentColor)"
                            stroke-width="6"
                            stroke-linecap="round"
                            vector-effect="non-scaling-stroke"
                        ></path>
                    </svg>
                    <svg node_ref=elements.at_rank data-part="at-rank" x=left overflow="visible">
                        <line
                            data-part="cursor"
                            y2="100%"
                            stroke="var(--lora-rank-explorer-cursor, currentColor)"
                            stroke-dasharray="4 4"
                        ></line>
                        <line
                            node_ref=elements.range
                            data-part="range"
                            y1=y1
                            y2=y2
                            stroke="var(--lora-rank-explorer-marker, currentColor)"
                            stroke-width="6"
                        ></line>
                        <circle
                            node_ref=elements.marker
                            data-part="marker"
                            cy=cy
                            r="6"
                            fill="var(--lora-rank-explorer-marker, currentColor)"
                        ></circle>
                        <text data-part="rank-on-axis" y="100%" dy="1.5em" text-anchor="middle" fill="currentColor">
                            {rank}
                        </text>
                    </svg>
                    <text
                        node_ref=elements.residual
                        data-part="residual-on-axis"
                        y=y
                        dx="-.75em"
                        dy=".35em"
                        text-anchor="end"
                        fill="currentColor"
                    >
                        {residual}
                    </text>
                </g>
            </svg>
        </svg>
    }
}
