//! Seeded matrices. `peer.py` makes the same ones, bit for bit.

/// SplitMix64, as 53-bit fractions in [0, 1).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Gaussian to a few percent, without a logarithm: the sum of twelve uniform numbers (Irwin–Hall).
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

pub fn uniform(count: usize) -> Vec<f64> {
    let mut random = Random(1);
    (0..count).map(|_| random.next() - 0.5).collect()
}

pub fn gaussian(n: usize) -> Vec<f32> {
    let mut random = Random(2);
    (0..n * n).map(|_| random.normal() as f32).collect()
}

/// (I − 2uuᵀ)·diag(1/j)·(I − 2vvᵀ) for random unit vectors u and v.
pub fn power_law(n: usize) -> Vec<f32> {
    let mut random = Random(3);
    let mut unit = || {
        let vector: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
        vector.into_iter().map(|x| x / length).collect::<Vec<f64>>()
    };
    let (u, v) = (unit(), unit());
    let value = |j: usize| 1.0 / (j + 1) as f64;
    let middle: f64 = (0..n).map(|j| u[j] * value(j) * v[j]).sum();
    let mut entries = Vec::with_capacity(n * n);
    for i in 0..n {
        for j in 0..n {
            let diagonal = if i == j { value(i) } else { 0.0 };
            let entry =
                diagonal - 2.0 * u[i] * u[j] * value(j) - 2.0 * value(i) * v[i] * v[j] + 4.0 * middle * u[i] * v[j];
            entries.push(entry as f32);
        }
    }
    entries
}
