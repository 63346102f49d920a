//! `sv_knee` of ComfyUI-KJNodes, with the steps of NumPy 2: σ and its height in 32 bits, the line and the distance in 64.

use std::ops::RangeInclusive;

use crate::ranks::bounds::Bounds;
use crate::spectrum::Spectrum;

/// KJNodes decomposes the r × r core of B·A instead of B·A if that has more values than this.
const LARGEST_PRODUCT: usize = 100_000_000;

/// Keeps a flat spectrum from a division by 0.
const EPSILON: f32 = 1e-10;

/// The relative margin above which a comparison is certain: the rounding error of heights in 32 bits.
const TOOL_ROUNDING: f64 = 1e-6;

/// How many singular values the tool sees of a matrix too large for it to decompose; `None` for all others, of which it sees all.
pub(super) fn count(spectrum: &Spectrum) -> Option<usize> {
    let is_large = spectrum.rows().saturating_mul(spectrum.cols()) > LARGEST_PRODUCT;
    is_large.then(|| spectrum.singular_values().partition_point(|&value| value > 0.0))
}

/// The rank for `count` singular values, where those after `values` are 0. They are at most as many as the smaller side of a
/// matrix of [`LARGEST_PRODUCT`] values has, so each is looked at.
pub(super) fn rank(values: &[f32], count: usize, sensitivity: f64) -> usize {
    if count <= 2 {
        return count;
    }
    let value = |i: usize| values.get(i).copied().unwrap_or(0.0);
    let last = value(count - 1);
    let spread = values[0] - last + EPSILON;
    let distance = |i: usize| f64::from((value(i) - last) / spread) - line(i, count, sensitivity);
    let first_farthest = |best: usize, i: usize| if distance(i) > distance(best) { i } else { best };
    (1..count).fold(0, first_farthest).max(1) + 1
}

/// The line at the value with index `i`, as `numpy.linspace` spaces them.
fn line(i: usize, count: usize, sensitivity: f64) -> f64 {
    let x = if i + 1 == count { 1.0 } else { i as f64 * (1.0 / (count - 1) as f64) };
    1.0 - sensitivity * x
}

/// The smallest and the largest rank that remain possible if only the first values are known.
///
/// The last value L is unknown, and with it every height (σⱼ − L) / D, D = σ₁ − L + 1e-10. The difference of two distances is
/// linear in 1/D, so a value that is farther than another for the smallest and for the largest D is so for every D.
pub(super) fn possible(spectrum: &Spectrum, bounds: &Bounds, sensitivity: f64) -> RangeInclusive<usize> {
    let most = spectrum.max_rank();
    if count(spectrum).is_some() {
        return 1..=most;
    }
    let values = spectrum.singular_values();
    let (known, largest, next) = (values.len(), values[0], bounds.next_value());
    let epsilon = f64::from(EPSILON);
    // The smallest and the largest D.
    let ends = [largest - next + epsilon, largest + epsilon];
    // (σ − L) / D − line, with L = σ₁ + 1e-10 − D.
    let distance = |i: usize, value: f64, d: f64| 1.0 + (value - largest - epsilon) / d - line(i, most, sensitivity);
    let margin = |d: f64| TOOL_ROUNDING * (1.0 + largest / d);

    let mut farthest = [[f64::NEG_INFINITY; 2]; 3];
    // The last value has height 0 for every L.
    farthest[2] = ends.map(|_| -line(most - 1, most, sensitivity));
    for end in [0, 1] {
        for (i, &value) in values.iter().enumerate() {
            let found = ends.map(|d| distance(i, value, d));
            if found[end] > farthest[end][end] {
                farthest[end] = found;
            }
        }
    }
    let is_nearer = |ours: [f64; 2]| {
        farthest.iter().any(|theirs| [0, 1].iter().all(|&end| theirs[end] - ours[end] > margin(ends[end])))
    };
    let is_possible = |i: usize, value: f64| !is_nearer(ends.map(|d| distance(i, value, d)));

    let mut indices: Vec<usize> = (0..known).filter(|&i| is_possible(i, values[i])).collect();
    // No unknown value but the last is higher than the next, or farther right than the last but one.
    if known + 1 < most && is_possible(most - 2, next) {
        indices.extend([known, most - 2]);
    }
    if !is_nearer(farthest[2]) {
        indices.push(most - 1);
    }
    let rank = |index: Option<&usize>, otherwise: usize| index.map_or(otherwise, |&i| i.clamp(1, most - 1) + 1);
    rank(indices.iter().min(), 1)..=rank(indices.iter().max(), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_that_are_not_stored_count_like_stored_ones() {
        let mut ranks = std::collections::BTreeSet::new();
        for values in [vec![8.0, 7.5, 7.0, 1.0], vec![3.0], vec![1.0, 1.0, 0.5, 0.0], vec![5.0, 1.0, 0.1]] {
            for zeros in [0, 1, 2, 5, 40, 1000] {
                for sensitivity in [0.0, 1e-9, 0.2, 0.99, 1.0, 1.01, 1.5, 2.0] {
                    let mut all: Vec<f32> = values.clone();
                    all.resize(values.len() + zeros, 0.0);
                    let found = rank(&all, all.len(), sensitivity);
                    assert_eq!(rank(&values, all.len(), sensitivity), found, "{values:?}, {zeros}, {sensitivity}");
                    ranks.insert(found);
                }
            }
        }
        assert!(ranks.len() > 8, "{ranks:?}");
    }
}
