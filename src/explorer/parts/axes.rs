//! [`ExplorerAxes`]: the explorer over other axes than the default ones.

use std::sync::Arc;

use leptos::leptos_dom::logging::console_warn;
use leptos::prelude::*;

use super::{Extras, Part, Scene};
use crate::decimal::{fixed, scientific};
use crate::erased::{effect, text};
use crate::explorer::format::{self, either, percent};
use crate::explorer::labels::{Labels, Quantity};
use crate::explorer::picture::Picture;
use crate::explorer::view::{SharedView, View};
use crate::plot::Plot;
use crate::{Axes, AxesError, Metric, ResidualCurve, ResidualView, SliderScale, Spectrum};

/// What `axes` accepts: [`Axes`], or a signal, memo or closure of them. Default are linear axes over all known ranks.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{Axes, LoRaRankExplorer, RankScale, ResidualView};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let max_rank = RwSignal::new(64);
///     view! {
///         <LoRaRankExplorer axes=Axes::new().rank_scale(RankScale::Log2) />
///         <LoRaRankExplorer axes=move || Axes::new().residual_view(ResidualView::Relative).max_rank(max_rank.get()) />
///     }
/// }
/// ```
#[derive(Default)]
pub struct ExplorerAxes(pub(in crate::explorer) Option<AxesProp>);

pub(in crate::explorer) struct AxesProp {
    pub read: ReadAxes,
    /// What makes a painter of them: here, so that it comes with the axes.
    pub painter: fn(ReadAxes) -> Painter,
}

pub(in crate::explorer) type ReadAxes = Arc<dyn Fn() -> Axes + Send + Sync>;

impl From<Axes> for ExplorerAxes {
    fn from(axes: Axes) -> Self {
        (move || axes.clone()).into()
    }
}

impl<Read: Fn() -> Axes + Send + Sync + 'static> From<Read> for ExplorerAxes {
    fn from(read: Read) -> Self {
        let painter =
            |read: ReadAxes| Painter::new(move |spectrum, metric| paint(spectrum, metric, &read(), Vec::new()));
        Self(Some(AxesProp { read: Arc::new(read), painter }))
    }
}

// With `nightly`, signals are closures and the impl above covers them.
#[cfg(not(feature = "nightly"))]
macro_rules! signals {
    ($($signal:ident),*) => {$(
        impl From<$signal<Axes>> for ExplorerAxes {
            fn from(axes: $signal<Axes>) -> Self {
                (move || axes.get()).into()
            }
        }
    )*};
}

#[cfg(not(feature = "nightly"))]
signals!(Signal, RwSignal, ReadSignal, Memo);

/// What draws in the place of [`Picture::new`].
pub(in crate::explorer) struct Painter {
    pub paint: Paint,
    pub scale: fn(Memo<Picture>) -> SliderScale,
    pub part: Part,
}

pub(in crate::explorer) type Paint = Box<dyn Fn(&Spectrum, Metric) -> Picture + Send + Sync>;

impl Painter {
    pub(super) fn new(paint: impl Fn(&Spectrum, Metric) -> Picture + Send + Sync + 'static) -> Self {
        Self { paint: Box::new(paint), scale, part: Box::new(install) }
    }
}

/// A curve beside the explorer's own.
pub(in crate::explorer) struct Other {
    pub name: String,
    pub curve: ResidualCurve,
}

/// The picture of `spectrum` over `axes`, with `others` beside it.
pub(super) fn paint(spectrum: &Spectrum, metric: Metric, axes: &Axes, others: Vec<Other>) -> Picture {
    let curve = ResidualCurve::new(spectrum, metric);
    let curves: Vec<ResidualCurve> = others.iter().map(|other| other.curve.clone()).collect();
    let plotted = axes.plot(&curve, &curves);
    let plots = plotted.others;
    let detail = Detail { view: plotted.view, problems: plotted.problems, others, plots };
    Picture { plot: plotted.own, curve, max_rank: spectrum.max_rank(), view: Some(SharedView(Arc::new(detail))) }
}

