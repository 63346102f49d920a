//! The options that help to choose a rank, each live beside the source file it was compiled from.

mod axes;
mod comparison;
mod cost;
mod german;
mod ladder;
mod logarithm;
mod markers;
mod numbers;
mod observed;
mod pointing;
mod take_away;
mod targets;
mod together;

use leptos::prelude::*;

use crate::section::SectionTitle;
use crate::usage::Usage;

#[component]
pub fn Choosing() -> impl IntoView {
    view! {
        <section id="choose" aria-labelledby="choose-title">
            <SectionTitle id="choose" title="From seeing to choosing" />
            <p>
                "Each of these is an optional prop of the same component. They need the second stylesheet, "
                <code>"optional-parts.css"</code>"; a page that uses none of them pays for none."
            </p>
            <Usage
                id="choose-together"
                title="Together"
                text="Rules, suggestions, cost, a logarithmic axis, pointing and exact numbers in one explorer."
                code=include_str!("together.rs")
                html=include_str!("together.html")
            >
                <together::Together />
            </Usage>
            <Usage
                id="choose-targets"
                title="Targets"
                text="Rules as other tools apply them, each with the rank that its tool gives. Select one to choose its rank."
                code=include_str!("targets.rs")
                html=include_str!("targets.html")
            >
                <targets::Targets />
            </Usage>
            <Usage
                id="choose-markers"
                title="Suggestions"
                text="Ranks that the spectrum itself suggests, by published definitions, and ranks of your own. A suggestion that does not apply says why."
                code=include_str!("markers.rs")
                html=include_str!("markers.html")
            >
                <markers::Markers />
            </Usage>
            <Usage
                id="choose-cost"
                title="What a rank costs"
                text="Parameters, bytes and share of the weights, and a line at the break-even rank, where B and A hold as many numbers as W, if the axis reaches that far."
                code=include_str!("cost.rs")
                html=include_str!("cost.html")
            >
                <cost::Cost />
            </Usage>
            <Usage
                id="choose-doublings"
                title="Many ranks"
                text="Axis and slider give each doubling the same width. The arrow keys reach every one of the 4096 ranks."
                code=include_str!("axes.rs")
                html=include_str!("axes.html")
            >
                <axes::Doublings />
            </Usage>
            <Usage
                id="choose-ladder"
                title="A few ranks"
                text="A ladder of ranks to choose from, and the residual in percent."
                code=include_str!("ladder.rs")
                html=include_str!("ladder.html")
            >
                <ladder::Ladder />
            </Usage>
            <Usage
                id="choose-logarithm"
                title="Small residuals"
                text="The residual on a logarithmic axis. An exact zero has its own line, below a break."
                code=include_str!("logarithm.rs")
                html=include_str!("logarithm.html")
            >
                <logarithm::Logarithm />
            </Usage>
            <Usage
                id="choose-comparison"
                title="Several layers"
                text="Up to six more spectra on the same axes, each relative to its own norm and told apart by dash, letter and colour."
                code=include_str!("comparison.rs")
                html=include_str!("comparison.html")
            >
                <comparison::Layers />
            </Usage>
            <Usage
                id="choose-pointing"
                title="Pointing at the plot"
                text="Point to preview, click or drag to choose, press Escape to undo. The slider does the same from the keyboard."
                code=include_str!("pointing.rs")
                html=include_str!("pointing.html")
            >
                <pointing::Pointed />
            </Usage>
            <Usage
                id="choose-observed"
                title="Measured quality"
                text="What models score at the ranks that were tried, on an axis of its own: here a synthetic task. Where the two curves part, the residual no longer predicts the quality. The words are explained below the explorer."
                code=include_str!("observed.rs")
                html=include_str!("observed.html")
            >
                <observed::Observed />
            </Usage>
            <Usage
                id="choose-numbers"
                title="Exact numbers"
                text="A field for the rank, and the curve as a table of a dozen selected ranks."
                code=include_str!("numbers.rs")
                html=include_str!("numbers.html")
            >
                <numbers::Exact />
            </Usage>
            <Usage
                id="choose-take-away"
                title="Export"
                text="The choice as PEFT patterns or kohya arguments, the curve as CSV or JSON, the picture as a stand-alone SVG. The library makes the texts; the page copies and saves them."
                code=include_str!("take_away.rs")
            >
                <take_away::TakeAway />
            </Usage>
            <Usage
                id="choose-labels"
                title="Another language"
                text="Every text and every number of the component in German."
                code=include_str!("german.rs")
            >
                <german::German />
            </Usage>
        </section>
    }
}
