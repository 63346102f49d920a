//! The 32-bit sums of PyTorch on a CPU, bit for bit: PEFT, sd-scripts and LyCORIS compare them with a threshold, so the
//! last bit of a sum decides a tie.
//!
//! Taken from the source of PyTorch 1.13.1 and measured against it on x86-64. A GPU may add in another order and decide a tie
//! differently.

/// How many numbers PyTorch's sum adds in parallel: a register of 256 bits. It does not use wider ones for sums (`SumKernel.cpp`
/// is not built for AVX-512).
const LANES: usize = 8;
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

/// `torch.cumsum`: on a CPU the running sum has 64 bits, and each result is rounded to 32.
pub(super) fn cumsum(values: &[f32]) -> Vec<f32> {
    let mut sum = 0.0f64;
    let add = |&value: &f32| {
        sum += f64::from(value);
        sum as f32
    };
    values.iter().map(add).collect()
}

/// `torch.sum` of `count` numbers, where those after `values` are 0: eight lanes, each a cascade, in 32 bits. Holds for up to 32
/// 768 numbers; above that, PyTorch uses threads.
pub(super) fn sum(values: &[f32], count: usize) -> f32 {
    if count < LANES {
        return lane(values.to_vec(), count);
    }
    let (vectors, rest) = values.split_at((count - count % LANES).min(values.len()));
    let rest = rest.iter().fold(0.0, |sum, value| sum + value);
    (0..LANES)
        .map(|first| lane(vectors.iter().skip(first).step_by(LANES).copied().collect(), count / LANES))
        .fold(rest, |sum, lane| sum + lane)
}

/// The sum of one lane of `count` numbers: four interleaved cascades, then the remainder.
fn lane(values: Vec<f32>, count: usize) -> f32 {
    let whole = (count - count % ROWS).min(values.len());
    let row = |row: usize| cascade(values[..whole].iter().skip(row).step_by(ROWS));
    let first = values[whole..].iter().fold(row(0), |sum, value| sum + value);
    (1..ROWS).fold(first, |sum, next| sum + row(next))
}

/// A running sum that is carried to the next level every [`CHUNK`] terms, like the digits of a counter. Zeros at the end would
/// only carry sums that the last line adds in the same order anyway.
fn cascade<'a>(values: impl Iterator<Item = &'a f32>) -> f32 {
    let mut sums = [0.0f32; LEVELS];
    for (i, value) in values.enumerate() {
        sums[0] += value;
        let mut count = i + 1;
        for level in 1..LEVELS {
            if count % CHUNK != 0 {
                break;
            }
            sums[level] += sums[level - 1];
            sums[level - 1] = 0.0;
            count /= CHUNK;
        }
    }
    sums.iter().skip(1).fold(sums[0], |sum, level| sum + level)
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
