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

/// The rank for `count` singular values, where those after `values` are 0, not yet clamped to `count`.
pub(super) fn rank(values: &[f32], count: usize, sensitivity: f64) -> usize {
    if count <= 2 {
        return 2;
    }
    let last = if values.len() < count { 0.0 } else { values[count - 1] };
    let spread = values[0] - last + EPSILON;
    let distance = |i: usize, value: f32| f64::from((value - last) / spread) - line(i, count, sensitivity);
    let mut farthest = (0, distance(0, values[0]));
    for (i, &value) in values.iter().enumerate() {
        let found = distance(i, value);
        if found > farthest.1 {
            farthest = (i, found);
        }
    }
    let of_zeros = distance(count - 1, last);
    if values.len() < count && of_zeros > farthest.1 {
        farthest.0 = first_zero_as_far(values.len(), count, |i| distance(i, 0.0) < of_zeros);
    }
    farthest.0.clamp(1, count - 1) + 1
}

/// The line at the value with index `i`, as `numpy.linspace` spaces them.
fn line(i: usize, count: usize, sensitivity: f64) -> f64 {
    let x = if i + 1 == count { 1.0 } else { i as f64 * (1.0 / (count - 1) as f64) };
    1.0 - sensitivity * x
}

/// The first index from `first` to `count` that is not nearer. The line falls, so a later zero is never nearer than an earlier one,
/// and halving finds it without a look at each.
fn first_zero_as_far(first: usize, count: usize, is_nearer: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (first, count - 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_nearer(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The smallest and the largest rank that remain possible if only the first values are known.
///
/// The last value L is unknown, and with it every height (σⱼ − L) / D, D = σ₁ − L + 1e-10. The difference of two distances is linear in
/// 1/D, so a value that is farther than another for the smallest and for the largest D is so for every D.
pub(super) fn possible(spectrum: &Spectrum, bounds: &Bounds, sensitivity: f64) -> RangeInclusive<usize> {
    let most = spectrum.max_rank();
    if count(spectrum).is_some() {
        return 1..=most;
    }
    let values = spectrum.singular_values();
    let (known, largest, next) = (values.len(), values[0], bounds.next_value());
    let epsilon = f64::from(EPSILON);
    // For a value of σ at index i, its distance at both ends of D, up to 1 − L-free terms that all share.
    let ends = [largest - next + epsilon, largest + epsilon];
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

    #[test]
    fn zeros_at_the_same_distance_up_to_rounding_give_the_first_of_them() {
        let (values, count) = ([1.0f32, 1.0], 1 << 20);
        let sensitivity = 1e-12;
        let far = |i: usize| 0.0 - line(i, count, sensitivity);
        // A last value above the stored ones' distance is needed: the height of the stored ones is 1 here, so none is.
        assert_eq!(rank(&values, count, sensitivity), 2);
        let first = first_zero_as_far(2, count, |i| far(i) < far(count - 1));
        assert!(first < count - 1, "a step of the line is below its rounding error");
        assert_eq!((2..count).find(|&i| far(i) == far(count - 1)), Some(first));
    }

    #[test]
    fn a_vast_shape_takes_no_time() {
        assert_eq!(rank(&[4.0, 1.0], usize::MAX, 2.0), usize::MAX);
        assert_eq!(rank(&[4.0, 1.0], usize::MAX, 0.5), 2);
    }
}
