use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, RankRule, Spectrum};

/// σⱼ = 1/j: "0.9" is rank 6, 3, 40 or 39, depending on the tool.
#[component]
pub fn Targets() -> impl IntoView {
    let spectrum = Spectrum::new(64, 64, (1..=64).map(|j| 1.0 / f64::from(j)).collect()).expect("values that fall");
    view! {
        <LoRaRankExplorer
            spectrum
            targets=[
                RankRule::energy_at_least(0.9),
                RankRule::frobenius_retained(0.9),
                RankRule::nuclear_share(0.9),
                RankRule::nuclear_share_floor(0.9),
            ]
        />
    }
}
