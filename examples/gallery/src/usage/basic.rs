use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;

#[component]
pub fn Basic() -> impl IntoView {
    view! { <LoRaRankExplorer default_r=1 /> }
}
