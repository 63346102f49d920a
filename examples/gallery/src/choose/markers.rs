use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, RankMarker, RankSuggestion, Spectrum, Term};

/// A product of two factors of rank 6. It has no noise to measure, so the noise threshold says why it does not apply.
#[component]
pub fn Markers() -> impl IntoView {
    let values = vec![9.0, 8.0, 3.0, 0.5, 0.4, 0.3, 0.0];
    let spectrum = Spectrum::leading(64, 64, values, None).expect("values that fall");
    view! {
        <LoRaRankExplorer
            spectrum
            markers=[
                RankSuggestion::Knee.into(),
                RankSuggestion::LargestGap.into(),
                RankSuggestion::StableRank.into(),
                RankSuggestion::NoiseThreshold.into(),
                RankMarker::at("our first run", 5),
            ]
            terms=[Term::CapturedEnergy, RankSuggestion::Knee.into(), RankSuggestion::StableRank.into()]
        />
    }
}
