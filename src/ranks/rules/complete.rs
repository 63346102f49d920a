//! The rules for complete spectra: the tools' own arithmetic.

use super::criterion::Criterion;
use super::{knee, numpy, torch};
use crate::ranks::ladder::{GRADIENCE_RANKS, round_up_rank};
use crate::ranks::not_applicable::NotApplicable;
use crate::spectrum::{Spectrum, tails};

/// sd-scripts treats a matrix as 0 if its σ₁ is at most this (`MIN_SV`).
const SD_SCRIPTS_ZERO: f32 = 1e-6;

/// The singular values that gradience leaves out, and the sum of squares that it takes as 0.
pub(super) const GRADIENCE_ZERO: f64 = 1e-12;

/// The rank that `criterion` chooses for `count` singular values of a matrix of the shape of `spectrum`, not yet clamped. The
/// singular values after `values` are 0.
///
/// Adding a 0 changes no sum. The number of zeros matters only where it changes the tools' order of summation, and where the
/// threshold is above all sums.
///
/// `torch.searchsorted(sums, t)` is the number of `sums` below t, and with `side="right"` the number not above it.
pub(super) fn rank(
    criterion: &Criterion,
    values: &[f64],
    count: usize,
    spectrum: &Spectrum,
) -> Result<usize, NotApplicable> {
    let single = || torch::single(values).ok_or(NotApplicable::Overflow { bits: 32 });
    match *criterion {
        Criterion::EnergyAtLeast(share) => {
            let sums = torch::cumsum(&squares(&single()?));
            let total = finite(sums[sums.len() - 1])?;
            let cutoff = share as f32 * total;
            Ok(below(&sums, count, |sum| sum < cutoff).saturating_add(1))
        }
        Criterion::EnergyAbove(share) => {
            let ratios = numpy::cumulative_variance_ratio(values, count, spectrum.rows())
                .ok_or(NotApplicable::Overflow { bits: 64 })?;
            Ok(below(&ratios, count, |ratio| ratio <= share).saturating_add(1))
        }
        _ if is_zero_to_tool(criterion, values[0]) => Ok(1),
        Criterion::FrobeniusRetained(share) => share_of_sum(&squares(&single()?), count, share * share),
        Criterion::NuclearShare(share) => share_of_sum(&single()?, count, share),
        Criterion::NuclearShareFloor(share) => {
            let values = single()?;
            let least = share as f32 * finite(torch::sum(&values, count))?;
            Ok(below(&torch::cumsum(&values), count, |sum| sum < least))
        }
        Criterion::SigmaRatio(ratio) => {
            let values = single()?;
            Ok(above(&values, values[0] / ratio as f32))
        }
        Criterion::SigmaRelative(share) => {
            let values = single()?;
            Ok(above(&values, values[0] * share as f32))
        }
        Criterion::SigmaAbove(value) => Ok(above(&single()?, value as f32)),
        Criterion::RelativeResidual(_) if values[0] == 0.0 => Err(NotApplicable::AllZero),
        Criterion::RelativeResidual(share) => {
            let residuals = residuals(values);
            Ok(residuals.partition_point(|residual| residual / residuals[0] > share))
        }
        Criterion::ResidualOfBase { share, base_norm } => {
            Ok(residuals(values).partition_point(|residual| values[0] * residual / base_norm > share))
        }
        Criterion::AtMostBytes { .. } => Ok(count),
        Criterion::FrobeniusRetainedPlusOne(share) => {
            Ok(share_of_sum(&squares(&single()?), count, share * share)?.saturating_add(1))
        }
        Criterion::NuclearSharePlusOne(share) => Ok(share_of_sum(&single()?, count, share)?.saturating_add(1)),
        Criterion::SigmaRatioPlusOne(ratio) => {
            let values = single()?;
            Ok(above(&values, values[0] / ratio as f32).max(1) + 1)
        }
        Criterion::SigmaKnee(sensitivity) => {
            let values = single()?;
            let count = knee::count(spectrum).unwrap_or(count);
            Ok(knee::rank(&values[..count.min(values.len())], count, sensitivity))
        }
        Criterion::SigmaAboveUpTo { value: 0.0, max_rank } => single().map(|_| max_rank),
        Criterion::SigmaAboveUpTo { value, max_rank } => Ok(above(&single()?, value as f32).min(max_rank)),
        Criterion::EnergyRoundedUp(share) => energy_rounded_up(values, share),
    }
}

/// Whether `criterion` is a rule of sd-scripts, or a copy of one, that treats a matrix with this σ₁ as 0, of rank 1.
pub(super) fn is_zero_to_tool(criterion: &Criterion, largest: f64) -> bool {
    let is_sd_scripts = matches!(
        criterion,
        Criterion::FrobeniusRetained(_)
            | Criterion::NuclearShare(_)
            | Criterion::SigmaRatio(_)
            | Criterion::FrobeniusRetainedPlusOne(_)
            | Criterion::NuclearSharePlusOne(_)
            | Criterion::SigmaRatioPlusOne(_)
            | Criterion::SigmaKnee(_)
    );
    is_sd_scripts && largest as f32 <= SD_SCRIPTS_ZERO
}

fn squares(values: &[f32]) -> Vec<f32> {
    values.iter().map(|value| value * value).collect()
}

fn finite(sum: f32) -> Result<f32, NotApplicable> {
    if sum.is_finite() { Ok(sum) } else { Err(NotApplicable::Overflow { bits: 32 }) }
}

/// sd-scripts divides the running sums by the whole before it compares.
fn share_of_sum(terms: &[f32], count: usize, share: f64) -> Result<usize, NotApplicable> {
    let total = finite(torch::sum(terms, count))?;
    Ok(below(&torch::cumsum(terms), count, |sum| sum / total < share as f32).saturating_add(1))
}

/// gradience's suggestion for a layer whose rank is the number of values above 0.
fn energy_rounded_up(values: &[f64], share: f64) -> Result<usize, NotApplicable> {
    let kept = &values[..values.partition_point(|&value| value > GRADIENCE_ZERO)];
    let energies: Vec<f64> = kept.iter().map(|value| value * value).collect();
    let total = torch::sum(&energies, energies.len());
    if !total.is_finite() {
        return Err(NotApplicable::Overflow { bits: 64 });
    }
    if total <= GRADIENCE_ZERO {
        return Ok(1);
    }
    let needed = torch::cumsum(&energies).partition_point(|&sum| sum / total < share) + 1;
    Ok(to_gradience(needed.min(kept.len())).min(values.partition_point(|&value| value > 0.0)))
}

/// `rank` rounded up to a rank that gradience suggests, at most its largest.
pub(super) fn to_gradience(rank: usize) -> usize {
    round_up_rank(rank, &GRADIENCE_RANKS).unwrap_or(GRADIENCE_RANKS[GRADIENCE_RANKS.len() - 1])
}

/// How many of the `count` running sums satisfy `is_below`. Those after `sums` equal the last one.
fn below<T: Copy>(sums: &[T], count: usize, is_below: impl Fn(T) -> bool) -> usize {
    let below = sums.partition_point(|&sum| is_below(sum));
    if below == sums.len() { count } else { below }
}

fn above(values: &[f32], threshold: f32) -> usize {
    values.partition_point(|&value| value > threshold)
}

/// ‖W − Wᵣ‖_F / σ₁ for r = 0..=n', summed from the smallest up. All 0 for W = 0.
fn residuals(values: &[f64]) -> Vec<f64> {
    tails(values, 0.0).into_iter().map(f64::sqrt).collect()
}
