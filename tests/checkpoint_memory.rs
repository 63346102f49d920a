//! How much memory a pair of checkpoints takes, and that what is lacking is said. In a file of its own, since it takes the place of
//! the allocator.

mod counting;

use std::num::NonZeroUsize;

use lora_rank_explorer::checkpoint::{Checkpoint, CheckpointProblem, Pairing, Side, memory};

use counting::{peak, with_at_most};

/// A file with one weight of BF16, of which entry i is a number that depends on `seed`.
fn file(rows: usize, cols: usize, seed: u64) -> Vec<u8> {
    let end = 2 * rows * cols;
    let header = format!(r#"{{"layer.weight":{{"dtype":"BF16","shape":[{rows},{cols}],"data_offsets":[0,{end}]}}}}"#);
    let mut state = seed;
    let number = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // A sign and seven binary digits, with the exponents of 1/64 and 1/128.
        (((state >> 48) as u16) & 0x80FF | 0x3C00).to_le_bytes()
    };
    let data: Vec<u8> = (0..rows * cols).flat_map(number).collect();
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &data].concat()
}

fn paired(files: &[Vec<u8>; 2]) -> Pairing {
    let [base, tuned] = files.each_ref().map(|bytes| {
        Checkpoint::open(None, &mut [("model.safetensors", bytes.len() as u64, &bytes[..])]).expect("a checkpoint")
    });
    Pairing::new(&base, &tuned)
}

#[test]
fn a_pair_takes_no_more_memory_than_is_announced_and_for_a_large_layer_its_bytes_and_32_bits_and_30_percent() {
    for (rows, cols, rank) in [(1280, 1408, 8), (448, 520, 16), (96, 640, 8), (1, 1, 1)] {
        let files = [file(rows, cols, 1), file(rows, cols, 2)];
        let pairing = paired(&files);
        let (pair, most) = (&pairing.pairs()[0], NonZeroUsize::new(rank).expect("a rank"));
        let announced = pair.memory(rank);
        let (difference, reading) = peak(|| pair.read(&mut [&files[0][..]], &mut [&files[1][..]]).expect("finite"));
        let held = (4 * rows * cols) as u64;
        let (_, solving) = peak(|| difference.leading(most).expect("memory"));
        let (_, factoring) = peak(|| difference.low_rank(most).expect("memory"));
        let found = reading.max(held + solving.max(factoring));
        assert!(
            found <= announced,
            "{rows}×{cols}: {reading}, {held} + {solving} or {factoring}, announced {announced}"
        );
        if rows > 1000 {
            assert_eq!(announced, (pair.bytes() + held) * 13 / 10);
        }
    }
    assert_eq!(memory(u64::MAX, usize::MAX, usize::MAX, usize::MAX), u64::MAX);
    let (bytes, entries) = (4 * 14336 * 4096, 4 * 14336 * 4096);
    assert_eq!(memory(bytes, 14336, 4096, 128), (bytes + entries) * 13 / 10);
}

#[test]
fn a_difference_that_there_is_no_memory_for_is_named() {
    let files = [file(256, 256, 1), file(256, 256, 2)];
    let pairing = paired(&files);
    let pair = &pairing.pairs()[0];
    let base = pair.read_bytes(Side::Base, &mut [&files[0][..]]).expect("bytes");
    let tuned = pair.read_bytes(Side::Tuned, &mut [&files[1][..]]).expect("bytes");
    for at_most in [1 << 10, 1 << 14, (1 << 18) - 1] {
        let result = with_at_most(at_most, || pair.difference(&base, &tuned));
        let problem = result.expect_err("no memory");
        assert_eq!(problem, CheckpointProblem::Memory { name: "layer.weight".to_owned(), bytes: 1 << 18 });
        assert_eq!(problem.to_string(), "`layer.weight`: there is no memory for 262,144 bytes that it needs");
    }
    let difference = pair.difference(&base, &tuned).expect("enough");
    let result = with_at_most(1 << 18, || difference.delta());
    assert!(matches!(result, Err(CheckpointProblem::Memory { bytes, .. }) if bytes == 1 << 19));
}
