//! [`ExplorerAxes`]: the explorer over other axes than the default ones.

use std::sync::Arc;

use leptos::leptos_dom::logging::console_warn;
use leptos::prelude::*;

use super::Extras;
use crate::decimal::{fixed, scientific};
use crate::erased::{effect, text};
use crate::explorer::format::{self, either, percent};
use crate::explorer::labels::{Quantity, Wording};
use crate::explorer::picture::Picture;
use crate::explorer::target::Target;
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
    /// Starts the part: here, so that its code comes with the axes.
    pub start: fn(ReadAxes, Memo<Target>, Signal<Metric>, &mut Extras) -> Started,
}

pub(in crate::explorer) type ReadAxes = Arc<dyn Fn() -> Axes + Send + Sync>;

/// The picture in the place of the default one, and the smallest rank on it.
pub(in crate::explorer) type Started = (Memo<Picture>, Signal<usize>);

impl From<Axes> for ExplorerAxes {
    fn from(axes: Axes) -> Self {
        (move || axes.clone()).into()
    }
}

impl<Read: Fn() -> Axes + Send + Sync + 'static> From<Read> for ExplorerAxes {
    fn from(read: Read) -> Self {
        let start = |axes: ReadAxes, target, metric: Signal<Metric>, extras: &mut Extras| {
            start(target, extras, Box::new(move |spectrum| paint(spectrum, metric.get(), &axes(), Vec::new())))
        };
        Self(Some(AxesProp { read: Arc::new(read), start }))
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
pub(super) type Paint = Box<dyn Fn(&Spectrum) -> Picture + Send + Sync>;

/// Makes the picture, its slider's scale, the break of a logarithmic axis, and a note where something is wrong with the axes.
pub(super) fn start(target: Memo<Target>, extras: &mut Extras, paint: Paint) -> Started {
    let picture = Memo::new(move |_| target.with(|target| paint(&target.spectrum)));
    extras.scale = SliderScale::following(Signal::derive(move || picture.with(|picture| picture.plot.ranks.clone())));
    extras.add_overlay(|picture| picture.plot.residuals.gap().map_or_else(String::new, axis_break));
    let note = text(move || picture.with(|picture| Detail::of(picture).map_or_else(String::new, Detail::note)));
    effect(move || {
        let note = note.get();
        if !note.is_empty() {
            console_warn(&format!("<LoRaRankExplorer>: {note}"));
        }
    });
    extras.add_view(view! { <p data-part="axes-note">{note}</p> });
    (picture, Signal::derive(move || picture.with(|picture| picture.plot.ranks.first())))
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
    let (residual_name, divisor) = match plotted.view {
        ResidualView::Absolute => ("residual", ""),
        ResidualView::Relative => ("relative residual", r#"<tspan dy="-.225em"> / ‖W‖</tspan>"#),
        ResidualView::Percent => ("relative residual", r#"<tspan dy="-.225em"> / ‖W‖ in %</tspan>"#),
        ResidualView::OfBase(_) => ("residual over base norm", r#"<tspan dy="-.225em"> / base norm</tspan>"#),
    };
    let view = Some(SharedView(Arc::new(detail)));
    Picture { plot: plotted.own, curve, max_rank: spectrum.max_rank(), residual_name, divisor, view }
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
    /// What was drawn on `picture`, where the axes are not the default ones.
    pub fn of(picture: &Picture) -> Option<&Self> {
        picture.view.as_ref().map(|view| view.0.detail())
    }

    fn note(&self) -> String {
        let problems: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        if problems.is_empty() {
            return String::new();
        }
        format!("Invalid axes: {}. Showing the default instead.", problems.join("; "))
    }

    fn print(&self, wording: &Wording, value: f64, curve: &ResidualCurve) -> String {
        match self.view.of(value, curve) {
            None => "–".to_owned(),
            Some(percent) if self.view == ResidualView::Percent => {
                wording.print(Quantity::Share(percent / 100.0), percentage(percent))
            }
            Some(residual) => wording.print(Quantity::Residual(residual), format::residual(residual)),
        }
    }
}

impl View for Detail {
    fn residual(&self, wording: &Wording, curve: &ResidualCurve, rank: usize) -> String {
        let range = curve.residual_range(rank);
        either(self.print(wording, *range.start(), curve), self.print(wording, *range.end(), curve))
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
