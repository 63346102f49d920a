//! The 64-bit arithmetic of scikit-learn's PCA on NumPy arrays, bit for bit.

/// `explained_variance_ratio_.cumsum()` of `count` singular values from `rows` samples, where those after `values` are 0:
/// squared, divided by m − 1, divided by their sum, then added up from the first. A single sample, for which scikit-learn divides
/// by 0, has a ratio of 1. `None` if the sums leave the range of 64 bits.
pub(super) fn cumulative_variance_ratio(values: &[f64], count: usize, rows: usize) -> Option<Vec<f64>> {
    let freedom = rows.saturating_sub(1).max(1) as f64;
    let variances: Vec<f64> = values.iter().map(|value| value * value / freedom).collect();
    let total = pairwise_sum(&variances, count);
    let mut sum = 0.0;
    let add = |variance: &f64| {
        sum += variance / total;
        sum
    };
    total.is_finite().then(|| variances.iter().map(add).collect())
}

/// `numpy.sum` of `count` numbers, where those after `values` are 0: split in halves down to blocks of 128, each added in eight
/// lanes.
fn pairwise_sum(values: &[f64], count: usize) -> f64 {
    const BLOCK: usize = 128;
    const LANES: usize = 8;
    if values.is_empty() {
        return 0.0;
    }
    if count > BLOCK {
        let half = count / 2 - count / 2 % LANES;
        let (left, right) = values.split_at(half.min(values.len()));
        return pairwise_sum(left, half) + pairwise_sum(right, count - half);
    }
    let (vectors, rest) = values.split_at((count - count % LANES).min(values.len()));
    let mut lanes = [0.0; LANES];
    for vector in vectors.chunks(LANES) {
        for (lane, value) in lanes.iter_mut().zip(vector) {
            *lane += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    rest.iter().fold(((a + b) + (c + d)) + ((e + f) + (g + h)), |sum, value| sum + value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.sum` of `1 / j`, measured with NumPy 2.4.6.
    #[test]
    fn sums_have_the_bits_measured_with_numpy() {
        for (n, sum) in
            [(5, 2.283333333333333), (100, 5.187377517639621), (300, 6.282663880299504), (5000, 9.094508852984436)]
        {
            let values: Vec<f64> = (1..=n).map(|j| 1.0 / f64::from(j)).collect();
            assert_eq!(pairwise_sum(&values, values.len()), sum, "{n}");
        }
    }

    #[test]
    fn zeros_that_are_not_stored_are_summed_like_stored_ones() {
        for k in [1, 7, 8, 9, 100, 128, 129, 1000] {
            let values: Vec<f64> = (1..=k).map(|j| 1.0 / f64::from(j)).collect();
            for zeros in (0..300).chain([1000, 4096, 100_000]) {
                let mut all = values.clone();
                all.resize(values.len() + zeros, 0.0);
                assert_eq!(pairwise_sum(&values, all.len()), pairwise_sum(&all, all.len()), "{k} and {zeros} zeros");
            }
        }
    }
}
