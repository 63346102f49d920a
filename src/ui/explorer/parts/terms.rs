//! [`Terms`]: what the explorer's words mean, where they stand.

use leptos::prelude::*;

use super::rows::from_lists;
use super::{ExplorerContext, Part, PartSlots};
use crate::plot::markup::Markup;
use crate::ranks::suggestions::RankSuggestion;
use crate::spectrum::curve::Metric;
use crate::ui::explorer::text::labels::Label;
use crate::ui::reactive::text;
use crate::ui::read_from::{List, ReadFrom};

/// A word that an explorer uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Term {
    /// The residual in the current metric.
    Residual,
    /// The captured energy.
    CapturedEnergy,
    /// A suggested rank.
    Suggestion(RankSuggestion),
}

impl Term {
    /// The words that every explorer uses.
    pub const READOUT: [Self; 2] = [Self::Residual, Self::CapturedEnergy];

    /// The formula, in plain text.
    pub fn formula(self, metric: Metric) -> &'static str {
        match (self, metric) {
            (Self::Residual, Metric::Frobenius) => "√(Σ σⱼ² over all j > r)",
            (Self::Residual, Metric::Spectral) => "σᵣ₊₁",
            (Self::CapturedEnergy, _) => "Σ σⱼ² over j ≤ r / Σ σⱼ² over all j",
            (Self::Suggestion(suggestion), _) => match suggestion {
                RankSuggestion::Knee => "1 + #{j ≥ 2 : σⱼ² > mean(σ₂², σ₃², …)}",
                RankSuggestion::LargestGap => "the first r with the largest σᵣ − σᵣ₊₁",
                RankSuggestion::NumericalRank => "#{σⱼ > σ₁ · max(m, n) · 2⁻⁵²}",
                RankSuggestion::StableRank => "Σ σⱼ² / σ₁²",
                RankSuggestion::EffectiveRank => "exp(−Σ pⱼ ln pⱼ) with pⱼ = σⱼ / Σσ",
                RankSuggestion::EnergyEffectiveRank => "exp(−Σ pⱼ ln pⱼ) with pⱼ = σⱼ² / Σσ²",
                RankSuggestion::NoiseThreshold => "#{σⱼ > ω(min(m, n) / max(m, n)) · median(σ)}",
            },
        }
    }

    /// What it means, in a plain English sentence or two.
    pub fn meaning(self, metric: Metric) -> &'static str {
        match (self, metric) {
            (Self::Residual, Metric::Frobenius) => {
                "How far the best product of rank r is from W: the root of the sum of all squared differences of entries."
            }
            (Self::Residual, Metric::Spectral) => {
                "The largest factor by which what the best product of rank r misses can stretch a vector."
            }
            (Self::CapturedEnergy, _) => {
                "The share of W's squared singular values that rank r keeps. It says how closely W is kept, not how accurate the \
                 model is: test the model at the rank that you choose."
            }
            (Self::Suggestion(suggestion), _) => match suggestion {
                RankSuggestion::Knee => "From here on, each further direction adds less energy than the average one.",
                RankSuggestion::LargestGap => "After this rank, the singular values fall by the most.",
                RankSuggestion::NumericalRank => {
                    "How many singular values are larger than the rounding of 64-bit numbers."
                }
                RankSuggestion::StableRank => {
                    "How many directions as strong as the strongest one would have the energy of W."
                }
                RankSuggestion::EffectiveRank => {
                    "How many equally strong directions would have the same entropy as these."
                }
                RankSuggestion::EnergyEffectiveRank => {
                    "The effective rank, with the energy of each direction in place of its strength."
                }
                RankSuggestion::NoiseThreshold => {
                    "How many singular values stand above white noise of unknown size, if W is a signal with such noise."
                }
            },
        }
    }
}

impl From<RankSuggestion> for Term {
    fn from(suggestion: RankSuggestion) -> Self {
        Self::Suggestion(suggestion)
    }
}

/// What `terms` accepts: a list of [`Term`]s or of types that convert into them, or a tracked closure that returns such a list. They
/// are explained in a disclosure below the readout, each with its formula and a plain sentence.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, RankSuggestion, Term};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     view! {
///         <LoRaRankExplorer terms=Term::READOUT />
///         <LoRaRankExplorer
///             markers=[RankSuggestion::Knee]
///             terms=[Term::Residual, Term::CapturedEnergy, RankSuggestion::Knee.into()]
///         />
///     }
/// }
/// ```
pub struct Terms(pub(in crate::ui::explorer) Part);

impl Terms {
    fn new(read: impl Fn() -> Vec<Term> + Send + Sync + 'static) -> Self {
        let read: Box<dyn Fn() -> Vec<Term> + Send + Sync> = Box::new(read);
        Self(Box::new(move |context, slots| install(read, context, slots)))
    }
}

from_lists!(Term => Terms);

fn install(read: Box<dyn Fn() -> Vec<Term> + Send + Sync>, context: &ExplorerContext, slots: &mut PartSlots) {
    let ExplorerContext { model, residual_name, .. } = *context;
    let translator = context.translator.clone();
    // As markup: as a list of elements they take 1.1 kB more of a page.
    let items = text(move || {
        let metric = model.with(|model| model.curve.metric());
        let mut markup = Markup::default();
        for term in read() {
            let name = match term {
                Term::Residual => residual_name.get(),
                Term::CapturedEnergy => translator.translate(Label::CapturedEnergy, "captured energy".to_owned()),
                Term::Suggestion(suggestion) => {
                    translator.translate(Label::Suggestion(suggestion), suggestion.to_string())
                }
            };
            let meaning = translator.translate(Label::Meaning { term, metric }, term.meaning(metric).to_owned());
            markup.raw("<div><dt>").text(&name).raw(r#"</dt><dd><span data-part="formula">"#);
            markup.text(term.formula(metric)).raw("</span> ").text(&meaning).raw("</dd></div>");
        }
        markup.into_string()
    });
    slots.add_view(view! {
        <details data-part="terms">
            <summary>{context.namer()(|| Label::Terms, "What the words mean")}</summary>
            <dl inner_html=items></dl>
        </details>
    });
}
