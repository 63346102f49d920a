//! [`LoRaRankExplorerIsland`]: the explorer as an island, for pages that are not hydrated whole.

use leptos::prelude::*;

use super::LoRaRankExplorer;
use crate::matrix::Matrix;
use crate::spectrum::curve::Metric;

/// [`LoRaRankExplorer`] as an island: the server renders it, and the browser brings it to life by itself.
///
/// What an island is given travels to the browser as JSON, so it takes plain values and keeps its own rank. An island of
/// your own around [`LoRaRankExplorer`] gives you the other props. Needs the feature `islands`.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorerIsland, Metric};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     view! { <LoRaRankExplorerIsland default_r=2 metric=Metric::Spectral /> }
/// }
/// ```
#[island]
pub fn LoRaRankExplorerIsland(
    /// The matrix W. Default is a synthetic 8×8.
    #[prop(optional)]
    target_matrix: Option<Matrix>,
    /// The first rank. Default is 1.
    #[prop(optional)]
    default_r: Option<usize>,
    /// Which norm the curve shows. Default is [`Metric::Frobenius`].
    #[prop(optional)]
    metric: Option<Metric>,
    /// Classes for the root element, beside its own. Default is none.
    #[prop(optional, into)]
    class: Option<String>,
) -> impl IntoView {
    view! {
        <LoRaRankExplorer
            target_matrix=target_matrix.unwrap_or_default()
            default_r=default_r.unwrap_or(1)
            metric=metric.unwrap_or_default()
            class=class.unwrap_or_default()
        />
    }
}
