//! One number made of the bits of many spectra. Tests assert it natively and in a browser: whoever renders the page, it is
//! the same page.

use lora_rank_explorer::{Matrix, svd};

/// What every platform computes. It changes with the numerics, and then everywhere.
pub const EXPECTED: u64 = 11_349_694_115_723_614_164;

/// FNV-1a over the bits of every value.
pub fn fingerprint() -> u64 {
    let mut numbers = Numbers(7);
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut take = |values: &[f64]| {
        for byte in values.iter().flat_map(|value| value.to_bits().to_le_bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for (m, n) in [(1, 1), (2, 2), (3, 2), (8, 8), (7, 13), (40, 11), (33, 33), (64, 64), (3, 200)] {
        for scale in [1.0, 1e300, 1e-300, 5e-320] {
            let entries = numbers.entries(m * n).map(|x| x * scale).collect();
            take(&svd::singular_values(&Matrix::from_vec(m, n, entries).expect("finite")));
        }
    }
    for (m, r, n) in [(9, 1, 4), (40, 3, 30), (30, 7, 41), (300, 5, 12)] {
        let b = Matrix::from_vec(m, r, numbers.entries(m * r).collect()).expect("finite");
        let a = Matrix::from_vec(r, n, numbers.entries(r * n).collect()).expect("finite");
        take(&svd::singular_values_of_product(&b, &a, 0.75).expect("factors that fit"));
    }
    // The first is small enough for a full solution; of the flat one no value converges.
    for (m, n, rank, fall) in [(12, 9, 3, 1.0), (300, 281, 5, 1.0), (289, 300, 8, 1.0), (300, 300, 12, 0.0)] {
        let falling = |(i, x): (usize, f64)| x / (1.0 + fall * (i % n) as f64);
        let steep: Vec<f64> = numbers.entries(m * n).enumerate().map(falling).collect();
        let single: Vec<f32> = steep.iter().map(|&x| x as f32).collect();
        let double = svd::leading_singular_values(&steep, m, n, rank).expect("finite");
        let single = svd::leading_singular_values(&single, m, n, rank).expect("finite");
        for leading in [double, single] {
            take(leading.singular_values());
            take(&[leading.frobenius_norm(), leading.converged() as f64]);
        }
    }
    hash
}

struct Numbers(u64);

impl Numbers {
    /// Numbers in (−½, ½).
    fn entries(&mut self, count: usize) -> impl Iterator<Item = f64> + '_ {
        (0..count).map(|_| {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        })
    }
}
