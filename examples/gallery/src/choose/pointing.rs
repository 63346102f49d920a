use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Pointing};

#[component]
pub fn Pointed() -> impl IntoView {
    let preview = RwSignal::new(None::<usize>);
    let committed = RwSignal::new(1);
    let said = move || match preview.get() {
        Some(rank) => format!("Pointing at rank {rank}; rank {} is chosen.", committed.get()),
        None => format!("Rank {} is chosen.", committed.get()),
    };
    view! {
        <LoRaRankExplorer
            pointing=Pointing::new().on_preview(move |rank| preview.set(rank))
            on_rank_commit=move |rank| committed.set(rank)
        />
        <p id="pointing-said">{said}</p>
    }
}
