//! The constructors of [`RankRule`], one for each rule.

use super::RankRule;
use super::criterion::Criterion;
use super::error::RankRuleError;

impl RankRule {
    /// min{r : Σ_{j≤r} σⱼ² ≥ `share` · Σσⱼ²}, with `share` in (0, 1]: PEFT's `convert_to_lora` with a float rank.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`] outside that range.
    pub fn energy_at_least(share: f64) -> Result<Self, RankRuleError> {
        Criterion::EnergyAtLeast(share).checked().map(Self)
    }

    /// min{r : Σ_{j≤r} σⱼ² / Σσⱼ² ≥ `share`} rounded up to 1, 2, 4, 8, 16, 32 or 64
    /// ([`GRADIENCE_RANKS`](crate::GRADIENCE_RANKS)), with `share` in (0, 1]: gradience's suggestion for a layer, which it makes
    /// for a `share` of 0.9 (`k@90%`).
    ///
    /// Above 64 it is 64. It is at most the layer's present rank r, here the number of values above 0, which is r unless B or A
    /// lacks full rank. gradience leaves out values up to 1e-12, and takes a layer of Σσⱼ² ≤ 1e-12 as 0, of rank 0: this is rank
    /// 1. It looks at B·A without its scale.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    ///
    /// ```
    /// use lora_rank_explorer::{RankRule, Spectrum};
    ///
    /// let spectrum = Spectrum::new(8, 8, vec![4.0, 4.0, 4.0, 1.0, 0.5, 0.5, 0.1, 0.1])?;
    /// assert_eq!(RankRule::energy_at_least(0.9)?.resolve(&spectrum), Ok(3));
    /// assert_eq!(RankRule::energy_rounded_up(0.9)?.resolve(&spectrum), Ok(4));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn energy_rounded_up(share: f64) -> Result<Self, RankRuleError> {
        Criterion::EnergyRoundedUp(share).checked().map(Self)
    }

    /// min{r : Σ_{j≤r} σⱼ² > `share` · Σσⱼ²}, with `share` in (0, 1): scikit-learn's `PCA(n_components=share)` of data whose
    /// centred matrix is W.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn energy_above(share: f64) -> Result<Self, RankRuleError> {
        Criterion::EnergyAbove(share).checked().map(Self)
    }

    /// min{r : ‖Wᵣ‖_F ≥ `share` · ‖W‖_F}, with `share` in (0, 1]: `--dynamic_method sv_fro` of sd-scripts' `resize_lora.py`
    /// since pull request 2194. Before it: [`frobenius_retained_plus_one`](Self::frobenius_retained_plus_one).
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn frobenius_retained(share: f64) -> Result<Self, RankRuleError> {
        Criterion::FrobeniusRetained(share).checked().map(Self)
    }

    /// min{r : Σ_{j≤r} σⱼ ≥ `share` · Σσⱼ}, with `share` in (0, 1]: `--dynamic_method sv_cumulative` of sd-scripts since
    /// pull request 2194. Before it: [`nuclear_share_plus_one`](Self::nuclear_share_plus_one).
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn nuclear_share(share: f64) -> Result<Self, RankRuleError> {
        Criterion::NuclearShare(share).checked().map(Self)
    }

    /// One rank more than [`frobenius_retained`](Self::frobenius_retained), and at least 2: `sv_fro` as it was in sd-scripts
    /// before pull request 2194, and still is in ComfyUI-KJNodes (`LoraReduceRank`) and kohya-ss/sd-lora-tools. With
    /// `share` in (0, 1].
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    ///
    /// ```
    /// use lora_rank_explorer::{RankRule, Spectrum};
    ///
    /// let spectrum = Spectrum::new(4, 4, vec![9.0, 3.0, 1.0, 0.5])?;
    /// let rules = [RankRule::frobenius_retained(0.9)?, RankRule::frobenius_retained_plus_one(0.9)?];
    /// let ranks = rules.map(|rule| format!("{rule}: {}", rule.resolve(&spectrum).unwrap()));
    /// assert_eq!(ranks, ["sd-scripts sv_fro 0.9: 1", "sd-scripts before PR 2194 sv_fro 0.9: 2"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn frobenius_retained_plus_one(share: f64) -> Result<Self, RankRuleError> {
        Criterion::FrobeniusRetainedPlusOne(share).checked().map(Self)
    }

    /// One rank more than [`nuclear_share`](Self::nuclear_share), and at least 2: `sv_cumulative` of the same three tools.
    /// `share` in (0, 1].
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn nuclear_share_plus_one(share: f64) -> Result<Self, RankRuleError> {
        Criterion::NuclearSharePlusOne(share).checked().map(Self)
    }

    /// #{r : Σ_{j≤r} σⱼ < `share` · Σσⱼ}, with `share` in (0, 1]: mode `quantile` of LyCORIS, usually one less than
    /// [`nuclear_share`](Self::nuclear_share). LyCORIS stores a layer in full if its rank would be half of its rows or more.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn nuclear_share_floor(share: f64) -> Result<Self, RankRuleError> {
        Criterion::NuclearShareFloor(share).checked().map(Self)
    }

    /// #{σⱼ > σ₁ / `ratio`}, with a finite `ratio` of at least 1: `--dynamic_method sv_ratio` of sd-scripts since
    /// 063ef100. Before it: [`sigma_ratio_plus_one`](Self::sigma_ratio_plus_one).
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn sigma_ratio(ratio: f64) -> Result<Self, RankRuleError> {
        Criterion::SigmaRatio(ratio).checked().map(Self)
    }

    /// One rank more than [`sigma_ratio`](Self::sigma_ratio), and at least 2, with a finite `ratio` of at least 1: `sv_ratio` as
    /// it was in sd-scripts before pull request 2194, and still is in ComfyUI-KJNodes and kohya-ss/sd-lora-tools. From that pull
    /// request until 063ef100, sd-scripts differs from it only where `ratio` is 1, with rank 1.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn sigma_ratio_plus_one(ratio: f64) -> Result<Self, RankRuleError> {
        Criterion::SigmaRatioPlusOne(ratio).checked().map(Self)
    }

    /// #{σⱼ > `share` · σ₁}, with `share` in [0, 1]: mode `ratio` of LyCORIS.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn sigma_relative(share: f64) -> Result<Self, RankRuleError> {
        Criterion::SigmaRelative(share).checked().map(Self)
    }

    /// #{σⱼ > `value`}, with a finite `value` of at least 0: mode `threshold` of LyCORIS. mergekit's `--sv-epsilon` is the same
    /// where its cap does not matter: [`sigma_above_up_to`](Self::sigma_above_up_to).
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn sigma_above(value: f64) -> Result<Self, RankRuleError> {
        Criterion::SigmaAbove(value).checked().map(Self)
    }

    /// #{σⱼ > `value`}, at most `max_rank`: `--sv-epsilon` and `--max-rank` of `mergekit-extract-lora`, which are 0 and 128 if
    /// not given. `value` is finite and at least 0, where 0 means no limit but `max_rank`, which is at least 1. Where no value is
    /// above `value`, mergekit writes factors of rank 0, and this is rank 1.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`], or [`RankRuleError::NoRank`] for a `max_rank` of 0.
    ///
    /// ```
    /// use lora_rank_explorer::{RankRule, Spectrum};
    ///
    /// let rule = RankRule::sigma_above_up_to(0.01, 128)?;
    /// assert_eq!(rule.to_string(), "mergekit sv-epsilon 0.01, max-rank 128");
    /// let flat = Spectrum::new(300, 300, vec![1.0; 300])?;
    /// assert_eq!((rule.resolve(&flat), RankRule::sigma_above(0.01)?.resolve(&flat)), (Ok(128), Ok(300)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sigma_above_up_to(value: f64, max_rank: usize) -> Result<Self, RankRuleError> {
        Criterion::SigmaAboveUpTo { value, max_rank }.checked().map(Self)
    }

    /// The rank at which σ is farthest above a falling line, plus 1: `sv_knee` of ComfyUI-KJNodes, `sensitivity` in [0, 2].
    ///
    /// With x from 0 at σ₁ to 1 at the last of n values, and y = (σⱼ − σₙ) / (σ₁ − σₙ + 1e-10), it is 1 more than the first j
    /// with the largest y − (1 − `sensitivity` · x), but at least 2 and at most n; rank 1 for σ₁ ≤ 1e-6. A spectrum that falls
    /// ever more slowly lies below that line, so the farthest point is an end: rank 2 for a `sensitivity` below 1, n above. For
    /// the knee of the energy see [`RankSuggestion::Knee`](crate::RankSuggestion::Knee).
    ///
    /// n is min(m, n), zeros counted. Where W has more than 100 000 000 values, the tool decomposes the r × r core of B·A
    /// instead, so n is the number of values above 0, which is r unless B or A lacks full rank. It skips convolutions of that
    /// size.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    ///
    /// # Cost
    /// [`resolve`](Self::resolve) takes O(n) steps; n is at most 10 000, or the number of given values.
    ///
    /// ```
    /// use lora_rank_explorer::{RankRule, Spectrum};
    ///
    /// let spectrum = Spectrum::new(5, 5, vec![4.0, 3.8, 3.5, 0.5, 0.4])?;
    /// assert_eq!(RankRule::sigma_knee(1.0)?.resolve(&spectrum), Ok(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sigma_knee(sensitivity: f64) -> Result<Self, RankRuleError> {
        Criterion::SigmaKnee(sensitivity).checked().map(Self)
    }

    /// min{r : ‖W − Wᵣ‖_F ≤ `share` · ‖W‖_F}, with `share` in [0, 1]: the relative error that elias-gaeros/resize_lora prints
    /// as `rle_lora`.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`].
    pub fn relative_residual(share: f64) -> Result<Self, RankRuleError> {
        Criterion::RelativeResidual(share).checked().map(Self)
    }

    /// min{r : ‖W − Wᵣ‖_F ≤ `share` · `base_norm`}, with a finite `share` of at least 0, and `base_norm` the Frobenius norm of
    /// the weights that W is added to: the error that elias-gaeros/resize_lora prints as `rle_ckpt`.
    ///
    /// # Errors
    /// [`RankRuleError::Threshold`], or [`RankRuleError::BaseNorm`] for a norm that is not above 0 and finite.
    pub fn residual_of_base(share: f64, base_norm: f64) -> Result<Self, RankRuleError> {
        Criterion::ResidualOfBase { share, base_norm }.checked().map(Self)
    }

    /// ⌊`budget` / ((m + n) · `bytes_per_value`)⌋: the largest rank whose factors take at most `budget` bytes in a file, without
    /// its header.
    ///
    /// # Errors
    /// [`RankRuleError::NoBudget`] or [`RankRuleError::NoWidth`] if that argument is 0.
    ///
    /// ```
    /// use lora_rank_explorer::{RankRule, Spectrum};
    ///
    /// let spectrum = Spectrum::leading(4096, 4096, vec![1.0], None)?;
    /// assert_eq!(RankRule::at_most_bytes(1 << 20, 2)?.resolve(&spectrum), Ok(64));
    /// let reason = RankRule::at_most_bytes(10_000, 2)?.resolve(&spectrum).unwrap_err();
    /// assert_eq!(reason.to_string(), "rank 1 needs 16384 bytes, more than 10000");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at_most_bytes(budget: u64, bytes_per_value: u64) -> Result<Self, RankRuleError> {
        Criterion::AtMostBytes { budget, bytes_per_value }.checked().map(Self)
    }
}
