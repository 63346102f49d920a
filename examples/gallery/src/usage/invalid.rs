use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;

#[component]
pub fn Invalid() -> impl IntoView {
    let ragged = vec![vec![1.0, 2.0], vec![3.0]];
    view! { <LoRaRankExplorer target_matrix=ragged /> }
}
