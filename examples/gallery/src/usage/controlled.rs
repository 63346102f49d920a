use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;

#[component]
pub fn Controlled() -> impl IntoView {
    let r = RwSignal::new(2);
    view! {
        <LoRaRankExplorer r on_r_change=move |rank| r.set(rank) />
        <button on:click=move |_| r.set(2)>"Back to rank 2"</button>
    }
}
