//! The reference: props, keyboard and screen reader.

use leptos::prelude::*;

use crate::section::SectionTitle;

const PROPS: [[&str; 4]; 22] = [
    [
        "target_matrix",
        "rows of f64 or f32, or a Matrix; plain, an Option, a signal, a closure, a resource",
        "synthetic 8×8",
        "The matrix W. If the rows do not form a matrix, the default is shown and a note says why. None is an empty frame.",
    ],
    [
        "spectrum",
        "Spectrum; plain, an Option, a Result, a signal, a closure, a resource",
        "–",
        "A spectrum computed elsewhere; overrides target_matrix. If only its first values are known, the axis ends there.",
    ],
    ["r", "usize, plain or a signal", "–", "The rank, if the parent controls it; clamped to [1, min(rows, cols)]."],
    ["default_r", "usize", "1", "The initial rank of an explorer that keeps its own."],
    ["on_r_change", "callback of usize", "–", "Runs once for each change that the person makes."],
    [
        "metric",
        "Metric, plain or a signal",
        "Frobenius",
        "Frobenius: √(Σ σⱼ² over j > r), everything left out. Spectral: σᵣ₊₁, the largest value left out.",
    ],
    [
        "transition",
        "Transition, plain or a signal",
        "Spring::SNAP",
        "How marker and cursor move. The curve always uses Spring::SMOOTH.",
    ],
    ["title", "text, or a signal", "Reconstruction vs rank", "The title, and the accessible name."],
    ["sentence", "bool", "false", "The curve in a sentence below the plot. Screen readers have it in any case."],
    ["class", "string, plain or a signal", "–", "Classes for the root element, in addition to its own."],
    [
        "on_rank_commit",
        "callback of usize",
        "–",
        "Runs when the person has decided: at the end of a drag, or after a key, a click or an entry.",
    ],
    [
        "targets",
        "RankRules or RankTargets, plain or a closure",
        "–",
        "Rules of other tools, as ticks and as buttons that set their rank.",
    ],
    [
        "markers",
        "RankSuggestions or RankMarkers, plain or a closure",
        "–",
        "Ranks that the spectrum suggests, or why it suggests none.",
    ],
    [
        "cost",
        "RankCost, plain, a Result, a signal or a closure; ShowCost::of for a function of the spectrum",
        "–",
        "Parameters, bytes, share of W, and the break-even rank, where B and A hold as many numbers as W.",
    ],
    [
        "axes",
        "Axes, plain or a signal",
        "linear, absolute",
        "Ranks on a logarithmic scale or a ladder, up to max_rank; residuals in other views.",
    ],
    ["compare", "Comparison, plain or a signal", "–", "Up to six other spectra on the same axes, with a legend."],
    ["pointing", "Pointing", "–", "Previewing and choosing on the plot itself, with on_preview."],
    [
        "observations",
        "Observations, plain or a closure",
        "–",
        "Scores that were measured at some ranks, on an axis of their own; read from CSV with Observations::from_csv.",
    ],
    [
        "noise_floor",
        "NoiseFloor, plain, an Option, a signal or a closure",
        "–",
        "The residual that noise alone would leave, as a dashed line: below it, a higher rank keeps mostly noise.",
    ],
    ["terms", "a list of Terms", "–", "Words to explain below the explorer, each with its formula."],
    ["numbers", "Numbers", "–", "A field for the exact rank, a table of a dozen ranks, or both."],
    [
        "labels",
        "Labels",
        "those of the context, or English",
        "Your own wording for every text and notation for every number.",
    ],
];

const KEYS: [[&str; 2]; 4] = [
    ["Arrow keys", "one rank up or down"],
    ["Page Up, Page Down", "a tenth of the ranks, at least one"],
    ["Home", "rank 1"],
    ["End", "the largest rank"],
];

#[component]
pub fn Props() -> impl IntoView {
    view! {
        <section id="props" aria-labelledby="props-title">
            <SectionTitle id="props" title="Props" />
            <p>"All props are optional."</p>
            <div class="scroll" role="region" aria-label="Table of props" tabindex="0">
                // The roles are those of the elements, which some browsers forget where the stylesheet stacks rows to cards.
                <table class="cards" role="table">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th scope="col" role="columnheader">"Prop"</th>
                            <th scope="col" role="columnheader">"Type"</th>
                            <th scope="col" role="columnheader">"Default"</th>
                            <th scope="col" role="columnheader">"Meaning"</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        {PROPS
                            .map(|[name, kind, default, meaning]| {
                                view! {
                                    <tr role="row">
                                        <th scope="row" role="rowheader">
                                            <code>{name}</code>
                                        </th>
                                        <td role="cell" data-label="Type">{kind}</td>
                                        <td role="cell" data-label="Default">{default}</td>
                                        <td role="cell">{meaning}</td>
                                    </tr>
                                }
                            })}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
pub fn Accessibility() -> impl IntoView {
    view! {
        <section id="accessibility" aria-labelledby="accessibility-title">
            <SectionTitle id="accessibility" title="Accessibility" />
            <div class="columns">
                <table>
                    <caption>"Keys on the slider"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Key"</th>
                            <th scope="col">"Goes to"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {KEYS
                            .map(|[key, effect]| {
                                view! {
                                    <tr>
                                        <th scope="row">{key}</th>
                                        <td>{effect}</td>
                                    </tr>
                                }
                            })}
                    </tbody>
                </table>
                <ul>
                    <li>"The slider is a native range input whose value text gives rank, residual and energy."</li>
                    <li>"The plot is one image with a name; the numbers are text below it."</li>
                    <li>"A polite live region announces the summary once the rank has stayed the same for half a second, unless the slider has just said it."</li>
                    <li>"Colour is never the only signal. Light, dark, forced colours and increased contrast are supported."</li>
                    <li>"With reduced motion, marker and curve jump."</li>
                    <li>"Everything works down to a width of 320 px, and at twice the text size."</li>
                </ul>
            </div>
        </section>
    }
}
