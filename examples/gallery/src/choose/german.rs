use leptos::prelude::*;
use lora_rank_explorer::{
    Label, Labels, LoRaRankExplorer, Metric, Numbers, Quantity, RankCost, RankRule, RankSuggestion, ShowCost,
};

#[component]
pub fn German() -> impl IntoView {
    view! {
        <div lang="de">
            <LoRaRankExplorer
                labels=Labels::new(german).numbers(in_german)
                targets=[RankRule::energy_at_least(0.95)]
                markers=[RankSuggestion::Knee, RankSuggestion::NoiseThreshold]
                cost=ShowCost::of(RankCost::of)
                numbers=Numbers::new().input().table()
            />
        </div>
    }
}

fn german(label: Label) -> Option<String> {
    Some(match label {
        Label::Title => "Rekonstruktion je Rang".into(),
        Label::PlotTitle => "LoRA-Rang: Rekonstruktionsfehler über dem Rang.".into(),
        Label::Rank => "Rang".into(),
        Label::RankAxis => "Rang r".into(),
        Label::Metric(metric) => norm(metric).into(),
        Label::Residual { metric, .. } => format!("Rest ({})", norm(metric)),
        Label::CapturedEnergy => "erfasste Energie".into(),
        Label::ValueText(now) => {
            format!("Rang {}, Rest {}, {} der Energie{}", now.rank, now.residual, now.captured_energy, now.more)
        }
        Label::Announcement(now) => {
            format!("LoRA-Kurve. Ziel ist {}. {}-Rest bei r={}: {}.", now.size, now.metric, now.rank, now.residual)
        }
        Label::Targets => "Ziele".into(),
        Label::Markers => "Vorschläge".into(),
        Label::NoRank { name, .. } if name.starts_with("noise") => {
            "Rauschschwelle: auf dieses Ziel nicht anwendbar".into()
        }
        Label::RankOf { name: "knee", rank, .. } => format!("Knie → r = {rank}"),
        Label::Parameters => "Parameter".into(),
        Label::Size => "Größe".into(),
        Label::ShareOfWeights => "der Parameter von W".into(),
        Label::BreakEven => "Gleichstand".into(),
        Label::CostValueText { parameters, .. } => format!(", {parameters} Parameter"),
        Label::InvalidCost { .. } => "Diese Kosten ergeben keinen Sinn.".into(),
        Label::Range { low, high, .. } => format!("{low} bis {high}"),
        Label::ExactRank => "Genauer Rang".into(),
        Label::OneLess => "Ein Rang weniger".into(),
        Label::OneMore => "Ein Rang mehr".into(),
        Label::NotARank { first, last, .. } => format!("Ein Rang ist eine ganze Zahl von {first} bis {last}."),
        Label::Data => "Daten".into(),
        _ => return None,
    })
}

fn norm(metric: Metric) -> &'static str {
    match metric {
        Metric::Frobenius => "Frobenius",
        Metric::Spectral => "Spektral",
        _ => metric.name(),
    }
}

fn in_german(quantity: Quantity) -> Option<String> {
    match quantity {
        Quantity::Residual(residual) => Some(format!("{residual:.3}").replace('.', ",")),
        Quantity::Share(share) | Quantity::ShareOfWeights(share) => {
            Some(format!("{:.1} %", share * 100.0).replace('.', ","))
        }
        _ => None,
    }
}
