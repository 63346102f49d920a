//! `cargo bench --bench checkpoint --features checkpoint`: what a layer of two checkpoints takes, 4096 × 4096 in BF16.

use std::num::NonZeroUsize;

use divan::{Bencher, black_box};
use lora_rank_explorer::checkpoint::{Checkpoint, Difference, Pairing};

fn main() {
    divan::main();
}

const SIDE: usize = 4096;
const RANK: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// Base and tuned model: small seeded weights, and the same with a change of every fourth that falls along rows and columns.
fn files() -> [Vec<u8>; 2] {
    let end = 2 * SIDE * SIDE;
    let header = format!(r#"{{"layer.weight":{{"dtype":"BF16","shape":[{SIDE},{SIDE}],"data_offsets":[0,{end}]}}}}"#);
    [0, 1].map(|tuned| {
        let mut state = 1u64;
        let numbers = (0..SIDE * SIDE).flat_map(|i| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let w = ((state >> 40) as f32 / (1 << 24) as f32 - 0.5) * 0.05;
            let change = (i / SIDE % 97) as f32 * (i % SIDE % 89) as f32 * 1e-6 + ((state >> 20) & 3) as f32 * 1e-4;
            half::bf16::from_f32(w + tuned as f32 * change).to_le_bytes()
        });
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &numbers.collect::<Vec<_>>()].concat()
    })
}

fn read(files: &[Vec<u8>; 2]) -> Difference {
    let [base, tuned] = files.each_ref().map(|bytes| {
        Checkpoint::open(None, &mut [("model.safetensors", bytes.len() as u64, &bytes[..])]).expect("a checkpoint")
    });
    let pairing = Pairing::new(&base, &tuned);
    pairing.pairs()[0].read(&mut [&files[0][..]], &mut [&files[1][..]]).expect("finite numbers")
}

/// Decoding, subtraction, the floor.
#[divan::bench(sample_count = 5)]
fn difference(bencher: Bencher) {
    let files = files();
    bencher.bench(|| black_box(read(&files)));
}

#[divan::bench(sample_count = 5)]
fn leading_values(bencher: Bencher) {
    let difference = read(&files());
    bencher.bench(|| black_box(difference.leading(RANK).expect("memory")));
}

#[divan::bench(sample_count = 5)]
fn best_factors(bencher: Bencher) {
    let difference = read(&files());
    bencher.bench(|| black_box(difference.low_rank(RANK).expect("memory")));
}

#[divan::bench(sample_count = 5)]
fn clamped_residual(bencher: Bencher) {
    let difference = read(&files());
    let low_rank = difference.low_rank(RANK).expect("memory");
    bencher.bench(|| black_box(difference.clamped_residual(&low_rank)));
}
