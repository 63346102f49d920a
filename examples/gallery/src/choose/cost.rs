use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, RankCost, Spectrum};

/// The query projections of the 32 layers of Llama-3-8B, in 16 bits.
#[component]
pub fn Cost() -> impl IntoView {
    let values = (1..=256).map(|j| 1.0 / f64::from(j)).collect();
    let spectrum = Spectrum::leading(4096, 4096, values, None).expect("values that fall");
    view! {
        <LoRaRankExplorer
            spectrum
            default_r=16
            cost=RankCost::new(4096, 4096).and_then(|cost| cost.with_copies(32))
        />
    }
}
