//! The marker dot and the dashed vertical cursor on the current rank: the only elements that an animation frame touches.

use leptos::prelude::*;

use crate::decimal::fixed;
use crate::erased::text;
use crate::plot::{FRAME, Polyline};

/// Draws the cursor at `position` (thousandths of the plot's width) and the marker where it meets `line`.
#[component]
pub(super) fn Cursor(position: ReadSignal<Polyline>, line: ReadSignal<Polyline>) -> impl IntoView {
    // A spring may swing past the last rank; the curve ends there, and so does the walk.
    let x = move || position.with(|position| position.at(0.0).clamp(0.0, FRAME));
    let left = text(move || percent(x()));
    let top = text(move || percent(line.with(|line| line.at(x()))));
    view! {
        <line
            data-part="cursor"
            x1=left
            x2=left
            y2="100%"
            stroke="var(--lora-rank-explorer-cursor, currentColor)"
            stroke-dasharray="4 4"
        />
        <circle
            data-part="marker"
            cx=left
            cy=top
            r="6"
            fill="var(--lora-rank-explorer-marker, currentColor)"
        />
    }
}

/// Thousandths of the plot as an SVG percentage with fixed decimals.
pub(super) fn percent(coordinate: f64) -> String {
    fixed(coordinate / (FRAME / 100.0), 2) + "%"
}
