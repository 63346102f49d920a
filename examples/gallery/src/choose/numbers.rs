use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Numbers};

#[component]
pub fn Exact() -> impl IntoView {
    view! { <LoRaRankExplorer numbers=Numbers::new().input().table() /> }
}
