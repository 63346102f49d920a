//! `<LoRaRankExplorer>`: wires target, rank and metric to the plot and its texts.
//!
//! 1. The target becomes a spectrum, once per target.
//! 2. The spectrum becomes a residual curve, once per metric.
//! 3. The curve becomes a plot.
//! 4. The rank, the parent's or the component's own, is clamped to the ranks on the axis.
//! 5. Rank and curve give the texts; rank and plot give the cursor's position; springs move cursor and curve there.

mod chart;
#[cfg(feature = "islands")]
mod island;
mod marker_transition;
mod model;
mod parts;
mod phrases;
mod readout;
mod sentence;
mod target;
mod text;

use std::sync::Arc;

use leptos::prelude::*;

use super::element_ref::ElementRef;
use super::reactive::text;
use crate::spectrum::curve::Metric;
use crate::ui::slider::commit::OnCommit;
use crate::ui::slider::controlled::{Controlled, ControlledValue};
use crate::ui::slider::labeled_slider::LabeledSlider;
use crate::ui::slider::scale::SliderScale;
use chart::Chart;
use chart::inputs::{ChartInputs, PlotLayers};
#[cfg(feature = "islands")]
pub use island::{LoRaRankExplorerIsland, LoRaRankExplorerIslandProps};
pub use marker_transition::MarkerTransition;
use model::CurveModel;
pub use parts::axes::ExplorerAxes;
pub use parts::comparison::{ComparedSpectra, Comparison};
pub use parts::cost::{IntoCost, ShowCost};
pub use parts::markers::{RankMarker, RankMarkers};
pub use parts::noise_floor::{NoiseFloor, ShowNoiseFloor};
pub use parts::numbers::Numbers;
pub use parts::observations::{IntoObservations, ObservedScores};
pub use parts::pointing::Pointing;
pub use parts::targets::{RankTarget, RankTargets};
pub use parts::terms::{Term, Terms};
pub use parts::trade_off::{TradeOff, TradeOffError};
use parts::{DecidedCurve, DecidedRank, ExplorerContext, Part, PartSlots};
use phrases::Phrases;
use readout::{Readout, Summary};
use sentence::curve_sentence;
use target::Source;
pub use target::matrix::{IntoMatrix, IntoTargetMatrix, TargetMatrix};
pub use target::spectrum::{IntoSpectrum, TargetSpectrum};
pub use text::curve_sentence::{CurveSentence, CurveShape, RankReading};
pub use text::labels::{Label, Labels, Quantity, Reading};

