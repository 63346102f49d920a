//! `cargo bench` measures the svd natively. `cargo xtask bench svd` compares it with other libraries in a browser.

use divan::Bencher;
use lora_rank_explorer::{Matrix, svd};

fn main() {
    divan::main();
}

/// Random entries whose columns get smaller from left to right, so that a few directions dominate.
fn entries(rows: usize, cols: usize) -> Vec<f64> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    (0..rows * cols).map(|i| next() / (1 + i % cols) as f64).collect()
}

fn matrix(rows: usize, cols: usize) -> Matrix {
    Matrix::from_vec(rows, cols, entries(rows, cols)).expect("finite")
}

#[divan::bench(args = [8, 32, 128, 512])]
fn full(bencher: Bencher, n: usize) {
    let matrix = matrix(n, n);
    bencher.bench(|| svd::singular_values(&matrix));
}

#[divan::bench(args = [16, 64], sample_count = 10)]
fn leading_of_2048(bencher: Bencher, rank: usize) {
    let entries: Vec<f32> = entries(2048, 2048).into_iter().map(|x| x as f32).collect();
    bencher.bench(|| svd::leading_singular_values(&entries, 2048, 2048, rank).expect("finite"));
}

#[divan::bench(args = [4, 16, 64])]
fn factors_of_4096(bencher: Bencher, rank: usize) {
    let (b, a) = (matrix(4096, rank), matrix(rank, 4096));
    bencher.bench(|| svd::singular_values_of_product(&b, &a, 1.0).expect("factors that fit"));
}
