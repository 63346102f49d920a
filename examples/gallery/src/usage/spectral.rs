use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Metric};

#[component]
pub fn Spectral() -> impl IntoView {
    view! { <LoRaRankExplorer metric=Metric::Spectral default_r=1 /> }
}
