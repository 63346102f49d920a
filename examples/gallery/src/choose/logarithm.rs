use leptos::prelude::*;
use lora_rank_explorer::{Axes, LoRaRankExplorer, ResidualScale, Spectrum};

/// A product B·A of rank 12: from r = 12 on the residual is 0, which has no logarithm, so zero has its own line.
#[component]
pub fn Logarithm() -> impl IntoView {
    let values = (0..24).map(|j| if j < 12 { 0.3f64.powi(j) } else { 0.0 }).collect();
    let spectrum = Spectrum::new(24, 24, values).expect("values that fall");
    view! { <LoRaRankExplorer spectrum default_r=6 axes=Axes::new().residual_scale(ResidualScale::Log) /> }
}
