//! The sums of PyTorch on a CPU, bit for bit: PEFT, sd-scripts and LyCORIS compare those of 32 bits with a threshold, gradience
//! those of 64, so the last bit of a sum decides a tie.
//!
//! Taken from the source of PyTorch 1.13.1 and measured against it on x86-64. A GPU may add in another order and decide a tie
//! differently.

use std::ops::Add;

/// A number format of PyTorch.
pub(super) trait Float: Copy + Default + Into<f64> + Add<Output = Self> {
    /// How many numbers PyTorch's sum adds in parallel: a register of 256 bits. It does not use wider ones for sums
    /// (`SumKernel.cpp` is not built for AVX-512).
    const LANES: usize;

    /// `sum`, rounded to this format.
    fn rounded(sum: f64) -> Self;
}

impl Float for f32 {
    const LANES: usize = 8;

    fn rounded(sum: f64) -> Self {
        sum as f32
    }
}

impl Float for f64 {
    const LANES: usize = 4;

    fn rounded(sum: f64) -> Self {
        sum
    }
}

/// How many such registers it adds in parallel.
const ROWS: usize = 4;
/// A running sum is carried to the next level after this many terms, so that rounding errors grow slowly.
const CHUNK: usize = 16;
const LEVELS: usize = 4;

/// `values` in 32 bits; `None` if one is too large.
pub(super) fn single(values: &[f64]) -> Option<Vec<f32>> {
    let values: Vec<f32> = values.iter().map(|&value| value as f32).collect();
    values[0].is_finite().then_some(values)
}

/// `torch.cumsum`: on a CPU the running sum has 64 bits, and each result is rounded to the format of `values`.
pub(super) fn cumsum<T: Float>(values: &[T]) -> Vec<T> {
    let mut sum = 0.0f64;
    let add = |&value: &T| {
        sum += value.into();
        T::rounded(sum)
    };
    values.iter().map(add).collect()
}

/// `torch.sum` of `count` numbers, where those after `values` are 0: lanes, each a cascade, in the format of `values`. Holds for
/// up to 32 768 numbers; above that, PyTorch uses threads.
pub(super) fn sum<T: Float>(values: &[T], count: usize) -> T {
    if count < T::LANES {
        return lane(values.to_vec(), count);
    }
    let (vectors, rest) = values.split_at((count - count % T::LANES).min(values.len()));
    let rest = rest.iter().fold(T::default(), |sum, &value| sum + value);
    (0..T::LANES)
        .map(|first| lane(vectors.iter().skip(first).step_by(T::LANES).copied().collect(), count / T::LANES))
        .fold(rest, |sum, lane| sum + lane)
}

/// The sum of one lane of `count` numbers: four interleaved cascades, then the remainder.
fn lane<T: Float>(values: Vec<T>, count: usize) -> T {
    let whole = (count - count % ROWS).min(values.len());
    let row = |row: usize| cascade(values[..whole].iter().skip(row).step_by(ROWS));
    let first = values[whole..].iter().fold(row(0), |sum, &value| sum + value);
    (1..ROWS).fold(first, |sum, next| sum + row(next))
}

/// A running sum that is carried to the next level every [`CHUNK`] terms, like the digits of a counter. Zeros at the end would
/// only carry sums that the last line adds in the same order anyway.
fn cascade<'a, T: Float + 'a>(values: impl Iterator<Item = &'a T>) -> T {
    let mut sums = [T::default(); LEVELS];
    for (i, value) in values.enumerate() {
        sums[0] = sums[0] + *value;
        let mut count = i + 1;
        for level in 1..LEVELS {
            if count % CHUNK != 0 {
                break;
            }
            sums[level] = sums[level] + sums[level - 1];
            sums[level - 1] = T::default();
            count /= CHUNK;
        }
    }
    sums.iter().skip(1).fold(sums[0], |sum, &level| sum + level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_small_integers_are_exact_in_any_order() {
        for n in [1, 7, 8, 9, 31, 32, 33, 511, 512, 513, 4097, 20_000] {
            let values: Vec<f32> = (0..n).map(|i| (i % 7) as f32).collect();
            let exact: u32 = (0..n).map(|i| i % 7).sum();
            assert_eq!(sum(&values, values.len()), exact as f32);
            assert_eq!(cumsum(&values).last(), Some(&(exact as f32)));
        }
    }

    /// `torch.sum` and `torch.cumsum` of `1 / j` in 32 bits, measured with PyTorch 1.13.1: adding one after another, or in 64
    /// bits, gives other bits.
    #[test]
    fn sums_have_the_bits_measured_with_pytorch() {
        for (n, whole, last) in [
            (5, 2.2833333, 2.2833333),
            (20, 3.59774, 3.5977397),
            (100, 5.187378, 5.1873775),
            (700, 7.12901, 7.12901),
            (3000, 8.58375, 8.58375),
            (20_000, 10.480727, 10.480728),
        ] {
            let values: Vec<f32> = (1..=n).map(|j| (1.0 / f64::from(j)) as f32).collect();
            assert_eq!((sum(&values, values.len()), cumsum(&values).last().copied()), (whole, Some(last)), "{n}");
        }
    }

    /// The same in 64 bits.
    #[test]
    fn sums_of_64_bits_have_the_bits_measured_with_pytorch() {
        for (n, whole, last) in [
            (3, 1.8333333333333333, 1.8333333333333333),
            (20, 3.5977396571436815, 3.597739657143682),
            (100, 5.18737751763962, 5.187377517639621),
            (700, 7.129010115591231, 7.1290101155912335),
            (3000, 8.583749889959186, 8.583749889959169),
            (20_000, 10.480728217229327, 10.48072821722932),
        ] {
            let values: Vec<f64> = (1..=n).map(|j| 1.0 / f64::from(j)).collect();
            assert_eq!((sum(&values, values.len()), cumsum(&values).last().copied()), (whole, Some(last)), "{n}");
        }
    }

    #[test]
    fn zeros_that_are_not_stored_are_summed_like_stored_ones() {
        for k in [1, 5, 7, 8, 9, 31, 33, 300, 4099] {
            let values: Vec<f32> = (1..=k).map(|j| (1.0 / f64::from(j)) as f32).collect();
            for zeros in (0..40).chain([100, 1000, 4096, 20_000]) {
                let mut all = values.clone();
                all.resize(values.len() + zeros, 0.0);
                assert_eq!(sum(&values, all.len()), sum(&all, all.len()), "{k} and {zeros} zeros");
            }
        }
    }

    #[test]
    fn cumulative_sums_are_rounded_from_64_bits() {
        let tiny = f32::EPSILON / 4.0;
        assert_eq!(cumsum(&[1.0, tiny, tiny, tiny]).last(), Some(&(1.0 + f32::EPSILON)));
    }
}
