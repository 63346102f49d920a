//! The plot: labelled axes, the curve, and on top the dashed vertical cursor and the marker dot.

mod axes;
mod draw;
pub(crate) mod inputs;

use leptos::prelude::*;
use leptos::svg;

use draw::{Elements, keep_up_to_date};
use inputs::{ChartInputs, PlotLayers};

use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::{initial, text};

/// Draws `inputs`. The outer `<svg>`, which is `plot`, fills the available space; the plot area inside it is placed in percent, and
/// the curve is stretched into it. So nothing is measured, text keeps its size at any width, and the server's markup is final.
#[component]
pub(super) fn Chart(
    name: Signal<String>,
    inputs: ChartInputs,
    layers: PlotLayers,
    plot: NodeRef<svg::Svg>,
) -> impl IntoView {
    let elements = Elements { curve: NodeRef::new(), cursor: NodeRef::new(), marker: NodeRef::new() };
    let axes = text(move || inputs.model.with(|model| layers.markup(model)).into_string());
    let [path, x1, x2, cx, cy] = initial(move || {
        let (line, x) = (inputs.line(), inputs.x());
        let left = percent(x);
        [line.path(), left.clone(), left.clone(), left, percent(line.at(x))]
    });
    let visibility = text(move || {
        let is_blank = inputs.model.with(|model| model.blank.is_some());
        if is_blank { "hidden" } else { "visible" }.to_owned()
    });
    keep_up_to_date(inputs, elements);
    view! {
        <svg
            node_ref=plot
            data-part="plot"
            role="img"
            aria-label=name
            width="100%"
            height="280"
            overflow="visible"
        >
            <svg data-part="plot-area" x="10%" y="13%" width="87%" height="67%" overflow="visible">
                <g data-part="axes" inner_html=axes></g>
                <g visibility=visibility>
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
                    </svg>
                    <line
                        node_ref=elements.cursor
                        data-part="cursor"
                        x1=x1
                        x2=x2
                        y2="100%"
                        stroke="var(--lora-rank-explorer-cursor, currentColor)"
                        stroke-dasharray="4 4"
                    ></line>
                    <circle
                        node_ref=elements.marker
                        data-part="marker"
                        cx=cx
                        cy=cy
                        r="6"
                        fill="var(--lora-rank-explorer-marker, currentColor)"
                    ></circle>
                </g>
            </svg>
        </svg>
    }
}
