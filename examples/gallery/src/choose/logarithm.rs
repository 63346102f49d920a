use leptos::prelude::*;
use lora_rank_explorer::{Axes, LoRaRankExplorer, ResidualScale, Spectrum};

/// A product B·A of rank 12: from there on nothing is left, which a logarithm cannot show. Zero has a line of its own.
#[component]
pub fn Logarithm() -> impl IntoView {
    let values = (0..24).map(|j| if j < 12 { 0.3f64.powi(j) } else { 0.0 }).collect();
    let spectrum = Spectrum::new(24, 24, values).expect("values that fall");
    view! { <LoRaRankExplorer spectrum default_r=6 axes=Axes::new().residual_scale(ResidualScale::Log) /> }
}
