use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;

#[component]
pub fn Target() -> impl IntoView {
    view! {
        <LoRaRankExplorer
            target_matrix=[
                [4.0, 3.0, 2.0, 1.0],
                [3.0, 2.0, 1.0, 0.0],
                [2.0, 1.0, 0.0, -1.0],
                [1.0, 0.0, -1.0, -2.0],
            ]
            default_r=1
        />
    }
}
