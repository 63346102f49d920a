//! The labels that the host has translated, each by its name in snake case with its values.

use leptos::prelude::*;
use lora_rank_explorer::{Label, Metric, RankSuggestion, Term};

use crate::Host;
use crate::names::SUGGESTIONS;

/// The host's text for a label.
pub fn say(host: StoredValue<Host, LocalStorage>, label: Label<'_>) -> Option<String> {
    let (owned, meaning): ([String; 2], String);
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
            let metric = say(host, Label::Metric(metric)).unwrap_or_else(|| metric.name().to_owned());
            owned = [metric, String::new()];
            ("residual", vec![("metric", &owned[0]), ("name", name)])
        }
        Label::CapturedEnergy => ("captured_energy", vec![]),
        Label::Caption(now) | Label::ValueText(now) | Label::Announcement(now) | Label::RankAnnouncement(now) => {
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
        Label::NotMeasured => ("not_measured", vec![]),
        Label::Terms => ("terms", vec![]),
        Label::Suggestion(suggestion) => (called(suggestion)?, vec![]),
        Label::Meaning { term: Term::Residual, metric: Metric::Spectral, .. } => {
            ("meaning_of_spectral_residual", vec![])
        }
        Label::Meaning { term: Term::Residual, .. } => ("meaning_of_frobenius_residual", vec![]),
        Label::Meaning { term: Term::CapturedEnergy, .. } => ("meaning_of_captured_energy", vec![]),
        Label::Meaning { term: Term::Suggestion(suggestion), .. } => {
            meaning = "meaning_of_".to_owned() + called(suggestion)?;
            (&meaning, vec![])
        }
        Label::RankOf { name, rank, .. } => {
            owned = [rank.to_string(), String::new()];
            ("rank_of", vec![("name", name), ("rank", &owned[0])])
        }
        Label::NoRank { name, reason, .. } => ("no_rank", vec![("name", name), ("reason", reason)]),
        _ => return None,
    };
    let values = values.iter().flat_map(|(name, value)| [*name, *value]).map(str::to_owned).collect();
    host.try_with_value(|host| host.label(name, values)).flatten()
}

fn called(suggestion: RankSuggestion) -> Option<&'static str> {
    SUGGESTIONS.iter().find(|(_, known)| *known == suggestion).map(|(name, _)| *name)
}
