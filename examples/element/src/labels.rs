//! The labels that the host has translated: texts with the values in braces, `Rang {rank}, Rest {residual}`.

use std::collections::BTreeMap;

use lora_rank_explorer::{Label, Metric};

use crate::given::{Inputs, Name};
use crate::props::Prop;

/// Texts by the label's name in snake case.
pub type Texts = BTreeMap<String, String>;

pub fn texts(inputs: Inputs) -> Prop<Texts> {
    Ok(inputs.read::<Option<_>>(Name::Labels)?.flatten())
}

/// The host's text for a label, with its values.
pub fn say(texts: &Texts, label: Label<'_>) -> Option<String> {
    let owned: [String; 2];
    let (name, values): (&str, Vec<(&str, &str)>) = match label {
        Label::Title => ("title", vec![]),
        Label::PlotTitle => ("plot_title", vec![]),
        Label::Rank => ("rank", vec![]),
        Label::RankAxis => ("rank_axis", vec![]),
        Label::KnownRanks { known, of, .. } => {
            owned = [known.to_string(), of.to_string()];
            ("known_ranks", vec![("known", &owned[0]), ("of", &owned[1])])
        }
        Label::Metric(Metric::Spectral) => ("spectral", vec![]),
        Label::Metric(_) => ("frobenius", vec![]),
        Label::Residual { metric, name, .. } => {
            let metric = say(texts, Label::Metric(metric)).unwrap_or_else(|| metric.name().to_owned());
            owned = [metric, String::new()];
            ("residual", vec![("metric", &owned[0]), ("name", name)])
        }
        Label::CapturedEnergy => ("captured_energy", vec![]),
        Label::Caption(now)
        | Label::ValueText(now)
        | Label::Announcement(now)
        | Label::RankAnnouncement(now) => {
            owned = [now.rank.to_string(), String::new()];
            let name = match label {
                Label::Caption(_) if now.is_preview => "caption_of_preview",
                Label::Caption(_) => "caption",
                Label::ValueText(_) => "value_text",
                Label::Announcement(_) => "announcement",
                _ => "rank_announcement",
            };
            let values = vec![
                ("size", now.size),
                ("metric", now.metric),
                ("rank", owned[0].as_str()),
                ("residual_name", now.residual_name),
                ("residual", now.residual),
                ("captured_energy", now.captured_energy),
                ("more", now.more),
                ("note", now.note),
                ("known", now.known),
            ];
            (name, values)
        }
        Label::InvalidTarget(error) => {
            owned = [error.to_string(), String::new()];
            ("invalid_target", vec![("reason", &owned[0])])
        }
        Label::InvalidSpectrum { reason, .. } => ("invalid_spectrum", vec![("reason", reason)]),
        Label::Loading => ("loading", vec![]),
        Label::NoSpectrum => ("no_spectrum", vec![]),
        Label::Range { low, high, .. } => ("range", vec![("low", low), ("high", high)]),
        Label::Targets => ("targets", vec![]),
        Label::Markers => ("markers", vec![]),
        Label::Compared => ("compared", vec![]),
        Label::Parameters => ("parameters", vec![]),
        Label::Size => ("size", vec![]),
        Label::ShareOfWeights => ("share_of_weights", vec![]),
        Label::CostValueText { parameters, .. } => ("cost_value_text", vec![("parameters", parameters)]),
        Label::BreakEven => ("break_even", vec![]),
        Label::ExactRank => ("exact_rank", vec![]),
        Label::OneLess => ("one_less", vec![]),
        Label::OneMore => ("one_more", vec![]),
        Label::NotARank { first, last, .. } => {
            owned = [first.to_string(), last.to_string()];
            ("not_a_rank", vec![("first", &owned[0]), ("last", &owned[1])])
        }
        Label::Data => ("data", vec![]),
        Label::RankOf { name, rank, .. } => {
            owned = [rank.to_string(), String::new()];
            ("rank_of", vec![("name", name), ("rank", &owned[0])])
        }
        Label::NoRank { name, reason, .. } => ("no_rank", vec![("name", name), ("reason", reason)]),
        _ => return None,
    };
    let mut rest = texts.get(name)?.as_str();
    let mut text = String::new();
    // In one pass, so that braces in a value stay as they are.
    while let Some((before, after)) = rest.split_once('{') {
        text += before;
        let value = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        match value {
            Some((value, after)) => {
                text += value;
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    Some(text + rest)
}
