//! [`LoRaRankExplorerIsland`]: the explorer as an island, for pages of which only islands are hydrated.

use leptos::prelude::*;

use super::LoRaRankExplorer;
use crate::matrix::Matrix;
use crate::spectrum::curve::Metric;

/// [`LoRaRankExplorer`] as an island: the server renders it, and the browser hydrates it on its own.
///
/// The props of an island are sent to the browser as JSON, so this one takes plain values and keeps its own rank. For the other
/// props, write your own island around [`LoRaRankExplorer`]. Needs the feature `islands`.
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
    /// The matrix W. Default is a synthetic 8×8 matrix.
    #[prop(optional)]
    target_matrix: Option<Matrix>,
    /// The initial rank; clamped to [1, min(rows, cols)]. Default is 1.
    #[prop(optional)]
    default_r: Option<usize>,
    /// The norm that the curve shows. Default is [`Metric::Frobenius`].
    #[prop(optional)]
    metric: Option<Metric>,
    /// Additional classes for the root element. Default is none.
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
