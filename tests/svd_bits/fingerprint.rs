//! A hash of the bits of many spectra. Tests assert it natively and in a browser, so that a server and a browser render the same
//! page.

#[path = "../reference/numbers.rs"]
mod numbers;

use lora_rank_explorer::{Matrix, svd};
use numbers::Numbers;

/// The hash on every platform. It changes only when the numerics change.
pub const EXPECTED: u64 = 16_645_036_997_391_233_639;

/// FNV-1a over the bits of every value.
pub fn fingerprint() -> u64 {
    let mut numbers = Numbers(7);
    let mut entries = |count: usize| (0..count).map(|_| numbers.next()).collect::<Vec<f64>>();
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut take = |values: &[f64]| {
        for byte in values.iter().flat_map(|value| value.to_bits().to_le_bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for (m, n) in [(1, 1), (2, 2), (3, 2), (8, 8), (7, 13), (40, 11), (33, 33), (64, 64), (3, 200)] {
        for scale in [1.0, 1e300, 1e-300, 5e-320] {
            let scaled = entries(m * n).into_iter().map(|x| x * scale).collect();
            take(&svd::singular_values(&Matrix::from_vec(m, n, scaled).expect("finite")));
        }
    }
    for (m, r, n) in [(9, 1, 4), (40, 3, 30), (30, 7, 41), (300, 5, 12)] {
        let b = Matrix::from_vec(m, r, entries(m * r)).expect("finite");
        let a = Matrix::from_vec(r, n, entries(r * n)).expect("finite");
        take(&svd::singular_values_of_product(&b, &a, 0.75).expect("factors that fit"));
    }
    // The first case is small enough to compute all values; in the last, which is flat, no value converges.
    for (m, n, rank, fall) in [(12, 9, 3, 1.0), (300, 281, 5, 1.0), (289, 300, 8, 1.0), (300, 300, 12, 0.0)] {
        let falling = |(i, x): (usize, f64)| x / (1.0 + fall * (i % n) as f64);
        let steep: Vec<f64> = entries(m * n).into_iter().enumerate().map(falling).collect();
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
