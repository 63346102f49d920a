//! The plot as markup: axes with their labels, the curve, and on top the dashed vertical cursor and the marker dot.

use leptos::prelude::*;

use super::axes::axes;
use super::drawing::draw;
use super::format;
use super::labels::Wording;
use super::parts::{OnPlot, Overlay};
use super::picture::Picture;
use crate::Transition;
use crate::plot::Polyline;

/// What the plot shows: a picture, the rank under the marker, and how the marker moves.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub picture: Memo<Picture>,
    pub r: Memo<usize>,
    pub transition: Transition,
}

/// What stands around the curve, and what else lives in the plot.
#[derive(Clone)]
pub(super) struct Decoration {
    pub wording: Wording,
    pub overlay: Option<Overlay>,
    pub on_plot: Option<OnPlot>,
}

impl Decoration {
    /// Axes and overlays.
    pub(super) fn markup(&self, picture: &Picture) -> String {
        let overlay = self.overlay.as_ref().map_or_else(String::new, |overlay| overlay(picture));
        axes(picture, &self.wording) + &overlay
    }
}

/// Draws `shown`: a server prints the markup, a browser takes what the server printed or [`draw`]s it.
#[component]
pub(super) fn Chart(name: Signal<String>, shown: Shown, decoration: Decoration) -> impl IntoView {
    let markup = cfg!(feature = "ssr").then(|| untrack(|| shown.markup(&decoration)));
    view! {
        <svg
            data-part="plot"
            role="img"
            aria-label=name
            width="100%"
            height="280"
            overflow="visible"
            inner_html=markup
            use:draw=(shown, decoration, Owner::current())
        ></svg>
    }
}

impl Shown {
    /// The cursor's place in the plot.
    pub(super) fn place(self) -> f64 {
        self.picture.with(|picture| picture.plot.ranks.to_frame(self.r.get() as f64))
    }

    pub(super) fn line(self) -> Polyline {
        self.picture.with(|picture| picture.plot.line.clone())
    }

    /// The content of the plot. The outer `<svg>` takes the room it gets; the plot area inside it is placed in percent and the
    /// curve stretched into it, so that nothing is measured, text keeps its size at any width, and the server's picture is
    /// the final one.
    pub(super) fn markup(self, decoration: &Decoration) -> String {
        let x = self.place();
        self.picture.with(|picture| {
            let (axes, path) = (decoration.markup(picture), picture.plot.line.path());
            let (x, y) = (format::percent(x), format::percent(picture.plot.line.at(x)));
            [
                r#"<svg data-part="plot-area" x="10%" y="13%" width="87%" height="67%" overflow="visible"><g data-part="axes">"#,
                &axes,
                r#"</g><svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none"><path data-part="curve" d=""#,
                &path,
                r#"" fill="none" stroke="var(--lora-rank-explorer-curve, currentColor)" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" vector-effect="non-scaling-stroke"/></svg><line data-part="cursor" x1=""#,
                &x,
                r#"" x2=""#,
                &x,
                r#"" y2="100%" stroke="var(--lora-rank-explorer-cursor, currentColor)" stroke-dasharray="4 4"/><circle data-part="marker" cx=""#,
                &x,
                r#"" cy=""#,
                &y,
                r#"" r="6" fill="var(--lora-rank-explorer-marker, currentColor)"/></svg>"#,
            ]
            .concat()
        })
    }
}
