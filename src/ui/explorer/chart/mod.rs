//! The plot as markup: labelled axes, the curve, and on top the dashed vertical cursor and the marker dot.

mod axes;
mod draw;
pub(crate) mod inputs;

use leptos::prelude::*;

use draw::draw;
use inputs::{ChartInputs, PlotLayers};

/// Draws `inputs`: a server prints the markup; a browser adopts the server's markup or [`draw`]s it.
#[component]
pub(super) fn Chart(name: Signal<String>, inputs: ChartInputs, layers: PlotLayers) -> impl IntoView {
    let markup = cfg!(feature = "ssr").then(|| untrack(|| inputs.markup(&layers)));
    view! {
        <svg
            data-part="plot"
            role="img"
            aria-label=name
            width="100%"
            height="280"
            overflow="visible"
            inner_html=markup
            use:draw=(inputs, layers, Owner::current())
        ></svg>
    }
}
