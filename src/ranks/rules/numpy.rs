//! The 64-bit arithmetic of scikit-learn's PCA on NumPy arrays, bit for bit.

/// `explained_variance_ratio_.cumsum()` of singular values from `rows` samples: squares, divided by m − 1, divided by their
/// sum, then added up from the first. One sample, where scikit-learn divides by 0, has a ratio of 1. `None` where the sums leave
/// the range of 64 bits.
pub(super) fn cumulative_variance_ratio(values: &[f64], rows: usize) -> Option<Vec<f64>> {
    let freedom = rows.saturating_sub(1).max(1) as f64;
    let variances: Vec<f64> = values.iter().map(|value| value * value / freedom).collect();
    let total = pairwise_sum(&variances);
    let mut sum = 0.0;
    let add = |variance: &f64| {
        sum += variance / total;
        sum
    };
    total.is_finite().then(|| variances.iter().map(add).collect())
}

/// `numpy.sum`: halves down to blocks of 128, each added in eight lanes.
fn pairwise_sum(values: &[f64]) -> f64 {
    const BLOCK: usize = 128;
    const LANES: usize = 8;
    let n = values.len();
    if n > BLOCK {
        let half = n / 2 - n / 2 % LANES;
        return pairwise_sum(&values[..half]) + pairwise_sum(&values[half..]);
    }
    let (vectors, rest) = values.split_at(n - n % LANES);
    let mut lanes = [0.0; LANES];
    for vector in vectors.chunks_exact(LANES) {
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
    fn sums_have_the_bits_that_were_measured() {
        for (n, sum) in
            [(5, 2.283333333333333), (100, 5.187377517639621), (300, 6.282663880299504), (5000, 9.094508852984436)]
        {
            let values: Vec<f64> = (1..=n).map(|j| 1.0 / f64::from(j)).collect();
            assert_eq!(pairwise_sum(&values), sum, "{n}");
        }
    }
}
