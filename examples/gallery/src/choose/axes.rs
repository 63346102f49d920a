use leptos::prelude::*;
use lora_rank_explorer::{Axes, LoRaRankExplorer, RankScale, Spectrum};

/// 4096 ranks: each doubling takes the same width, and the arrow keys still move by one rank.
#[component]
pub fn Doublings() -> impl IntoView {
    let values = (1..=4096).map(|j| 1.0 / f64::from(j)).collect();
    let spectrum = Spectrum::new(4096, 4096, values).expect("values that fall");
    view! { <LoRaRankExplorer spectrum default_r=16 axes=Axes::new().rank_scale(RankScale::Log2) /> }
}
