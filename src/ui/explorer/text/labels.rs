//! [`Labels`]: the texts of the component in other words, and its numbers in another notation.

use std::sync::Arc;

use crate::matrix::MatrixError;
use crate::ranks::not_applicable::NotApplicable;
use crate::spectrum::curve::Metric;

type Say = Arc<dyn Fn(Label<'_>) -> Option<String> + Send + Sync>;
type Print = Arc<dyn Fn(Quantity) -> Option<String> + Send + Sync>;

/// Other words for what the component says, and another notation for its numbers. What they leave out stays as it is.
///
/// Both callbacks run wherever a text is made and may read signals: the texts then follow them.
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
pub struct Labels {
    pub(crate) plain: Translator,
    /// The same as markup: escaped where it is made, so that a page without other words does without escaping.
    pub(crate) markup: Translator,
}

impl Labels {
    /// Texts from `say`; where it gives `None`, the English one stands.
    pub fn new(say: impl Fn(Label<'_>) -> Option<String> + Send + Sync + 'static) -> Self {
        let say: Say = Arc::new(say);
        let plain = Arc::clone(&say);
        Self {
            plain: Translator::new(plain, None),
            markup: Translator::new(Arc::new(move |label| say(label).map(escaped)), None),
        }
    }

    /// Numbers from `print`; where it gives `None`, the component's own notation stands.
    pub fn numbers(self, print: impl Fn(Quantity) -> Option<String> + Send + Sync + 'static) -> Self {
        let print: Print = Arc::new(print);
        let plain = Arc::clone(&print);
        Self {
            plain: self.plain.with_numbers(plain),
            markup: self.markup.with_numbers(Arc::new(move |quantity| print(quantity).map(escaped))),
        }
    }
}

/// Other words and another notation, or none.
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

    /// Its words for `label`, else the English ones.
    pub fn translate(&self, label: Label<'_>, english: String) -> String {
        self.0.as_ref().and_then(|other| (other.say)(label)).unwrap_or(english)
    }

    /// Its notation of `quantity`, else the usual one.
    pub fn format(&self, quantity: Quantity, usual: String) -> String {
        self.0.as_ref().and_then(|other| other.print.as_ref()?(quantity)).unwrap_or(usual)
    }
}

/// `text` as markup that shows it.
pub(crate) fn escaped(text: String) -> String {
    let mut markup = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => markup += "&amp;",
            '<' => markup += "&lt;",
            '>' => markup += "&gt;",
            '"' => markup += "&quot;",
            _ => markup.push(letter),
        }
    }
    markup
}

/// A text of the component, with what it speaks of. Each is described by its English words.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Label<'a> {
    /// `Reconstruction vs rank`: the title, and the accessible name of the whole.
    Title,
    /// `LoRA rank explorer: reconstruction error vs rank curve.`: the accessible name of the plot.
    PlotTitle,
    /// `8×8 · Frobenius · r=1`: the line beside the title.
    Caption(&'a Reading<'a>),
    /// `Rank`: the slider's label.
    Rank,
    /// `rank r`: the name of the rank's axis.
    RankAxis,
    /// `, the first 8 of 64`: what follows it where not all singular values are known.
    KnownRanks {
        /// How many are.
        known: usize,
        /// How many there are.
        of: usize,
    },
    /// `Frobenius`: a metric's name.
    Metric(Metric),
    /// `Frobenius residual`: the name of the residual in the readout.
    Residual {
        /// The norm that it is measured in.
        metric: Metric,
        /// `residual`, or what the axes make of it: `relative residual`, `residual over base norm`.
        name: &'a str,
    },
    /// `captured energy`: its name in the readout.
    CapturedEnergy,
    /// `rank 1, residual 4.572, 90.8% of energy`: what assistive technology reads as the slider's value.
    ValueText(&'a Reading<'a>),
    /// `LoRA reconstruction curve. Target is 8×8. Frobenius residual at r=1: 4.572.`: what a screen reader says once a new
    /// rank, metric or target has settled. The empty text says nothing.
    Announcement(&'a Reading<'a>),
    /// `Invalid target matrix: row 2, column 1 is NaN. Showing the default matrix instead.`
    InvalidTarget(&'a MatrixError),
    /// `0.593 to 0.932`: a number of which only a range is known, its ends as they are printed.
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
    /// `parameters`: the name of that number in the readout of the cost.
    Parameters,
    /// `size`: the name of the bytes there.
    Size,
    /// `of W’s parameters`: the name of the share there.
    ShareOfWeights,
    /// `, 131,072 parameters`: what the cost adds to the slider's value text.
    CostValueText {
        /// The number, as it is printed.
        parameters: &'a str,
    },
    /// `nothing saved`: the name of the line on the plot at the rank at which B and A have as many parameters as W.
    BreakEven,
    /// `a 0×3 matrix has no weights`: what is wrong with the cost.
    InvalidCost {
        /// The same, in English.
        reason: &'a str,
    },
    /// `the base norm is NaN. The default stands in its place.`: what is wrong with the axes.
    InvalidAxes {
        /// The same, in English.
        reason: &'a str,
    },
    /// `at most 6 spectra are compared, left out: gate`: what is wrong with the comparison.
    InvalidComparison {
        /// The same, in English.
        reason: &'a str,
    },
    /// `Exact rank`: the name of the field for the rank.
    ExactRank,
    /// `One rank less`: the button before that field.
    OneLess,
    /// `One rank more`: the button after it.
    OneMore,
    /// `A rank is a whole number from 1 to 8.`: below it, when something else was entered.
    NotARank {
        /// The smallest rank on the axis.
        first: usize,
        /// The largest rank.
        last: usize,
    },
    /// `Data`: the name of the table.
    Data,
    /// `PEFT 0.95 → r = 9`: a target or marker that gives a rank.
    RankOf {
        /// The rule or suggestion.
        name: &'a str,
        /// Its rank.
        rank: usize,
    },
    /// `noise threshold: no singular value is above the noise`: one that gives none.
    NoRank {
        /// The rule or suggestion.
        name: &'a str,
        /// Why, where the spectrum is the reason.
        not_applicable: Option<&'a NotApplicable>,
        /// Why, in English.
        reason: &'a str,
    },
}

/// What the component shows at a rank, as it prints it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// The shape of the target: `8×8`.
    pub size: &'a str,
    /// The metric's name.
    pub metric: &'a str,
    /// The rank.
    pub rank: usize,
    /// `residual`, or what the axes make of it: `relative residual`, `residual over base norm`.
    pub residual_name: &'a str,
    /// The residual, or the range that it lies in.
    pub residual: &'a str,
    /// The captured energy, or the range that it lies in.
    pub captured_energy: &'a str,
    /// What optional parts add to the value text, each with a comma before it; mostly empty.
    pub more: &'a str,
    /// What is wrong with the target, as a sentence with a space behind it; mostly empty.
    pub note: &'a str,
    /// `, the first 8 of 64`, where not all singular values are known.
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
    /// A residual as a label of its axis: `2.5`.
    ResidualTick(f64),
    /// A number of things, such as parameters: `4,194,304`.
    Count(u64),
    /// The parameters of B and A as a share of W's, which may exceed 1: `3.1%`.
    ShareOfWeights(f64),
    /// An amount of memory in bytes: `8.0 MiB`.
    Bytes(u64),
}
