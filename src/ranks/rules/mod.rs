//! [`RankRule`]: the rules by which other tools choose a rank. Each gives the same integer as its tool.
//!
//! ```text
//! RankRule ── complete spectrum ──> complete: the tool's own arithmetic (torch, numpy)  ──> rank
//!          └─ first k values only ─> partial: the ranks that the bounds leave possible ──> rank, or a range
//! ```
//!
//! # The same integer
//! A tie, such as exactly 90 % for a threshold of 90 %, depends on ≥ or > and on the last bit of a sum. Each rule therefore
//! repeats the steps of its tool, in the same number format and order:
//!
//! | rule | steps |
//! | --- | --- |
//! | PEFT | 32 bits: squares, running sum, `t · total` ≤ running sum |
//! | scikit-learn PCA | 64 bits: squares / (m − 1), each / their sum, running sum > t; the m rows of W are the samples |
//! | sd-scripts `sv_fro`, `sv_cumulative` | 32 bits: running sum / sum ≥ t² (of squares), ≥ t (of values); 1 where σ₁ ≤ 1e-6 |
//! | sd-scripts `sv_ratio` | 32 bits: σⱼ > σ₁ / τ; 1 where σ₁ ≤ 1e-6 |
//! | the same three before PR 2194; KJNodes, sd-lora-tools | as above, plus 1, at least 2; 1 where σ₁ ≤ 1e-6 |
//! | KJNodes `sv_knee` | σ and (σⱼ − σₙ) / (σ₁ − σₙ + 1e-10) in 32 bits, the line and the distance in 64; the first of equals |
//! | LyCORIS `quantile`, `ratio`, `threshold` | 32 bits: running sum < t · sum; σⱼ > θ · σ₁; σⱼ > ε |
//! | mergekit | 32 bits: σⱼ > ε, without it if ε is 0; at most `max-rank` |
//! | gradience | 64 bits: values above 1e-12; running sum / sum ≥ t; up to the next of its ranks; at most r |
//! | resize_lora `rle_lora`, `rle_ckpt` | 64 bits: residual / norm ≤ e. The tool prints these figures in 32 bits |
//!
//! sd-scripts, KJNodes and sd-lora-tools also cap the rank at their `new_rank`; that cap is not part of these rules.
//!
//! The 32-bit steps are those of PyTorch on an x86-64 CPU. A GPU adds in another order, so a tie may go the other way. A tool
//! that computes the singular values itself, in 32 bits, may get slightly different ones.
//!
//! Sources: PEFT 0.21.2 `tuners/lora/conversion.py`, scikit-learn 1.9.1 `decomposition/_pca.py`, sd-scripts 41de9362
//! `networks/resize_lora.py` (`sv_ratio` as it is since 063ef100) and 48d368fa before it, kijai/ComfyUI-KJNodes 3f20054
//! `nodes/lora_nodes.py`, kohya-ss/sd-lora-tools a163b77 `resize.py`, gradience 0.11.0 `vnext/rank_suggestion.py`, LyCORIS 4.1.3
//! `utils/__init__.py`, mergekit 0.1.5 `scripts/extract_lora.py`, elias-gaeros/resize_lora efe6f699 `resize_lora.py`.

mod complete;
mod constructors;
mod criterion;
pub(crate) mod error;
mod knee;
mod numpy;
mod partial;
mod torch;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::bounds::{Bounds, only};
use super::not_applicable::NotApplicable;
use crate::numeric::decimal::plain;
use crate::spectrum::Spectrum;
use criterion::Criterion;
pub use error::RankRuleError;

