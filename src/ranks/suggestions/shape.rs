//! Ranks read off the shape of the spectrum: the knee and the largest gap.

use super::effective::numerical_rank;
use crate::ranks::bounds::{Bounds, only};
use crate::ranks::not_applicable::NotApplicable;
use crate::spectrum::Spectrum;

/// See [`RankSuggestion::Knee`](super::RankSuggestion::Knee).
pub(super) fn knee(spectrum: &Spectrum) -> Result<usize, NotApplicable> {
    let found = numerical_rank(spectrum).map_err(|reason| match reason {
        // These bounds hold for the numerical rank, not for the knee.
        NotApplicable::Between { known, of, .. } => NotApplicable::Incomplete { known, of },
        reason => reason,
    })?;
    if found < 3 {
        return Err(NotApplicable::TooFewValues { found, needed: 3 });
    }
    let values = &spectrum.singular_values()[1..found];
    let largest = values[0];
    if values[values.len() - 1] == largest {
        return Err(NotApplicable::Flat);
    }
    // Scaling by a power of two is exact, so a σⱼ² that equals the mean does not count as above it.
    let scale = power_of_two_below(largest);
    let square = |value: f64| (value / scale) * (value / scale);
    let total: f64 = values.iter().rev().map(|&value| square(value)).sum();
    Ok(1 + values.partition_point(|&value| square(value) * values.len() as f64 > total))
}

fn power_of_two_below(value: f64) -> f64 {
    let power = f64::from_bits(value.to_bits() & f64::INFINITY.to_bits());
    if power > 0.0 { power } else { value }
}

/// See [`RankSuggestion::LargestGap`](super::RankSuggestion::LargestGap).
pub(super) fn largest_gap(spectrum: &Spectrum) -> Result<usize, NotApplicable> {
    let values = spectrum.singular_values();
    let (known, last) = (values.len(), values[values.len() - 1]);
    if values[0] == 0.0 {
        return Err(NotApplicable::AllZero);
    }
    let gap = |r: usize| values[r - 1] - values[r];
    let first_largest = |best: usize, r: usize| if gap(r) > gap(best) { r } else { best };
    let best = (known > 1).then(|| (2..known).fold(1, first_largest));
    match best {
        // No gap after the last known value is larger than that value.
        Some(best) if known < spectrum.max_rank() && gap(best) < last => only(best..=spectrum.max_rank() - 1, spectrum),
        // Their only gap may be 0.
        None if spectrum.max_rank() == 2 && Bounds::of(spectrum).is_some_and(|bounds| bounds.next_value() >= last) => {
            Err(NotApplicable::Incomplete { known, of: 2 })
        }
        None if known < spectrum.max_rank() => only(1..=spectrum.max_rank() - 1, spectrum),
        Some(best) if gap(best) > 0.0 => Ok(best),
        _ => Err(NotApplicable::Flat),
    }
}
