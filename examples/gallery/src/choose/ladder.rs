use leptos::prelude::*;
use lora_rank_explorer::{Axes, LoRaRankExplorer, RankScale, ResidualView, Spectrum};

/// The slider stops at these ranks only. The residual is a percentage of ‖W‖.
#[component]
pub fn Ladder() -> impl IntoView {
    let values = (1..=256).map(|j| 1.0 / f64::from(j)).collect();
    let spectrum = Spectrum::new(256, 256, values).expect("values that fall");
    let axes = Axes::new().rank_scale(RankScale::ladder([4, 8, 16, 32, 64, 128])).residual_view(ResidualView::Percent);
    view! { <LoRaRankExplorer spectrum default_r=16 axes /> }
}