/// Plots the residual ‖W − BᵣAᵣ‖ of the best rank-r approximation against r, with a slider, a marker that follows the curve,
/// and a readout of residual and captured energy.
///
/// The component is uncontrolled with `default_r`, or controlled with `r` and `on_r_change`. Server and browser render the same,
/// and nothing moves when it appears.
///
/// Props take more than one type; the type of each prop says which. If the compiler refuses a value, the repository's
/// `docs/compiler-messages.md` has its message and what to write instead.
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
///         <LoRaRankExplorer r metric=Metric::Spectral />
///         <LoRaRankExplorer r on_r_change=move |rank: usize| r.set(rank.min(4)) />
///     }
/// }
/// ```
#[component]
pub fn LoRaRankExplorer(
    /// The matrix W: rows of numbers, a signal of them, or `None` while they are on their way. If the rows are empty, of different lengths or not finite, the default
    /// is shown *with a note that says why*. Default is a synthetic 8×8 matrix with two dominant directions
    /// ([`Matrix::default`](crate::Matrix::default)).
    #[prop(into, optional)]
    target_matrix: Option<TargetMatrix>,
    /// A spectrum computed elsewhere, plain or a signal; `None` while it is on its way; wins over `target_matrix`. If only the first k singular values are
    /// known, the axis ends at k, and numbers that are not known exactly are drawn and printed as ranges. Default is none.
    #[prop(into, optional)]
    spectrum: Option<TargetSpectrum>,
    /// The rank, if the parent controls it: a number or a signal, clamped to [1, min(rows, cols)], or to the axis if that has fewer
    /// ranks. An `RwSignal` alone is two-way; pair anything else with `on_r_change`. Default is none: the component keeps its own
    /// rank.
    #[prop(into, optional)]
    r: Option<ControlledValue>,
    /// The initial rank of an uncontrolled component; clamped like `r`. Default is 1.
    #[prop(default = 1)]
    default_r: usize,
    /// Called with the requested rank, once for each change that the person makes and never for changes by the program. Default
    /// is none.
    #[prop(into, optional)]
    on_r_change: Option<Callback<usize>>,
    /// The norm that the curve shows, plain or a signal. Default is [`Metric::Frobenius`].
    #[prop(into, optional)]
    metric: Signal<Metric>,
    /// Called with the current rank when the person has settled on one: at the end of a drag, or after a key, a click or an
    /// entry. Default is none.
    #[prop(into, optional)]
    on_rank_commit: OnCommit,
    /// How marker and cursor move, plain or a signal. Default is [`Spring::SNAP`](crate::Spring::SNAP). The curve always uses
    /// [`Spring::SMOOTH`](crate::Spring::SMOOTH).
    #[prop(into, optional)]
    transition: MarkerTransition,
    /// The title, plain or a signal, which is also the accessible name: give each of several explorers its own. Default is
    /// [`Label::Title`], `Reconstruction vs rank`.
    #[prop(into, optional)]
    title: Option<Signal<String>>,
    /// Whether the curve in a sentence stands below the plot. Screen readers have it in any case, as the description of the plot.
    /// Default is no.
    #[prop(optional)]
    sentence: bool,
    /// Additional classes for the root element, plain or a signal. Default is none.
    #[prop(into, optional)]
    class: Option<Signal<String>>,
    /// How the axes space and measure ranks and residuals, plain or a signal; or a [`TradeOff`](crate::TradeOff), which brings a
    /// curve over sizes. Default is linear, with all known ranks and absolute residuals.
    #[prop(into, optional)]
    axes: ExplorerAxes,
    /// Up to six other spectra, plain or a signal, drawn over the same axes with a legend; residuals are then relative unless
    /// `axes` says otherwise. Default is none.
    #[prop(into, optional)]
    compare: ComparedSpectra,
    /// Lets a person preview and choose ranks on the plot itself. Default is none: the plot ignores pointers.
    #[prop(optional)]
    pointing: Option<Pointing>,
    /// Rank rules, plain or a closure. Each is a tick on the curve and a button below that sets its rank, `PEFT 0.95 → r = 9`.
    /// Default is none.
    #[prop(into, optional)]
    targets: Option<RankTargets>,
    /// Ranks that the spectrum suggests (knee, stable rank and so on) and ranks of your own, plain or a closure. Each is a
    /// diamond on the curve and a button below; a suggestion that does not apply says why. Default is none.
    #[prop(into, optional)]
    markers: Option<RankMarkers>,
    /// What the rank costs: parameters, bytes, share of W's parameters, and a line at the break-even rank. Default is none.
    #[prop(into, optional)]
    cost: Option<ShowCost>,
    /// Measured quality at some ranks, on an axis of its own: where it stops to follow the residual, energy says little about the
    /// model. Default is none.
    #[prop(into, optional)]
    observations: Option<ObservedScores>,
    /// The residual that noise alone would leave, such as that of the dtype in which W is stored, as a dashed line and in the readout:
    /// plain, an `Option`, a closure or a signal. Default is none.
    #[prop(into, optional)]
    noise_floor: Option<ShowNoiseFloor>,
    /// Exact numbers: a field for the rank, a table of up to a dozen ranks, or both. Default is neither.
    #[prop(optional)]
    numbers: Option<Numbers>,
    /// Words to explain below the explorer, each with its formula and a plain sentence. Default is none.
    #[prop(into, optional)]
    terms: Option<Terms>,
    /// Translated texts and another number format. Default is the [`Labels`] of the context (`provide_context`), or else English.
    #[prop(optional)]
    labels: Option<Labels>,
) -> impl IntoView {
    let Source { target, part: target_part } = match spectrum {
        Some(TargetSpectrum(source)) => source,
        None => target_matrix.unwrap_or_default().0,
    };
    let DecidedCurve { model, min_rank, scale, part: curve_part } = match (compare.0, axes.0) {
        (Some(decide), axes) => decide(axes.map(|axes| axes.read), target, metric),
        (None, Some(axes)) => (axes.decide)(axes.read, target, metric),
        (None, None) => {
            let model = move |_: Option<&_>| target.with(|target| CurveModel::new(target, metric.get()));
            let (min_rank, scale) = (Signal::stored(1), SliderScale::default());
            DecidedCurve { model: Memo::new(model), min_rank, scale, part: None }
        }
    };
    let max_rank = Signal::derive(move || model.with(|model| model.plot.ranks.last()));
    let rank = Controlled::new(r, default_r, min_rank, max_rank, on_r_change);
    let r = rank.current();
    let DecidedRank { displayed: displayed_rank, part: rank_part } = match pointing {
        Some(pointing) => pointing.decide(model, rank),
        None => DecidedRank { displayed: r, part: None },
    };

    let Labels(translator) = labels.or_else(use_context).unwrap_or_default();
    let residual_name = {
        let translator = translator.clone();
        text(move || model.with(|model| phrases::residual_name(&translator, model)))
    };
    let plot = ElementRef::new();
    let context = ExplorerContext {
        target,
        model,
        displayed_rank,
        rank,
        on_rank_commit,
        residual_name,
        translator: translator.clone(),
        plot,
    };
    let mut slots = PartSlots::default();
    let mut fill = |part: Option<Part>| {
        if let Some(part) = part {
            part(&context, &mut slots);
        }
    };
    fill(target_part.map(|part| Box::new(part) as Part));
    fill(rank_part);
    fill(curve_part);
    fill(noise_floor.map(|noise_floor| noise_floor.0));
    fill(cost.map(|cost| cost.0));
    fill(targets.map(|targets| targets.0));
    fill(markers.map(|markers| markers.0));
    fill(observations.map(|observations| observations.0));
    if let Some(numbers) = numbers {
        numbers.fill(&context, &mut slots);
    }
    if let Some(Terms(part)) = terms {
        part(&context, &mut slots);
    }
    let PartSlots { note, view, overlays, value_text, .. } = slots;

    let phrases = Arc::new(Phrases { target, model, chosen: r, translator: translator.clone(), more: value_text });
    let say = context.namer();
    let title = title.unwrap_or_else(|| say(|| Label::Title, "Reconstruction vs rank"));
    let in_words = {
        let translator = translator.clone();
        text(move || model.with(|model| curve_sentence(model, &translator)))
    };
    let class = text(move || match class {
        Some(class) => "lora-rank-explorer ".to_owned() + &class.get(),
        None => "lora-rank-explorer".to_owned(),
    });
    let busy = text(move || model.with(|model| model.blank.is_some_and(|blank| blank.is_busy)).to_string());

    let view = view! {
        <div
            data-lora-rank-explorer=""
            role="figure"
            aria-label=title
            aria-busy=busy
            class=class
        >
            <Summary full=phrases.summary(r) short=phrases.sentence(r, phrases::short_announcement) model />
            <header data-part="header">
                <span data-part="title">{title}</span>
                " "
                <span data-part="caption">{phrases.sentence(displayed_rank, phrases::caption)}</span>
            </header>
            {note}
            <Chart
                name=say(|| Label::PlotTitle, "LoRA rank explorer: reconstruction error vs rank curve.")
                description=in_words
                rank=text(move || displayed_rank.get().to_string())
                residual=phrases.number(displayed_rank, CurveModel::residual_on_axis)
                inputs=ChartInputs { model, r: displayed_rank }
                transition=transition.0
                layers=PlotLayers { translator, overlays }
                plot
            />
            {sentence.then(|| view! { <p data-part="sentence">{in_words}</p> })}
            <LabeledSlider
                label=say(|| Label::Rank, "Rank")
                min=min_rank
                max=max_rank
                scale
                on_commit=on_rank_commit
                value=ControlledValue::one_way(r)
                on_change=move |r| rank.request(r)
                value_text=phrases.sentence(r, phrases::value_text)
                dir="ltr"
            />
            <Readout
                residual_name
                residual=phrases.number(displayed_rank, CurveModel::residual)
                captured_energy_name=say(|| Label::CapturedEnergy, "captured energy")
                captured_energy=phrases.number(displayed_rank, CurveModel::captured_energy)
            />
            {view}
        </div>
    };
    // A server resolves views in async blocks, whose types nest as deep as the views: with this one, those of a page would overflow
    // the compiler's recursion limit. A browser does not, and would pay 6.6 kB more of `examples/quickstart` for it.
    #[cfg(feature = "ssr")]
    let view = view.into_any();
    view
}
