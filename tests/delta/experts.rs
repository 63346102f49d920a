//! Fused mixtures of experts.

use lora_rank_explorer::delta::Delta;
use nalgebra::DMatrix;

use crate::matrices::Numbers;
use crate::{all_values, check, matrix, thin};

const SHAPES: [(usize, usize, usize, usize); 5] =
    [(1, 1, 1, 1), (4, 2, 12, 10), (3, 1, 5, 9), (5, 3, 8, 4), (2, 4, 7, 7)];

#[test]
fn a_fused_expert_takes_every_eth_column_of_b_and_a_block_of_a() {
    let mut numbers = Numbers(1);
    for (experts, r, m, n) in SHAPES {
        let (b, a) = (numbers.matrix(m, experts * r), numbers.matrix(experts * r, n));
        for e in 0..experts {
            let delta = Delta::fused_expert(&matrix(&b), &matrix(&a), experts, e, 2.0).expect("an expert");
            // PEFT's einsum("o r e, e r i -> e i o") of B.reshape(m, r, E) and A.reshape(E, r, n), not transposed.
            let w = DMatrix::from_fn(m, n, |o, i| {
                2.0 * (0..r).map(|k| b[(o, k * experts + e)] * a[(e * r + k, i)]).sum::<f64>()
            });
            check(&delta, &w, &format!("{experts} experts of rank {r}, {m}×{n}, expert {e}"));
        }
    }
}

#[test]
fn experts_stacked_in_three_axes_are_blocks_of_rows() {
    let mut numbers = Numbers(2);
    for (experts, r, m, n) in SHAPES {
        let (b, a) = (numbers.matrix(experts * m, r), numbers.matrix(experts * r, n));
        for e in 0..experts {
            let delta = Delta::stacked_expert(&matrix(&b), &matrix(&a), experts, e, -1.5).expect("an expert");
            let w = b.rows(e * m, m) * a.rows(e * r, r) * -1.5;
            check(&delta, &w, &format!("{experts} experts of rank {r}, {m}×{n}, expert {e}"));
        }
    }
}

/// What a reader that does not know the layout would show: B·A as it stands, or B's columns cut into blocks.
#[test]
fn the_naive_readings_of_fused_experts_are_other_matrices() {
    let mut numbers = Numbers(3);
    let (experts, r, m, n) = (4, 2, 12, 10);
    let (b, a) = (numbers.matrix(m, experts * r), numbers.matrix(experts * r, n));
    let values = |delta: &Delta| all_values(&delta.spectrum().expect("memory"));
    let naive = values(&thin(&b, &a, 1.0));
    assert!(naive[r] > 0.1 * naive[0], "B·A has not even the rank of an expert");
    for e in 0..experts {
        let truth = values(&Delta::fused_expert(&matrix(&b), &matrix(&a), experts, e, 1.0).expect("an expert"));
        assert_eq!(truth[r..], vec![0.0; n - r], "rank {r}");
        assert!((truth[0] - naive[0]).abs() > 0.01 * naive[0], "expert {e} is not B·A");
        let blocks = values(&thin(&b.columns(e * r, r).into(), &a.rows(e * r, r).into(), 1.0));
        let apart = truth.iter().zip(&blocks).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
        assert!(apart > 1e-3 * truth[0], "expert {e} is not a block of B's columns");
    }
}
