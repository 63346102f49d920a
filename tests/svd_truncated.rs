//! The best low-rank approximation of a product, as factors. Run with `--features adapter`.
#![cfg(feature = "adapter")]

#[path = "reference/matrices.rs"]
mod matrices;

use std::num::NonZeroUsize;

use lora_rank_explorer::{Matrix, svd};
use matrices::Numbers;
use nalgebra::DMatrix;

fn matrix(w: &DMatrix<f64>) -> Matrix {
    Matrix::from_vec(w.nrows(), w.ncols(), w.transpose().as_slice().to_vec()).expect("finite")
}

fn truncated(b: &DMatrix<f64>, a: &DMatrix<f64>, scale: f64, rank: usize) -> (DMatrix<f64>, DMatrix<f64>) {
    let rank = NonZeroUsize::new(rank).expect("a rank");
    let (b, a) = svd::truncated_product(&matrix(b), &matrix(a), scale, rank).expect("factors that fit");
    assert_eq!(svd::iterations_cut_off(), 0, "all have converged");
    let dense = |w: &Matrix| DMatrix::from_row_slice(w.rows(), w.cols(), w.as_slice());
    (dense(&b), dense(&a))
}

/// The best approximation of B·A with rank `rank` according to nalgebra, and σ₁. We apply nalgebra's svd to the product of two QR
/// triangles, since on a rank-deficient matrix it is off by 1e-12·σ₁.
fn best(b: &DMatrix<f64>, a: &DMatrix<f64>, rank: usize) -> (DMatrix<f64>, f64) {
    let (b, a) = (b.clone().qr(), a.transpose().qr());
    let svd = (b.r() * a.r().transpose()).svd(true, true);
    let (u, v) = (b.q() * svd.u.expect("asked for"), svd.v_t.expect("asked for") * a.q().transpose());
    let mut order: Vec<usize> = (0..svd.singular_values.len()).collect();
    order.sort_by(|&i, &j| svd.singular_values[j].total_cmp(&svd.singular_values[i]));
    let kept = order.iter().take(rank);
    let zero = DMatrix::zeros(u.nrows(), v.ncols());
    let sum = kept.fold(zero, |sum, &j| sum + u.column(j) * v.row(j) * svd.singular_values[j]);
    (sum, svd.singular_values[order[0]])
}

#[test]
fn the_product_of_the_factors_is_the_best_approximation() {
    let mut numbers = Numbers(1);
    let mut worst: f64 = 0.0;
    for (m, k, n) in
        [(1, 1, 1), (9, 1, 4), (40, 3, 30), (30, 4, 41), (64, 16, 50), (5, 5, 5), (4, 9, 6), (3, 8, 20), (20, 8, 3)]
    {
        let (b, a) = (numbers.matrix(m, k), numbers.matrix(k, n));
        for rank in 1..=k + 1 {
            for scale in [1.5, -0.5] {
                let (found_b, found_a) = truncated(&b, &a, scale, rank);
                assert_eq!((found_b.shape(), found_a.shape()), ((m, rank), (rank, n)));
                let (expected, largest) = best(&(&b * scale), &a, rank);
                let off = (&found_b * &found_a - expected).norm() / largest;
                assert!(off <= 1e-13, "{m}×{k}×{n}, rank {rank}: {off:e}");
                worst = worst.max(off);
            }
        }
    }
    println!("against nalgebra, in σ₁: {worst:.1e}");
}

#[test]
fn the_factors_share_the_singular_values_evenly() {
    let mut numbers = Numbers(2);
    let (b, a) = (numbers.matrix(60, 12), numbers.matrix(12, 80));
    let values = svd::singular_values_of_product(&matrix(&b), &matrix(&a), 2.0).expect("factors that fit");
    let (b, a) = truncated(&b, &a, 2.0, 5);
    let expected = DMatrix::from_diagonal(&values[..5].to_vec().into());
    assert!((b.transpose() * &b - &expected).norm() <= 1e-13 * values[0]);
    assert!((&a * a.transpose() - &expected).norm() <= 1e-13 * values[0]);
}

