//! Ranks that count or weigh the singular values: numerical, stable and effective rank, and the values above noise.

use crate::numeric::elementary::{exp, ln};
use crate::ranks::bounds::{Bounds, only};
use crate::ranks::not_applicable::NotApplicable;
use crate::spectrum::{Spectrum, tails};

/// See [`RankSuggestion::NumericalRank`](super::RankSuggestion::NumericalRank).
pub(super) fn numerical_rank(spectrum: &Spectrum) -> Result<usize, NotApplicable> {
    let bounds = Bounds::of(spectrum).ok_or(NotApplicable::AllZero)?;
    let values = spectrum.singular_values();
    let (known, most) = (values.len(), spectrum.max_rank());
    let tolerance = values[0] * (spectrum.rows().max(spectrum.cols()) as f64 * f64::EPSILON);
    let rank = values.partition_point(|&value| value > tolerance);
    match rank < known || bounds.next_value() <= tolerance {
        true => Ok(rank.max(1)),
        false => only(known..=most, spectrum),
    }
}

/// See [`RankSuggestion::StableRank`](super::RankSuggestion::StableRank).
pub(super) fn stable_rank(spectrum: &Spectrum) -> Result<f64, NotApplicable> {
    let largest = spectrum.singular_values()[0];
    if largest == 0.0 {
        return Err(NotApplicable::AllZero);
    }
    if spectrum.is_complete() {
        // Not from ‖W‖_F, which may overflow an f64 or lose digits near its smallest numbers.
        return Ok(tails(spectrum.singular_values(), 0.0)[0]);
    }
    let ratio = spectrum.frobenius_norm().ok_or(NotApplicable::NormUnknown)? / largest;
    Ok(ratio * ratio)
}

/// exp of the entropy of the shares of `weight(σⱼ/σ₁)`, summed from the smallest up.
pub(super) fn effective_rank(spectrum: &Spectrum, weight: fn(f64) -> f64) -> Result<f64, NotApplicable> {
    let values = complete(spectrum)?;
    let largest = values[0];
    if largest == 0.0 {
        return Err(NotApplicable::AllZero);
    }
    let weights = || values.iter().rev().map(|value| weight(value / largest));
    let total: f64 = weights().sum();
    let entropy: f64 = weights().map(|weight| weight / total).map(|share| -share * ln(share)).sum();
    Ok(exp(entropy).clamp(1.0, values.len() as f64))
}

/// See [`RankSuggestion::NoiseThreshold`](super::RankSuggestion::NoiseThreshold).
pub(super) fn above_noise(spectrum: &Spectrum) -> Result<usize, NotApplicable> {
    let values = complete(spectrum)?;
    let rank = numerical_rank(spectrum)?;
    let n = spectrum.max_rank();
    if rank < n {
        return Err(NotApplicable::RankDeficient { rank, of: n });
    }
    let (high, low) = (values[(n - 1) / 2], values[n / 2]);
    let median = low + (high - low) / 2.0;
    let ratio = n as f64 / spectrum.rows().max(spectrum.cols()) as f64;
    let threshold = (((0.56 * ratio - 0.95) * ratio + 1.82) * ratio + 1.43) * median;
    match values.partition_point(|&value| value > threshold) {
        0 => Err(NotApplicable::AllNoise),
        rank => Ok(rank),
    }
}

/// All values, without zeros at the end that are not stored; an error if only the first are known.
fn complete(spectrum: &Spectrum) -> Result<&[f64], NotApplicable> {
    let (values, of) = (spectrum.singular_values(), spectrum.max_rank());
    match spectrum.is_complete() {
        true => Ok(values),
        false => Err(NotApplicable::Incomplete { known: values.len(), of }),
    }
}
