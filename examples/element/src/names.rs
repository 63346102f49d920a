//! Rules and suggestions by their names in JSON.

use lora_rank_explorer::{RankRule, RankRuleError, RankSuggestion};

/// The rule of this name with its numbers; `None` if there is none.
pub fn named_rule(name: &str, first: f64, second: f64) -> Option<Result<RankRule, RankRuleError>> {
    Some(match name {
        "energy_at_least" => RankRule::energy_at_least(first),
        "energy_above" => RankRule::energy_above(first),
        "energy_rounded_up" => RankRule::energy_rounded_up(first),
        "frobenius_retained" => RankRule::frobenius_retained(first),
        "frobenius_retained_plus_one" => RankRule::frobenius_retained_plus_one(first),
        "nuclear_share" => RankRule::nuclear_share(first),
        "nuclear_share_plus_one" => RankRule::nuclear_share_plus_one(first),
        "nuclear_share_floor" => RankRule::nuclear_share_floor(first),
        "sigma_ratio" => RankRule::sigma_ratio(first),
        "sigma_ratio_plus_one" => RankRule::sigma_ratio_plus_one(first),
        "sigma_relative" => RankRule::sigma_relative(first),
        "sigma_above" => RankRule::sigma_above(first),
        "sigma_above_up_to" => RankRule::sigma_above_up_to(first, second as usize),
        "sigma_knee" => RankRule::sigma_knee(first),
        "relative_residual" => RankRule::relative_residual(first),
        "residual_of_base" => RankRule::residual_of_base(first, second),
        "at_most_bytes" => RankRule::at_most_bytes(first as u64, second as u64),
        _ => return None,
    })
}

/// The suggestions.
pub const SUGGESTIONS: [(&str, RankSuggestion); 7] = [
    ("knee", RankSuggestion::Knee),
    ("largest_gap", RankSuggestion::LargestGap),
    ("numerical_rank", RankSuggestion::NumericalRank),
    ("stable_rank", RankSuggestion::StableRank),
    ("effective_rank", RankSuggestion::EffectiveRank),
    ("energy_effective_rank", RankSuggestion::EnergyEffectiveRank),
    ("noise_threshold", RankSuggestion::NoiseThreshold),
];

pub fn named_suggestion(name: &str) -> Option<RankSuggestion> {
    SUGGESTIONS.iter().find(|(known, _)| *known == name).map(|(_, suggestion)| *suggestion)
}