#[test]
fn graded_and_clustered_spectra_keep_their_vectors() {
    let mut numbers = Numbers(3);
    let spectra: [Vec<f64>; 3] = [
        (0..24).map(|j| 0.2f64.powi(j)).collect(),
        (0..24).map(|j| 1.0 - 1e-9 * f64::from(j / 3)).collect(),
        (0..24).map(|j| if j < 6 { 1.0 } else { 0.0 }).collect(),
    ];
    for values in spectra {
        let (q, p) = (numbers.matrix(300, 24).qr().q(), numbers.matrix(200, 24).qr().q());
        let b = &q * DMatrix::from_diagonal(&values.clone().into());
        // A rotation, so that the singular vectors of the core are not just unit vectors.
        let turn = numbers.matrix(24, 24).qr().q();
        for rank in [6, 24] {
            let (found_b, found_a) = truncated(&(&b * &turn), &(turn.transpose() * p.transpose()), 1.0, rank);
            let w = &b * p.transpose();
            // For equal values every direction is equally good, so we compare the residuals, not the matrices.
            let residual = (found_b * found_a - w).norm();
            let expected = values[rank..].iter().map(|value| value * value).sum::<f64>().sqrt();
            assert!((residual - expected).abs() <= 1e-13 * 24.0, "rank {rank}: {residual} and {expected}");
        }
    }
}

#[test]
fn powers_of_two_are_exact_and_zero_factors_give_zeros() {
    let mut numbers = Numbers(4);
    let (b, a) = (numbers.matrix(20, 4), numbers.matrix(4, 30));
    let (plain_b, plain_a) = truncated(&b, &a, 1.0, 2);
    let (large_b, large_a) = truncated(&(&b * 2f64.powi(600)), &(&a * 2f64.powi(-900)), 2f64.powi(298), 2);
    assert_eq!((large_b, large_a), (plain_b * 0.5, plain_a * 0.5));
    let (zero_b, zero_a) = truncated(&(&b * 0.0), &a, 1.0, 2);
    assert!(zero_b.iter().chain(zero_a.iter()).all(|&entry| entry == 0.0));
}

#[test]
fn mismatched_factors_and_a_nan_scale_are_errors() {
    let (b, a) = (matrix(&DMatrix::zeros(3, 2)), matrix(&DMatrix::zeros(4, 3)));
    let error = svd::truncated_product(&b, &a, 1.0, NonZeroUsize::MIN).expect_err("2 columns and 4 rows");
    assert_eq!(error, svd::SvdError::Factors { columns: 2, rows: 4 });
    let error = svd::truncated_product(&a, &b, f64::NAN, NonZeroUsize::MIN).expect_err("a scale that is NaN");
    assert!(matches!(error, svd::SvdError::Scale(scale) if scale.is_nan()));
}

/// B·A stays the same if a column of B grows by the factor by which the row of A shrinks, to the last bit for a power of two.
#[test]
fn columns_and_rows_of_very_different_sizes_keep_their_digits() {
    let mut numbers = Numbers(5);
    for (m, k, n) in [(1, 2, 3), (2, 2, 2), (40, 3, 30), (3, 8, 20), (9, 6, 4)] {
        let (b, a) = (numbers.matrix(m, k), numbers.matrix(k, n));
        for sizes in [[0, 500, 0, 500], [-500, 500, 0, 0], [900, -900, 450, 1]] {
            let (mut tall, mut wide) = (b.clone(), a.clone());
            for j in 0..k {
                tall.column_mut(j).scale_mut(2f64.powi(-sizes[j % 4]));
                wide.row_mut(j).scale_mut(2f64.powi(sizes[j % 4]));
            }
            assert_eq!(truncated(&tall, &wide, 1.0, 2), truncated(&b, &a, 1.0, 2), "{m}×{k}×{n}, {sizes:?}");
        }
    }
    // Only the first row of A matters, however large the second is.
    let (b, a) =
        (DMatrix::from_row_slice(1, 2, &[1.0, 0.0]), DMatrix::from_row_slice(2, 2, &[1.0, 1.0, 1e150, -1e150]));
    let (b, a) = truncated(&b, &a, 1.0, 1);
    assert!((b * a - DMatrix::from_row_slice(1, 2, &[1.0, 1.0])).norm() < 1e-15);
}

/// Columns along one line are reduced to rounding, that to its own rounding, and so on until nothing can be orthogonal.
#[test]
fn factors_wider_than_their_rank_end_in_zeros_and_not_at_the_last_sweep() {
    let mut numbers = Numbers(6);
    for (m, k, n) in [(4, 9, 6), (5, 5, 5), (3, 8, 12), (30, 3, 22), (14, 4, 19)] {
        for _ in 0..20 {
            let (b, a) = (numbers.matrix(m, 1) * numbers.matrix(1, k), numbers.matrix(k, n));
            let (found_b, found_a) = truncated(&b, &a, 1.0, 3);
            let w = &b * &a;
            assert!((found_b * found_a - &w).norm() <= 1e-13 * w.norm(), "{m}×{k}×{n}");
        }
    }
}
