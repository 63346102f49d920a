//! The plot: labelled axes, the curve, and on top the dashed vertical cursor, the marker dot, and its rank and residual at the axes.

mod axes;
mod draw;
pub(crate) mod inputs;

use leptos::prelude::*;
use leptos::svg;

use draw::{Elements, keep_up_to_date};
use inputs::{ChartInputs, PlotLayers};

use crate::ui::animation::ReadTransition;
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::{Initial, initial, text};

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
        range: NodeRef::new(),
        at_rank: NodeRef::new(),
        marker: NodeRef::new(),
        rank: NodeRef::new(),
        residual: NodeRef::new(),
    };
    let axes = text(move || inputs.model.with(|model| layers.markup(model)).into_string());
    let [kept, curve, dots, range, left, cy, rank_x, rank_y, residual_x, residual_y] = initial(move || {
        let (line, x) = (inputs.line(), inputs.x());
        let (left, top) = (percent(x), percent(line.at(x)));
        let (kept, range) = (inputs.kept(x), inputs.range(x, line.at(x)));
        let (zero, bottom) = ("0".to_owned(), "100%".to_owned());
        [kept, line.path(), inputs.dots(&line), range, left.clone(), top.clone(), left, bottom, zero, top]
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
                    <svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none">
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
                    </svg>
                    {label(elements.rank, "rank-on-axis", [rank_x, rank_y], ["0", "1.5em", "middle"], rank)}
                    {label(elements.residual, "residual-on-axis", [residual_x, residual_y], ["-.75em", ".35em", "end"], residual)}
                </g>
            </svg>
        </svg>
    }
}

const CURVE: &str = "var(--lora-rank-explorer-curve, currentColor)";
const MARKER: &str = "var(--lora-rank-explorer-marker, currentColor)";

/// A path of the stretched part of the plot. One function for all of them: of each kind of element, Leptos compiles another copy.
fn path(
    element: NodeRef<svg::Path>,
    part: &'static str,
    d: Initial,
    stroke: &'static str,
    width: &'static str,
) -> impl IntoView {
    view! {
        <path
            node_ref=element
            data-part=part
            d=d
            fill="none"
            stroke=stroke
            stroke-width=width
            stroke-linejoin="round"
            stroke-linecap="round"
            vector-effect="non-scaling-stroke"
        ></path>
    }
}

/// A number at an axis.
fn label(
    element: NodeRef<svg::Text>,
    part: &'static str,
    [x, y]: [Initial; 2],
    [dx, dy, anchor]: [&'static str; 3],
    text: Signal<String>,
) -> impl IntoView {
    view! {
        <text node_ref=element data-part=part x=x y=y dx=dx dy=dy text-anchor=anchor fill="currentColor">
            {text}
        </text>
    }
}
