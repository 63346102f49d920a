use leptos::prelude::*;
use lora_rank_explorer::{
    CurveSentence, CurveShape, Label, Labels, LoRaRankExplorer, Metric, Numbers, Quantity, RankCost, RankMarker,
    RankReading, RankRule, RankSuggestion, RankTarget, ShowCost,
};

#[component]
pub fn German() -> impl IntoView {
    view! {
        <div lang="de">
            <LoRaRankExplorer
                labels=Labels::new(german).numbers(in_german)
                targets=[RankTarget::from(RankRule::energy_at_least(0.95)).named("PEFT 0,95")]
                markers=[
                    RankMarker::from(RankSuggestion::Knee).named("Knie"),
                    RankMarker::from(RankSuggestion::NoiseThreshold).named("Rauschschwelle (Gavish–Donoho)"),
                ]
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
        Label::RankAnnouncement(now) => format!("{}-Rest bei r={}: {}.", now.metric, now.rank, now.residual),
        Label::CurveSentence(curve) => course(curve),
        Label::Targets => "Ziele".into(),
        Label::Markers => "Vorschläge".into(),
        Label::NoRank { name, .. } => format!("{name}: für diese Matrix kein Rang"),
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
        // What this explorer cannot show: other spectra, other axes, a target that is missing or invalid.
        _ => return None,
    })
}

/// The curve in a sentence, as its description.
fn course(curve: &CurveSentence) -> String {
    let at = |it: RankReading| format!("{} bei Rang {}", it.residual, it.rank);
    let (first, turn, last) = (at(curve.first), at(curve.turn), at(curve.last));
    let course = match curve.shape {
        CurveShape::Zero => return "Die Matrix ist null.".into(),
        CurveShape::Level => format!("Bleibt bei {first}"),
        CurveShape::FallsThenSlowly => format!("Fällt von {first} auf {turn}, dann langsam auf {last}"),
        CurveShape::FallsLate => format!("Fällt spät: von {first} auf {last}"),
        _ => format!("Fällt von {first} auf {last}"),
    };
    let of_energy = |share: &str, rank: Option<usize>| {
        rank.map_or_else(String::new, |rank| format!(" {share} der Energie bei Rang {rank}."))
    };
    course + "." + &of_energy("90 %", curve.rank_of_90) + &of_energy("99 %", curve.rank_of_99)
}

fn norm(metric: Metric) -> &'static str {
    match metric {
        Metric::Frobenius => "Frobenius",
        Metric::Spectral => "Spektral",
        _ => metric.name(),
    }
}

fn in_german(quantity: Quantity) -> Option<String> {
    let number = match quantity {
        Quantity::Residual(residual) => format!("{residual:.3}"),
        Quantity::ResidualOnAxis(residual) => format!("{residual:.2}"),
        Quantity::ResidualTick(residual) => {
            format!("{residual:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        // Only a share of exactly 1 reads 100.
        Quantity::Share(share) if (0.9995..1.0).contains(&share) => ">99.9 %".to_owned(),
        Quantity::Share(share) | Quantity::ShareOfWeights(share) => format!("{:.1} %", share * 100.0),
        Quantity::Bytes(bytes) if bytes < 1024 => format!("{bytes} Byte"),
        _ => return None,
    };
    Some(number.replace('.', ","))
}
