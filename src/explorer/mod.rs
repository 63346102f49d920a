//! `<LoRaRankExplorer>`: wires target, rank and metric to the picture.
//!
//! 1. The target becomes a spectrum, once per target.
//! 2. The spectrum becomes a residual curve, once per metric.
//! 3. The curve becomes a plot.
//! 4. The rank, the parent's or its own, is clamped to what the curve has.
//! 5. Rank and curve give the texts; rank and plot give the cursor's place; springs carry cursor and curve there.

mod axes;
mod chart;
mod drawing;
mod format;
mod id;
#[cfg(feature = "islands")]
mod island;
mod readout;
mod target;

use leptos::leptos_dom::logging::console_warn;
use leptos::prelude::*;

use crate::erased::{effect, text};
use crate::plot::Plot;
use crate::slider::Controlled;
use crate::{LabeledSlider, Metric, ResidualCurve, Spectrum, Transition};
use chart::{Chart, Shown};
#[cfg(feature = "islands")]
pub use island::{LoRaRankExplorerIsland, LoRaRankExplorerIslandProps};
use readout::{Readout, Summary};
use target::Target;
pub use target::{IntoMatrix, IntoTargetMatrix, TargetMatrix, TargetSpectrum};

/// What one spectrum looks like in one metric.
#[derive(Clone, PartialEq)]
struct Picture {
    curve: ResidualCurve,
    plot: Plot,
    /// That of the matrix; the curve ends at what is known.
    max_rank: usize,
}

impl Picture {
    fn new(spectrum: &Spectrum, metric: Metric) -> Self {
        let curve = ResidualCurve::new(spectrum, metric);
        Self { plot: Plot::new(&curve), curve, max_rank: spectrum.max_rank() }
    }

    /// Of how many ranks these are the first, with a comma before it; empty where they are all.
    fn extent(&self) -> String {
        match (self.curve.max_rank(), self.max_rank) {
            (known, all) if known < all => format!(", the first {known} of {all}"),
            _ => String::new(),
        }
    }
}

/// Plots the residual ‖W − BᵣAᵣ‖ of the best rank-r approximation against r, with a slider, a marker that walks the curve,
/// and a readout of residual and captured energy.
///
/// Uncontrolled with `default_r`, or controlled with `r` and `on_r_change`. It renders the same on the server and in the
/// browser, and moves nothing when it appears.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, Metric};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let r = RwSignal::new(2);
///     view! {
///         <LoRaRankExplorer default_r=1 />
///         <LoRaRankExplorer r on_r_change=move |rank| r.set(rank) metric=Metric::Spectral />
///     }
/// }
/// ```
#[component]
pub fn LoRaRankExplorer(
    /// The matrix W: rows of numbers, or a signal of them. Rows that are empty, of different lengths or not finite show the
    /// default *and say so*. Default is a synthetic 8×8 with two dominant directions ([`Matrix::default`](crate::Matrix::default)).
    #[prop(into, optional)]
    target_matrix: Option<TargetMatrix>,
    /// A spectrum from elsewhere, plain or a signal, in place of `target_matrix`. Where only the first k singular values are
    /// known, the axis ends at k, and what is known as a range only is drawn and printed as one. Default is none.
    #[prop(into, optional)]
    spectrum: Option<TargetSpectrum>,
    /// The rank, where the parent controls it; clamped to [1, min(rows, cols)]. Pair it with `on_r_change`. Default is
    /// none: the component keeps its own.
    #[prop(into, optional)]
    r: Option<Signal<usize>>,
    /// The first rank of a component that keeps its own; clamped likewise. Default is 1.
    #[prop(default = 1)]
    default_r: usize,
    /// Runs once for each change that the person makes, never for one that the program makes. Default is none.
    #[prop(into, optional)]
    on_r_change: Option<Callback<usize>>,
    /// Which norm the curve shows. Default is [`Metric::Frobenius`].
    #[prop(into, optional)]
    metric: Signal<Metric>,
    /// How marker and cursor move. The curve always uses [`Spring::SMOOTH`](crate::Spring::SMOOTH).
    /// Default is [`Spring::SNAP`](crate::Spring::SNAP).
    #[prop(into, optional)]
    transition: Transition,
    /// Classes for the root element, beside its own. Default is none.
    #[prop(into, optional)]
    class: Option<Signal<String>>,
) -> impl IntoView {
    let TargetMatrix(target) = match spectrum {
        Some(TargetSpectrum(target)) => target,
        None => target_matrix.unwrap_or_default(),
    };
    let picture = Memo::new(move |_| target.with(|target| Picture::new(&target.spectrum, metric.get())));
    let max_rank = Signal::derive(move || picture.with(|picture| picture.curve.max_rank()));

    let rank = Controlled::new(r, default_r, Signal::stored(1), max_rank, on_r_change);
    let r = rank.shown();

    let size = text(move || target.with(|target| format!("{}×{}", target.spectrum.rows(), target.spectrum.cols())));
    let metric_name = text(move || metric.get().name().to_owned());
    let residual = text(move || picture.with(|picture| format::residuals(picture.curve.residual_range(r.get()))));
    let captured_energy =
        text(move || picture.with(|picture| format::percentages(picture.curve.captured_energy_range(r.get()))));
    let caption = text(move || format!("{} · {} · r={}", size.get(), metric_name.get(), r.get()));
    let value_text =
        text(move || format!("rank {}, residual {}, {} of energy", r.get(), residual.get(), captured_energy.get()));
    let summary = text(move || {
        let (size, metric, r, residual) = (size.get(), metric_name.get(), r.get(), residual.get());
        let (note, extent) = (target.with(Target::note), picture.with(Picture::extent));
        let extent = if extent.is_empty() { extent } else { extent + " singular values known" };
        format!("{note}LoRA reconstruction curve. Target is {size}{extent}. {metric} residual at r={r}: {residual}.")
    });
    let class = text(move || match class {
        Some(class) => "lora-rank-explorer ".to_owned() + &class.get(),
        None => "lora-rank-explorer".to_owned(),
    });
    effect(move || {
        if target.with(|target| target.problem.is_some()) {
            console_warn(&format!("<LoRaRankExplorer>: {}", target.with(Target::note)));
        }
    });

    view! {
        <div
            data-lora-rank-explorer=""
            role="figure"
            aria-label="Reconstruction vs rank"
            class=class
        >
            <Summary summary />
            <header data-part="header">
                <span data-part="title">"Reconstruction vs rank"</span>
                " "
                <span data-part="caption">{caption}</span>
            </header>
            <p data-part="note" inner_html=text(move || target.with(Target::note))></p>
            <Chart id=id::unique_id() + "-title" shown=Shown { picture, r, transition } />
            <LabeledSlider label="Rank" max=max_rank value=r on_change=move |r| rank.request(r) value_text dir="ltr" />
            <Readout metric_name residual captured_energy />
        </div>
    }
}