fn scale(picture: Memo<Picture>) -> SliderScale {
    SliderScale::following(Signal::derive(move || picture.with(|picture| picture.plot.ranks.clone())))
}

/// The break of a logarithmic axis, and what is wrong with the axes.
fn install(scene: &Scene, extras: &mut Extras) {
    let picture = scene.picture;
    extras.add_overlay(|picture| picture.plot.residuals.gap().map_or_else(String::new, axis_break));
    let note = text(move || picture.with(|picture| picture.detail().map_or_else(String::new, Detail::note)));
    effect(move || {
        let note = note.get();
        if !note.is_empty() {
            console_warn(&format!("<LoRaRankExplorer>: {note}"));
        }
    });
    extras.add_view(view! { <p data-part="axes-note">{note}</p> });
}

fn axis_break(y: f64) -> String {
    format!(
        r#"<svg data-part="axis-break" y="{}" overflow="visible"><path d="M-6 1L6-5M-6 5L6-1" stroke="currentColor"/></svg>"#,
        percent(y)
    )
}

/// What was drawn, and how its residuals read.
pub(in crate::explorer) struct Detail {
    view: ResidualView,
    problems: Vec<AxesError>,
    pub others: Vec<Other>,
    /// Those of the others.
    pub plots: Vec<Plot>,
}

impl Detail {
    fn note(&self) -> String {
        let problems: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        if problems.is_empty() {
            return String::new();
        }
        format!("Invalid axes: {}. Showing the default instead.", problems.join("; "))
    }

    fn print(&self, labels: &Labels, value: f64, curve: &ResidualCurve) -> String {
        match self.view.of(value, curve) {
            None => "–".to_owned(),
            Some(percent) if self.view == ResidualView::Percent => {
                labels.print(Quantity::Share(percent / 100.0)).unwrap_or_else(|| percentage(percent))
            }
            Some(residual) => labels.print(Quantity::Residual(residual)).unwrap_or_else(|| format::residual(residual)),
        }
    }
}

impl View for Detail {
    fn residual_name(&self) -> &'static str {
        match self.view {
            ResidualView::Absolute => "residual",
            ResidualView::Relative | ResidualView::Percent => "relative residual",
            ResidualView::OfBase(_) => "residual over base norm",
        }
    }

    fn residual(&self, labels: &Labels, curve: &ResidualCurve, rank: usize) -> String {
        let range = curve.residual_range(rank);
        either(self.print(labels, *range.start(), curve), self.print(labels, *range.end(), curve))
    }

    fn divisor(&self) -> &'static str {
        match self.view {
            ResidualView::Absolute => "",
            ResidualView::Relative => " / ‖W‖",
            ResidualView::Percent => " / ‖W‖ in %",
            ResidualView::OfBase(_) => " / ‖base‖",
        }
    }

    fn detail(&self) -> &Detail {
        self
    }
}

/// A residual in percent with one decimal. Only an exact zero reads `0.0%`, and only the whole `100.0%`.
fn percentage(percent: f64) -> String {
    let digits = match percent {
        0.0 => fixed(0.0, 1),
        _ if (99.95..100.0).contains(&percent) => ">99.9".to_owned(),
        _ if (0.05..1e6).contains(&percent) => fixed(percent, 1),
        _ => scientific(percent, 1),
    };
    digits + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_nothing_is_zero_percent_and_only_all_a_hundred() {
        for (percent, text) in [
            (25.0207, "25.0%"),
            (0.0, "0.0%"),
            (0.04, "4.0e-2%"),
            (99.97, ">99.9%"),
            (100.0, "100.0%"),
            (2e300, "2.0e300%"),
        ] {
            assert_eq!(percentage(percent), text);
        }
    }
}
