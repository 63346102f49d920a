//! What helps to choose, each option live beside the file that was compiled for it.

mod axes;
mod comparison;
mod cost;
mod german;
mod ladder;
mod logarithm;
mod markers;
mod numbers;
mod pointing;
mod take_away;
mod targets;
mod together;

use leptos::prelude::*;

use crate::usage::Usage;

#[component]
pub fn Choosing() -> impl IntoView {
    view! {
        <section id="choose" aria-labelledby="choose-title">
            <h2 id="choose-title">"From seeing to choosing"</h2>
            <p>
                "Each of these is an option of the same component. They need the second stylesheet, "
                <code>"optional-parts.css"</code>"; a page without them does not pay for them."
            </p>
            <Usage
                id="choose-together"
                title="Together"
                text="Rules, suggestions, cost, a logarithmic axis, pointing and exact numbers in one picture."
                code=include_str!("together.rs")
            >
                <together::Together />
            </Usage>
            <Usage
                id="choose-targets"
                title="Targets"
                text="Rules as other tools apply them, each with the integer that its tool gives. Activate one to take its rank."
                code=include_str!("targets.rs")
            >
                <targets::Targets />
            </Usage>
            <Usage
                id="choose-markers"
                title="Suggestions"
                text="Ranks that the spectrum itself suggests, by published definitions, and ranks of your own. One that does not apply says why."
                code=include_str!("markers.rs")
            >
                <markers::Markers />
            </Usage>
            <Usage
                id="choose-cost"
                title="What a rank costs"
                text="Parameters, bytes and share of the weights, and a dotted line where nothing is saved any more, if the axis reaches that far."
                code=include_str!("cost.rs")
            >
                <cost::Cost />
            </Usage>
            <Usage
                id="choose-doublings"
                title="Many ranks"
                text="Ranks by doublings, on the axis and on the slider. Every one of the 4096 can be reached with the arrow keys."
                code=include_str!("axes.rs")
            >
                <axes::Doublings />
            </Usage>
            <Usage
                id="choose-ladder"
                title="A few ranks"
                text="A ladder of ranks to choose from, and the residual in percent."
                code=include_str!("ladder.rs")
            >
                <ladder::Ladder />
            </Usage>
            <Usage
                id="choose-logarithm"
                title="Small residuals"
                text="The residual by powers of ten. An exact zero stands on its own line, below a break."
                code=include_str!("logarithm.rs")
            >
                <logarithm::Logarithm />
            </Usage>
            <Usage
                id="choose-comparison"
                title="Several layers"
                text="Up to six more spectra over the same axes, told apart by dash, letter and colour, relative to their own norm."
                code=include_str!("comparison.rs")
            >
                <comparison::Layers />
            </Usage>
            <Usage
                id="choose-pointing"
                title="On the curve"
                text="Point to preview, click or drag to choose, Escape to take it back. The slider does the same from the keyboard."
                code=include_str!("pointing.rs")
            >
                <pointing::Pointed />
            </Usage>
            <Usage
                id="choose-numbers"
                title="Exact numbers"
                text="A field for the rank, and the curve as a table of a dozen telling ranks."
                code=include_str!("numbers.rs")
            >
                <numbers::Exact />
            </Usage>
            <Usage
                id="choose-take-away"
                title="Export"
                text="The choice as PEFT patterns or kohya arguments, the curve as CSV or JSON, the picture as a stand-alone SVG. The library makes the texts; clipboard and files are the page's."
                code=include_str!("take_away.rs")
            >
                <take_away::TakeAway />
            </Usage>
            <Usage
                id="choose-labels"
                title="Other words"
                text="Every text and every number of the component in another language."
                code=include_str!("german.rs")
            >
                <german::German />
            </Usage>
        </section>
    }
}
