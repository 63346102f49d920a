//! [`Criterion`]: the rules as data, their names and the ranges of their thresholds.

use serde::{Deserialize, Serialize};

use super::error::RankRuleError;

/// What a [`RankRule`](super::RankRule) compares, with its threshold. The constructors of `RankRule` document each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Criterion {
    EnergyAtLeast(f64),
    EnergyAbove(f64),
    FrobeniusRetained(f64),
    NuclearShare(f64),
    NuclearShareFloor(f64),
    SigmaRatio(f64),
    SigmaRelative(f64),
    SigmaAbove(f64),
    RelativeResidual(f64),
    ResidualOfBase { share: f64, base_norm: f64 },
    AtMostBytes { budget: u64, bytes_per_value: u64 },
    FrobeniusRetainedPlusOne(f64),
    NuclearSharePlusOne(f64),
    SigmaRatioPlusOne(f64),
    SigmaKnee(f64),
    SigmaAboveUpTo { value: f64, max_rank: usize },
    EnergyRoundedUp(f64),
}

impl Criterion {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::EnergyAtLeast(_) => "PEFT",
            Self::EnergyAbove(_) => "scikit-learn PCA",
            Self::FrobeniusRetained(_) => "sd-scripts sv_fro",
            Self::NuclearShare(_) => "sd-scripts sv_cumulative",
            Self::NuclearShareFloor(_) => "LyCORIS quantile",
            Self::SigmaRatio(_) => "sd-scripts sv_ratio",
            Self::SigmaRelative(_) => "LyCORIS ratio",
            Self::SigmaAbove(_) => "LyCORIS threshold",
            Self::RelativeResidual(_) => "resize_lora rle_lora",
            Self::ResidualOfBase { .. } => "resize_lora rle_ckpt",
            Self::AtMostBytes { .. } => "file size",
            Self::FrobeniusRetainedPlusOne(_) => "sd-scripts before PR 2194 sv_fro",
            Self::NuclearSharePlusOne(_) => "sd-scripts before PR 2194 sv_cumulative",
            Self::SigmaRatioPlusOne(_) => "sd-scripts before PR 2194 sv_ratio",
            Self::SigmaKnee(_) => "KJNodes sv_knee",
            Self::SigmaAboveUpTo { .. } => "mergekit sv-epsilon",
            Self::EnergyRoundedUp(_) => "gradience",
        }
    }

    /// The chosen threshold; 0 for a budget, which is in bytes instead.
    pub(super) fn threshold(&self) -> f64 {
        match *self {
            Self::EnergyAtLeast(threshold)
            | Self::EnergyAbove(threshold)
            | Self::FrobeniusRetained(threshold)
            | Self::NuclearShare(threshold)
            | Self::NuclearShareFloor(threshold)
            | Self::SigmaRatio(threshold)
            | Self::SigmaRelative(threshold)
            | Self::SigmaAbove(threshold)
            | Self::RelativeResidual(threshold)
            | Self::ResidualOfBase { share: threshold, .. }
            | Self::FrobeniusRetainedPlusOne(threshold)
            | Self::NuclearSharePlusOne(threshold)
            | Self::SigmaRatioPlusOne(threshold)
            | Self::SigmaKnee(threshold)
            | Self::SigmaAboveUpTo { value: threshold, .. }
            | Self::EnergyRoundedUp(threshold) => threshold,
            Self::AtMostBytes { .. } => 0.0,
        }
    }

    pub(super) fn checked(self) -> Result<Self, RankRuleError> {
        let given = self.threshold();
        let (is_inside, range) = match self {
            Self::EnergyAtLeast(_)
            | Self::FrobeniusRetained(_)
            | Self::NuclearShare(_)
            | Self::NuclearShareFloor(_)
            | Self::FrobeniusRetainedPlusOne(_)
            | Self::NuclearSharePlusOne(_)
            | Self::EnergyRoundedUp(_) => (given > 0.0 && given <= 1.0, "above 0 and at most 1"),
            Self::EnergyAbove(_) => (given > 0.0 && given < 1.0, "above 0 and below 1"),
            Self::SigmaRatio(_) | Self::SigmaRatioPlusOne(_) => {
                (given >= 1.0 && given.is_finite(), "at least 1 and finite")
            }
            Self::SigmaRelative(_) | Self::RelativeResidual(_) => ((0.0..=1.0).contains(&given), "from 0 to 1"),
            Self::SigmaKnee(_) => ((0.0..=2.0).contains(&given), "from 0 to 2"),
            Self::ResidualOfBase { base_norm, .. } if !(base_norm > 0.0 && base_norm.is_finite()) => {
                return Err(RankRuleError::BaseNorm { given: base_norm });
            }
            Self::SigmaAboveUpTo { max_rank: 0, .. } => return Err(RankRuleError::NoRank),
            Self::SigmaAbove(_) | Self::SigmaAboveUpTo { .. } | Self::ResidualOfBase { .. } => {
                (given >= 0.0 && given.is_finite(), "at least 0 and finite")
            }
            Self::AtMostBytes { budget: 0, .. } => return Err(RankRuleError::NoBudget),
            Self::AtMostBytes { bytes_per_value: 0, .. } => return Err(RankRuleError::NoWidth),
            Self::AtMostBytes { .. } => return Ok(self),
        };
        if is_inside { Ok(self) } else { Err(RankRuleError::Threshold { rule: self.name(), given, range }) }
    }
}
