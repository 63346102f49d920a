//! Best factors of a matrix that is given whole.

#[path = "reference/matrices.rs"]
mod matrices;

use std::num::NonZeroUsize;

use lora_rank_explorer::svd::{self, SvdError};
use matrices::Numbers;
use nalgebra::DMatrix;

fn rank(r: usize) -> NonZeroUsize {
    NonZeroUsize::new(r).expect("a rank")
}

/// ‖W − B·A‖_F and the least there is, as shares of ‖W‖_F.
fn residuals<T: svd::Entry>(w: &DMatrix<f64>, r: usize, as_entry: impl Fn(f64) -> T) -> [f64; 2] {
    let (m, n) = w.shape();
    let entries: Vec<T> = w.transpose().iter().map(|&entry| as_entry(entry)).collect();
    let (b, a) = svd::leading_factors(&entries, m, n, rank(r)).expect("memory");
    assert_eq!((b.rows(), b.cols(), a.rows(), a.cols()), (m, r, r, n));
    // In units that squares do not leave.
    let unit = w.amax();
    let dense =
        |w: &lora_rank_explorer::Matrix| DMatrix::from_row_slice(w.rows(), w.cols(), w.as_slice()) / unit.sqrt();
    let w = w / unit;
    let mut values: Vec<f64> = w.clone().svd(false, false).singular_values.iter().copied().collect();
    values.sort_by(|a, b| b.total_cmp(a));
    let least = values.iter().skip(r).map(|value| value * value).sum::<f64>().sqrt();
    [(&w - dense(&b) * dense(&a)).norm() / w.norm(), least / w.norm()]
}

#[test]
fn the_residual_is_the_least_there_is_for_both_types_of_entries() {
    let mut numbers = Numbers(3);
    for (m, n) in [(70, 64), (40, 90), (64, 40), (20, 30), (33, 61), (5, 1), (1, 1), (96, 33)] {
        // A spectrum that falls over a flat one.
        let thin = numbers.matrix(m, 3.min(m)) * numbers.matrix(3.min(m), n);
        let w = thin + 0.1 * numbers.matrix(m, n);
        for r in [1, 3, m.min(n) / 2, m.min(n), m.min(n) + 2] {
            let r = r.max(1);
            let [found, least] = residuals(&w, r, |entry| entry as f32);
            assert!(found <= 1.002 * least + 2e-6, "f32, {m}×{n}, rank {r}: {found} {least}");
            let [found, least] = residuals(&w, r, |entry| entry);
            assert!(found <= 1.002 * least + 1e-11, "f64, {m}×{n}, rank {r}: {found} {least}");
        }
    }
}

#[test]
fn numbers_at_the_ends_of_their_range_are_no_exception() {
    let w = Numbers(5).matrix(48, 40);
    for scale in [1e-300, 1e-200, 1e200, 1e300, f64::MAX] {
        let [found, least] = residuals(&(&w / w.amax() * scale), 8, |entry| entry);
        assert!(found <= 1.002 * least + 1e-11, "{scale:e}: {found} {least}");
    }
    for scale in [1e-30, 3e38] {
        let [found, least] = residuals(&(&w / w.amax() * scale), 8, |entry| entry as f32);
        assert!(found <= 1.002 * least + 2e-6, "{scale:e}: {found} {least}");
    }
}

#[test]
fn what_is_no_matrix_is_named() {
    let says = |entries: &[f32], m, n| svd::leading_factors(entries, m, n, rank(1)).expect_err("no matrix").to_string();
    assert_eq!(says(&[1.0, 2.0, 3.0, f32::NAN], 2, 2), "the entry in row 2, column 2 is NaN");
    assert!(matches!(svd::leading_factors(&[1.0f32], 2, 2, rank(1)), Err(SvdError::Matrix(_))));
    assert!(matches!(svd::leading_factors::<f32>(&[], 0, 2, rank(1)), Err(SvdError::Matrix(_))));
    assert!(matches!(svd::leading_factors(&[1.0f32], 1, 1, rank(usize::MAX)), Err(SvdError::Memory { .. })));
    let (b, a) = svd::leading_factors(&[0.0f32; 6], 2, 3, rank(2)).expect("zeros");
    assert!(b.as_slice().iter().chain(a.as_slice()).all(|&entry| entry == 0.0));
}

#[test]
fn a_matrix_of_subnormal_numbers_has_factors() {
    for (side, entry) in [(60, 5e-324), (60, 1e-320), (64, 1e-310)] {
        let entries = vec![entry; side * side];
        let (b, a) = svd::leading_factors(&entries, side, side, NonZeroUsize::MIN).expect("factors");
        let product = b.as_slice()[0] * a.as_slice()[0];
        assert!((product - entry).abs() <= 1e-9 * entry + 5e-324, "{entry:e} at {side}: {product:e}");
    }
}
