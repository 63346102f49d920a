//! [`Labels`]: translated texts for the component, and another notation for its numbers.

use std::sync::Arc;

use super::curve_sentence::CurveSentence;
use crate::matrix::MatrixError;
use crate::ranks::not_applicable::NotApplicable;
use crate::ranks::suggestions::RankSuggestion;
use crate::spectrum::curve::Metric;
use crate::ui::explorer::parts::terms::Term;

type Say = Arc<dyn Fn(Label<'_>) -> Option<String> + Send + Sync>;
type Print = Arc<dyn Fn(Quantity) -> Option<String> + Send + Sync>;

/// Translated texts for the component, and another notation for its numbers. Whatever a callback leaves out keeps its default.
///
/// Both callbacks are tracked: if they read signals, the texts follow those signals.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{Label, Labels, LoRaRankExplorer, Quantity};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let german = Labels::new(|label| match label {
///         Label::Title => Some("Rekonstruktion je Rang".into()),
///         Label::Rank => Some("Rang".into()),
///         Label::CapturedEnergy => Some("erfasste Energie".into()),
///         Label::ValueText(now) => Some(format!("Rang {}, Rest {}", now.rank, now.residual)),
///         _ => None,
///     })
///     .numbers(|quantity| match quantity {
///         Quantity::Residual(residual) => Some(format!("{residual:.3}").replace('.', ",")),
///         Quantity::Share(share) => Some(format!("{:.1} %", share * 100.0).replace('.', ",")),
///         _ => None,
///     });
///     view! { <LoRaRankExplorer labels=german /> }
/// }
/// ```
#[derive(Clone, Default)]
pub struct Labels(pub(crate) Translator);

impl Labels {
    /// Takes texts from `say`; where it returns `None`, the English text is used.
    pub fn new(say: impl Fn(Label<'_>) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Translator::new(Arc::new(say), None))
    }

    /// Takes numbers from `print`; where it returns `None`, the component's own notation is used.
    pub fn numbers(self, print: impl Fn(Quantity) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(self.0.with_numbers(Arc::new(print)))
    }
}

/// The translation callbacks, if there are any.
#[derive(Clone, Default)]
pub(crate) struct Translator(Option<Arc<Other>>);

struct Other {
    say: Say,
    print: Option<Print>,
}

impl Translator {
    fn new(say: Say, print: Option<Print>) -> Self {
        Self(Some(Arc::new(Other { say, print })))
    }

    fn with_numbers(self, print: Print) -> Self {
        let say = self.0.map_or_else(|| Arc::new(|_: Label<'_>| None) as Say, |other| Arc::clone(&other.say));
        Self::new(say, Some(print))
    }

    /// The translation of `label`, or else `english`.
    pub fn translate(&self, label: Label<'_>, english: String) -> String {
        self.0.as_ref().and_then(|other| (other.say)(label)).unwrap_or(english)
    }

    /// `quantity` in the page's notation, or else `usual`.
    pub fn format(&self, quantity: Quantity, usual: String) -> String {
        self.0.as_ref().and_then(|other| other.print.as_ref()?(quantity)).unwrap_or(usual)
    }
}

/// A text of the component, with the values in it. Each is documented by its English text.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Label<'a> {
    /// `Reconstruction vs rank`: the title, and the accessible name of the component.
    Title,
    /// `LoRA rank explorer: reconstruction error vs rank curve.`: the accessible name of the plot.
    PlotTitle,
    /// `8×8 · Frobenius · r=1`: the line beside the title; ` · preview` follows while another rank is chosen.
    Caption(&'a Reading<'a>),
    /// `Rank`: the slider's label.
    Rank,
    /// `rank r`: the label of the rank axis.
    RankAxis,
    /// `, the first 8 of 64`: follows that label if not all singular values are known.
    #[non_exhaustive]
    KnownRanks {
        /// The number of known singular values.
        known: usize,
        /// The number of all singular values.
        of: usize,
    },
    /// `Frobenius`: the name of a metric.
    Metric(Metric),
    /// `Frobenius residual`: the name of the residual in the readout.
    #[non_exhaustive]
    Residual {
        /// The norm of the residual.
        metric: Metric,
        /// `residual`, or what the axes make of it: `relative residual`, `residual over base norm`.
        name: &'a str,
    },
    /// `captured energy`: its name in the readout.
    CapturedEnergy,
    /// `rank 1, residual 4.572, 90.8% of energy`: what assistive technology reads as the slider's value.
    ValueText(&'a Reading<'a>),
    /// `LoRA reconstruction curve. Target is 8×8. Frobenius residual at r=1: 4.572.`: what a screen reader announces once another
    /// target or metric has arrived. An empty text is not announced.
    Announcement(&'a Reading<'a>),
    /// `Frobenius residual at r=1: 4.572.`: what it announces once another rank has been chosen, but not on the slider, which says its
    /// own value. An empty text is not announced.
    RankAnnouncement(&'a Reading<'a>),
    /// `Falls from 4.572 at rank 1 to 0.643 at rank 2, then slowly to 0.000 at rank 8. 90% of the energy at rank 1, 99% at rank 2.`:
    /// the curve in a sentence, the description of the plot.
    CurveSentence(&'a CurveSentence<'a>),
    /// `Invalid target matrix: row 2, column 1 is NaN. Showing the default matrix instead.`
    InvalidTarget(&'a MatrixError),
    /// `The spectrum cannot be shown: no connection.`
    #[non_exhaustive]
    InvalidSpectrum {
        /// The text of the error.
        reason: &'a str,
    },
    /// `Loading…`: stands in place of the curve and in all texts while the target is not there yet.
    Loading,
    /// `No spectrum`: the same where there is none because of an error.
    NoSpectrum,
    /// `0.593 to 0.932`: a number of which only a range is known. Both ends are already printed.
    #[non_exhaustive]
    Range {
        /// The lower end.
        low: &'a str,
        /// The upper end.
        high: &'a str,
    },
    /// `Targets`: the name of the list of targets.
    Targets,
    /// `Suggestions`: the name of the list of markers.
    Markers,
    /// `Compared spectra`: the name of the legend.
    Compared,
    /// `parameters`: the name of the number of parameters in the cost's readout.
    Parameters,
    /// `size`: the name of the bytes in the cost's readout.
    Size,
    /// `of W’s parameters`: the name of the share in the cost's readout.
    ShareOfWeights,
    /// `, 131,072 parameters`: what the cost adds to the slider's value text.
    #[non_exhaustive]
    CostValueText {
        /// The number, already printed.
        parameters: &'a str,
    },
    /// `break-even`: the name of the line on the plot at the rank at which B and A have as many parameters as W.
    BreakEven,
    /// `a 0×3 matrix has no weights`: what is wrong with the cost.
    #[non_exhaustive]
    InvalidCost {
        /// The English text.
        reason: &'a str,
    },
    /// `the base norm is NaN. The default is used instead.`: what is wrong with the axes.
    #[non_exhaustive]
    InvalidAxes {
        /// The English text.
        reason: &'a str,
    },
    /// `at most 6 spectra can be compared; left out: gate`: what is wrong with the comparison.
    #[non_exhaustive]
    InvalidComparison {
        /// The English text.
        reason: &'a str,
    },
    /// `not measured`: stands for the score at a rank without one.
    NotMeasured,
    /// `line 3: "half" is not a rank`: what is wrong with the observations, or which of them the axis has no room for.
    #[non_exhaustive]
    InvalidObservations {
        /// The English text.
        reason: &'a str,
    },
    /// `noise floor`: the name of the residual that noise alone would leave, where the page gives it none.
    NoiseFloor,
    /// `the Frobenius norm of the noise is NaN, and must be finite and at least 0`: what is wrong with the noise floor.
    #[non_exhaustive]
    InvalidNoiseFloor {
        /// The English text.
        reason: &'a str,
    },
    /// `What the words mean`: the disclosure with the terms.
    Terms,
    /// `knee`: the name of a suggestion among the terms.
    Suggestion(RankSuggestion),
    /// What a term means, [`Term::meaning`].
    #[non_exhaustive]
    Meaning {
        /// The term.
        term: Term,
        /// The metric, which decides what the residual means.
        metric: Metric,
    },
    /// `Exact rank`: the name of the field for the rank.
    ExactRank,
    /// `One rank lower`: the button before that field.
    OneLess,
    /// `One rank higher`: the button after it.
    OneMore,
    /// `A rank is a whole number from 1 to 8.`: the message below the field after any other entry.
    #[non_exhaustive]
    NotARank {
        /// The smallest rank on the axis.
        first: usize,
        /// The largest rank on the axis.
        last: usize,
    },
    /// `Data`: the name of the table.
    Data,
    /// `PEFT 0.95 → r = 9`: a target or marker that gives a rank.
    #[non_exhaustive]
    RankOf {
        /// The rule or suggestion.
        name: &'a str,
        /// Its rank.
        rank: usize,
    },
    /// `noise threshold: no singular value is above the noise`: a target or marker that gives no rank.
    #[non_exhaustive]
    NoRank {
        /// The rule or suggestion.
        name: &'a str,
        /// The reason, if it lies in the spectrum.
        not_applicable: Option<&'a NotApplicable>,
        /// The reason, in English.
        reason: &'a str,
    },
}

/// What the component shows at a rank, already printed.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// The shape of the target: `8×8`.
    pub size: &'a str,
    /// The metric's name.
    pub metric: &'a str,
    /// The rank.
    pub rank: usize,
    /// Whether the rank is only pointed at, and another one is chosen.
    pub is_preview: bool,
    /// Whether W is zero, so that there is no energy to capture.
    pub is_zero: bool,
    /// `residual`, or what the axes make of it: `relative residual`, `residual over base norm`.
    pub residual_name: &'a str,
    /// The residual, or the range in which it lies.
    pub residual: &'a str,
    /// The captured energy, or the range in which it lies.
    pub captured_energy: &'a str,
    /// What the optional parts add to the value text, each starting with a comma; usually empty.
    pub more: &'a str,
    /// What is wrong with the target, as a sentence with a trailing space; usually empty.
    pub note: &'a str,
    /// `, the first 8 of 64` if not all singular values are known; otherwise empty.
    pub known: &'a str,
}

/// A number that the component prints.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Quantity {
    /// A residual, at least 0: `4.572`.
    Residual(f64),
    /// A share in [0, 1]: `90.8%`.
    Share(f64),
    /// A residual as a tick label on its axis: `2.5`.
    ResidualTick(f64),
    /// The residual at the displayed rank, where the cursor meets that axis: `4.572`.
    ResidualOnAxis(f64),
    /// A measured score, in the readout and the value text: `0.482`.
    Score(f64),
    /// A score as a tick label on its axis: `0.5`.
    ScoreTick(f64),
    /// A count, such as of parameters: `4,194,304`.
    Count(u64),
    /// The parameters of B and A as a share of W's, which may exceed 1: `3.1%`.
    ShareOfWeights(f64),
    /// An amount of memory in bytes: `8.0 MiB`.
    Bytes(u64),
}
