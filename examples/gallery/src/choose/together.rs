use leptos::prelude::*;
use lora_rank_explorer::{
    Axes, LoRaRankExplorer, Numbers, Pointing, RankCost, RankRule, RankScale, RankSuggestion, ShowCost, Spectrum,
};

/// All 64 values σⱼ = 1/j are known.
#[component]
pub fn Together() -> impl IntoView {
    let spectrum = Spectrum::new(64, 64, (1..=64).map(|j| 1.0 / f64::from(j)).collect()).expect("values that fall");
    view! {
        <LoRaRankExplorer
            spectrum
            default_r=8
            targets=[RankRule::energy_at_least(0.95), RankRule::frobenius_retained(0.9)]
            markers=[RankSuggestion::Knee, RankSuggestion::StableRank]
            cost=ShowCost::of(RankCost::of)
            axes=Axes::new().rank_scale(RankScale::Log2)
            pointing=Pointing::new()
            numbers=Numbers::new().input().table()
        />
    }
}
