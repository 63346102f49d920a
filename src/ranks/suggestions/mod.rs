//! [`RankSuggestion`]: the rank that a spectrum suggests by itself, by one of several published definitions.

mod effective;
mod shape;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::not_applicable::NotApplicable;
use crate::spectrum::Spectrum;

/// A rank that a spectrum suggests without any threshold.
///
/// ```
/// use lora_rank_explorer::{RankSuggestion, Spectrum};
///
/// let spectrum = Spectrum::new(64, 64, (1..=64).map(|j| 1.0 / f64::from(j)).collect())?;
/// let value = |suggestion: RankSuggestion| format!("{suggestion}: {:.2}", suggestion.value(&spectrum).unwrap());
/// assert_eq!(value(RankSuggestion::StableRank), "stable rank: 1.63");
/// assert_eq!(value(RankSuggestion::EffectiveRank), "effective rank (Roy & Vetterli): 29.12");
/// assert_eq!(value(RankSuggestion::EnergyEffectiveRank), "effective rank of the energy: 4.67");
/// assert_eq!(RankSuggestion::StableRank.rank(&spectrum), Ok(2));
/// # Ok::<(), lora_rank_explorer::SpectrumError>(())
/// ```
///
/// JSON: `"knee"`, `"largest_gap"`, `"numerical_rank"` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RankSuggestion {
    /// The rank at which the cumulative energy, as a curve from rank 1 to the numerical rank N, is farthest above its chord:
    /// 1 + #{j ≥ 2 : σⱼ² > mean(σ₂², …, σ_N²)}. This is Kneedle (Satopää et al. 2011, doi:10.1109/ICDCSW.2011.20) in closed form,
    /// since that curve is always concave. kneed 0.9 finds the same rank or none. If a σⱼ² equals the mean, several ranks are
    /// equally far: this is the first of them, kneed may find any. Needs N ≥ 3 and σ₂, …, σ_N that differ.
    Knee,
    /// The first r with the largest σᵣ − σᵣ₊₁: the eigengap heuristic (von Luxburg 2007, doi:10.1007/s11222-007-9033-z, § 8.3).
    LargestGap,
    /// #{σⱼ > σ₁ · max(m, n) · 2⁻⁵²}: `numpy.linalg.matrix_rank` in 64 bits. Values computed in 32 bits have larger errors, and
    /// a larger numerical rank than their matrix.
    NumericalRank,
    /// ‖W‖_F² / σ₁² (Rudelson & Vershynin 2007, doi:10.1145/1255443.1255449). At most the rank of W.
    StableRank,
    /// exp(H(p)), with H the entropy of pⱼ = σⱼ / Σσ: the effective rank of Roy & Vetterli (2007, EUSIPCO, pp. 606–610).
    EffectiveRank,
    /// exp(H(p)) with pⱼ = σⱼ² / Σσ²: the same for the energy of each direction. Never above
    /// [`EffectiveRank`](Self::EffectiveRank).
    EnergyEffectiveRank,
    /// #{σⱼ > ω(β) · median(σ)}, β = min(m, n) / max(m, n): the hard threshold of Gavish & Donoho (2014,
    /// doi:10.1109/TIT.2014.2323359, arXiv:1305.5870) for W = signal + white noise of unknown size, with their
    /// ω(β) ≈ 0.56β³ − 0.95β² + 1.82β + 1.43, which is accurate to 0.02. A product B·A holds no such noise: its median is 0.
    NoiseThreshold,
}

impl RankSuggestion {
    /// Every suggestion, in the order to offer them.
    pub const ALL: &'static [Self] = &[
        Self::Knee,
        Self::LargestGap,
        Self::NumericalRank,
        Self::StableRank,
        Self::EffectiveRank,
        Self::EnergyEffectiveRank,
        Self::NoiseThreshold,
    ];

    /// The value by its definition, in [1, min(m, n)]. Stable and effective ranks need not be integers.
    ///
    /// The effective ranks need a logarithm. The last bits of the standard library's differ between machines, so this is a series
    /// of `+ − × ÷`, with the same bits on server and browser.
    ///
    /// # Errors
    /// [`NotApplicable`] says why there is none.
    ///
    /// # Cost
    /// O(n'), and O(n' log n') at most.
    pub fn value(self, spectrum: &Spectrum) -> Result<f64, NotApplicable> {
        match self {
            Self::StableRank => effective::stable_rank(spectrum),
            Self::EffectiveRank => effective::effective_rank(spectrum, |share| share),
            Self::EnergyEffectiveRank => effective::effective_rank(spectrum, |share| share * share),
            _ => self.rank(spectrum).map(|rank| rank as f64),
        }
    }

    /// The [`value`](Self::value) rounded up to an integer in [1, min(m, n)]. A relative excess of up to 1e-9 over an integer
    /// counts as rounding error.
    ///
    /// # Errors
    /// As [`value`](Self::value).
    pub fn rank(self, spectrum: &Spectrum) -> Result<usize, NotApplicable> {
        match self {
            Self::Knee => shape::knee(spectrum),
            Self::LargestGap => shape::largest_gap(spectrum),
            Self::NumericalRank => effective::numerical_rank(spectrum),
            Self::NoiseThreshold => effective::above_noise(spectrum),
            Self::StableRank | Self::EffectiveRank | Self::EnergyEffectiveRank => {
                let value = self.value(spectrum)?;
                Ok(((value * (1.0 - 1e-9)).ceil() as usize).clamp(1, spectrum.max_rank()))
            }
        }
    }
}

/// The name to show: `knee`, `effective rank (Roy & Vetterli)`.
impl fmt::Display for RankSuggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Knee => "knee",
            Self::LargestGap => "largest gap",
            Self::NumericalRank => "numerical rank",
            Self::StableRank => "stable rank",
            Self::EffectiveRank => "effective rank (Roy & Vetterli)",
            Self::EnergyEffectiveRank => "effective rank of the energy",
            Self::NoiseThreshold => "noise threshold (Gavish–Donoho)",
        })
    }
}
