use leptos::prelude::*;
use lora_rank_explorer::{Comparison, LoRaRankExplorer, Spectrum};

#[component]
pub fn Layers() -> impl IntoView {
    let compare = Comparison::of("q_proj").with("k_proj", fading(32, 0.9)).with("v_proj", fading(32, 0.97));
    view! { <LoRaRankExplorer spectrum=fading(64, 0.93) default_r=8 compare /> }
}

/// σⱼ = decayʲ for an n × n matrix.
fn fading(n: usize, decay: f64) -> Spectrum {
    let values = (0..n).scan(1.0, |value, _| Some(std::mem::replace(value, *value * decay))).collect();
    Spectrum::new(n, n, values).expect("values that fall")
}