/// A tool's rule for choosing a rank from a spectrum, with its threshold, such as `PEFT 0.95`.
///
/// The same 0.9 gives a different rank in each tool:
///
/// ```
/// use lora_rank_explorer::{RankRule, Spectrum};
///
/// let spectrum = Spectrum::new(64, 64, (1..=64).map(|j| 1.0 / f64::from(j)).collect())?;
/// let rules = [
///     RankRule::energy_at_least(0.9)?,
///     RankRule::frobenius_retained(0.9)?,
///     RankRule::nuclear_share(0.9)?,
///     RankRule::nuclear_share_floor(0.9)?,
/// ];
/// let ranks = rules.map(|rule| format!("{rule}: {}", rule.resolve(&spectrum).unwrap()));
/// assert_eq!(ranks, ["PEFT 0.9: 6", "sd-scripts sv_fro 0.9: 3", "sd-scripts sv_cumulative 0.9: 40", "LyCORIS quantile 0.9: 39"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// JSON: the constructor's name and its numbers, `{"energy_at_least": 0.95}`. Reading applies the same checks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Criterion", into = "Criterion")]
pub struct RankRule(Criterion);

impl RankRule {
    /// The rank that the tool chooses, in [1, min(m, n)].
    ///
    /// If only the first singular values are known, the result is a rank if they decide it beyond the rounding errors of 32 bits;
    /// with ‖W‖_F they decide more. A 0 at their end means that all others are 0, as in a product B·A.
    ///
    /// # Errors
    /// [`NotApplicable`] says why there is none.
    ///
    /// # Cost
    /// O(k) for k given values: zeros after them cost nothing.
    ///
    /// ```
    /// use lora_rank_explorer::{RankRule, Spectrum};
    ///
    /// let rule = RankRule::energy_at_least(0.9)?;
    /// assert_eq!(rule.resolve(&Spectrum::new(2, 2, vec![3.0, 1.0])?), Ok(1));
    /// assert_eq!(RankRule::energy_above(0.9)?.resolve(&Spectrum::new(2, 2, vec![3.0, 1.0])?), Ok(2));
    ///
    /// let part = Spectrum::leading(64, 64, vec![4.0, 2.0, 1.0], None)?;
    /// let reason = rule.resolve(&part).unwrap_err();
    /// assert_eq!(reason.to_string(), "between rank 2 and 64, with 3 of 64 singular values known");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resolve(&self, spectrum: &Spectrum) -> Result<usize, NotApplicable> {
        let most = spectrum.max_rank();
        if let Criterion::AtMostBytes { budget, bytes_per_value } = self.0 {
            let needed =
                (spectrum.rows() as u64).saturating_add(spectrum.cols() as u64).saturating_mul(bytes_per_value);
            let rank = usize::try_from(budget / needed).unwrap_or(most).min(most);
            return if rank == 0 { Err(NotApplicable::OverBudget { needed, budget }) } else { Ok(rank) };
        }
        let values = spectrum.singular_values();
        let bounds = Bounds::of(spectrum).filter(|_| !spectrum.is_complete());
        if let Some(bounds) = bounds {
            // If sums over a part overflow the tool's number format, so do those over the whole.
            complete::rank(&self.0, values, values.len(), spectrum)?;
            return only(partial::ranks(&self.0, spectrum, &bounds), spectrum);
        }
        complete::rank(&self.0, values, most, spectrum).map(|rank| rank.clamp(1, most))
    }

    /// The tool and its rule, without the threshold: `sd-scripts sv_fro`.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }
}

/// The tool, its rule and the threshold, with up to six decimals: `PEFT 0.95`.
impl fmt::Display for RankRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Criterion::AtMostBytes { budget, .. } => write!(f, "{} ≤ {budget} bytes", self.name()),
            Criterion::SigmaAboveUpTo { value, max_rank } => {
                write!(f, "{} {}, max-rank {max_rank}", self.name(), plain(value))
            }
            criterion => write!(f, "{} {}", self.name(), plain(criterion.threshold())),
        }
    }
}

impl TryFrom<Criterion> for RankRule {
    type Error = RankRuleError;

    fn try_from(criterion: Criterion) -> Result<Self, RankRuleError> {
        criterion.checked().map(Self)
    }
}

impl From<RankRule> for Criterion {
    fn from(rule: RankRule) -> Self {
        rule.0
    }
}
