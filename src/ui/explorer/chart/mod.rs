//! The plot: labelled axes, the curve, and on top the dashed vertical cursor, the marker dot, and its rank and residual at the axes.

mod axes;
mod draw;
pub(crate) mod inputs;
mod moving;

use leptos::prelude::*;

use draw::keep_up_to_date;
use inputs::{ChartInputs, PlotLayers};

use crate::ui::animation::ReadTransition;
use crate::ui::element_ref::ElementRef;
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
    plot: ElementRef,
) -> impl IntoView {
    let moving = ElementRef::new();
    let axes = text(move || {
        // Not tracked: while the marker moves, it shows and hides labels itself.
        let covered = untrack(|| inputs.covered_ticks(inputs.x(), &inputs.line()));
        inputs.model.with(|model| layers.markup(model, covered)).into_string()
    });
    let [start] = initial(move || [moving::markup(inputs, &rank.get(), &residual.get()).into_string()]);
    let visibility = text(move || {
        let is_blank = inputs.model.with(|model| model.blank.is_some());
        if is_blank { "hidden" } else { "visible" }.to_owned()
    });
    keep_up_to_date(inputs, transition, moving, rank, residual);
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
                <g node_ref=moving visibility=visibility fill="currentColor" inner_html=start></g>
            </svg>
        </svg>
    }
}
