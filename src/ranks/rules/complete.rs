//! The rules where every singular value is known: the tools' own arithmetic.

use super::criterion::Criterion;
use super::{numpy, torch};
use crate::ranks::not_applicable::NotApplicable;

/// The singular values at and below which sd-scripts takes a matrix for 0 (its `MIN_SV`).
const SD_SCRIPTS_ZERO: f32 = 1e-6;

/// The rank that `criterion` chooses for all singular values of a matrix with `rows` rows, before it is clamped.
///
/// `torch.searchsorted(sums, t)` is the number of `sums` below t, and with `side="right"` the number not above it.
pub(super) fn rank(criterion: &Criterion, values: &[f64], rows: usize) -> Result<usize, NotApplicable> {
    let single = || torch::single(values).ok_or(NotApplicable::Overflow { bits: 32 });
    match *criterion {
        Criterion::EnergyAtLeast(share) => {
            let sums = torch::cumsum(&squares(&single()?));
            let total = finite(sums[sums.len() - 1])?;
            let cutoff = share as f32 * total;
            Ok(sums.partition_point(|&sum| sum < cutoff) + 1)
        }
        Criterion::EnergyAbove(share) => {
            let ratios = numpy::cumulative_variance_ratio(values, rows).ok_or(NotApplicable::Overflow { bits: 64 })?;
            Ok(ratios.partition_point(|&ratio| ratio <= share) + 1)
        }
        _ if is_zero_to_tool(criterion, values[0]) => Ok(1),
        Criterion::FrobeniusRetained(share) => share_of_sum(&squares(&single()?), share * share),
        Criterion::NuclearShare(share) => share_of_sum(&single()?, share),
        Criterion::NuclearShareFloor(share) => {
            let values = single()?;
            let least = share as f32 * finite(torch::sum(&values))?;
            Ok(torch::cumsum(&values).partition_point(|&sum| sum < least))
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
        Criterion::AtMostBytes { .. } => Ok(values.len()),
    }
}

/// Whether sd-scripts, by one of its rules, takes a matrix with this σ₁ for 0, which gets rank 1.
pub(super) fn is_zero_to_tool(criterion: &Criterion, largest: f64) -> bool {
    let is_sd_scripts =
        matches!(criterion, Criterion::FrobeniusRetained(_) | Criterion::NuclearShare(_) | Criterion::SigmaRatio(_));
    is_sd_scripts && largest as f32 <= SD_SCRIPTS_ZERO
}

fn squares(values: &[f32]) -> Vec<f32> {
    values.iter().map(|value| value * value).collect()
}

fn finite(sum: f32) -> Result<f32, NotApplicable> {
    if sum.is_finite() { Ok(sum) } else { Err(NotApplicable::Overflow { bits: 32 }) }
}

/// sd-scripts divides the running sums by the whole before it compares.
fn share_of_sum(terms: &[f32], share: f64) -> Result<usize, NotApplicable> {
    let total = finite(torch::sum(terms))?;
    Ok(torch::cumsum(terms).partition_point(|&sum| sum / total < share as f32) + 1)
}

fn above(values: &[f32], threshold: f32) -> usize {
    values.partition_point(|&value| value > threshold)
}

/// ‖W − Wᵣ‖_F / σ₁ for r = 0..=n', summed from the smallest up. All 0 for W = 0.
fn residuals(values: &[f64]) -> Vec<f64> {
    let square = |value: f64| if values[0] > 0.0 { (value / values[0]) * (value / values[0]) } else { 0.0 };
    let mut tails = vec![0.0; values.len() + 1];
    for (r, &value) in values.iter().enumerate().rev() {
        tails[r] = tails[r + 1] + square(value);
    }
    tails.into_iter().map(f64::sqrt).collect()
}
