//! [`RankMarkers`]: ranks that the spectrum suggests, and the page's own ranks.

use std::sync::Arc;

use super::Part;
use super::rows::{Choice, MarkKind, NoRank, Resolve, Resolved, from_lists, rows};
use crate::numeric::decimal::fixed;
use crate::ranks::not_applicable::NotApplicable;
use crate::ranks::suggestions::RankSuggestion;
use crate::spectrum::Spectrum;
use crate::ui::explorer::text::labels::Label;
use crate::ui::read_from::{List, ReadFrom};

const MARKERS: MarkKind =
    MarkKind { part: "markers", name: "Suggestions", label: || Label::Markers, mark: "M0-6 5 0 0 6-5 0Z" };

/// What `markers` accepts: a list of [`RankMarker`]s or of types that convert into them, or a tracked closure that returns such a
/// list. Each marker is a diamond on the curve and a button that sets its rank, both with the same number; a marker that does not apply says why.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, RankMarker, RankSuggestion};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     view! {
///         <LoRaRankExplorer markers=[RankSuggestion::Knee, RankSuggestion::StableRank] />
///         <LoRaRankExplorer markers=[RankSuggestion::Knee.into(), RankMarker::at("our first run", 4)] />
///     }
/// }
/// ```
pub struct RankMarkers(pub(in crate::ui::explorer) Part);

impl RankMarkers {
    fn new(read: impl Fn() -> Vec<RankMarker> + Send + Sync + 'static) -> Self {
        Self(rows(MARKERS, move || read().into_iter().map(|marker| marker.0).collect()))
    }
}

/// A named rank: a [`RankSuggestion`], or one of the page's own.
#[derive(Clone)]
pub struct RankMarker(Choice);

impl RankMarker {
    /// The same rank, at least 1, for every spectrum.
    pub fn at(name: impl Into<String>, rank: usize) -> Self {
        Self::new(name, move |_| Ok(rank))
    }

    /// The rank, at least 1, that `resolve` returns for the spectrum, or the reason why there is none.
    ///
    /// ```
    /// use lora_rank_explorer::{RankMarker, Spectrum};
    ///
    /// let marker = RankMarker::new("half of all", |spectrum: &Spectrum| Ok(spectrum.max_rank().div_ceil(2)));
    /// ```
    pub fn new(
        name: impl Into<String>,
        resolve: impl Fn(&Spectrum) -> Result<usize, NotApplicable> + Send + Sync + 'static,
    ) -> Self {
        let resolve: Resolve = Arc::new(move |spectrum| match resolve(spectrum) {
            Ok(0) => Err(NoRank::Invalid("r = 0 is not a rank".to_owned())),
            Ok(rank) => Ok(Resolved { rank, value: None }),
            Err(reason) => Err(NoRank::NotApplicable(reason)),
        });
        Self(Choice { name: name.into(), resolve })
    }

    /// Replaces the name: `Knie → r = 9`.
    pub fn named(self, name: impl Into<String>) -> Self {
        Self(Choice { name: name.into(), ..self.0 })
    }
}

impl From<RankSuggestion> for RankMarker {
    fn from(suggestion: RankSuggestion) -> Self {
        let resolve: Resolve = Arc::new(move |spectrum| {
            let (rank, value) = (suggestion.rank(spectrum), suggestion.value(spectrum));
            let (rank, value) = rank.and_then(|rank| Ok((rank, value?))).map_err(NoRank::NotApplicable)?;
            Ok(Resolved { rank, value: (value != rank as f64).then(|| fixed(value, 2)) })
        });
        Self(Choice { name: suggestion.to_string(), resolve })
    }
}

from_lists!(RankMarker => RankMarkers);
