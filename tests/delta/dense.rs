//! ΔW given whole.

use lora_rank_explorer::delta::{Delta, DeltaError};
use nalgebra::DMatrix;

use crate::matrices::Numbers;
use crate::{all_values, check, check_factors, dense, matrix, rank};

#[test]
fn a_whole_matrix_has_its_values_and_best_factors_tall_wide_and_short_of_rank() {
    let mut numbers = Numbers(1);
    for (m, n) in [(1, 1), (1, 7), (7, 1), (12, 12), (30, 9), (9, 30), (25, 24)] {
        let w = numbers.matrix(m, n);
        check(&dense(&w), &w, &format!("{m}×{n}"));
        check(&dense(&(&w * 0.0)), &(&w * 0.0), &format!("zero {m}×{n}"));
        let low = numbers.matrix(m, 2) * numbers.matrix(2, n);
        check(&dense(&low), &low, &format!("{m}×{n} of rank 2"));
        let base = numbers.matrix(m, n);
        let difference = Delta::difference(matrix(&w), &matrix(&base)).expect("one shape");
        check(&difference, &(w - base), &format!("difference {m}×{n}"));
    }
}

/// Large enough for the Krylov directions, with spectra that are known by construction.
#[test]
fn best_factors_of_a_large_matrix_leave_as_little_as_any_whether_its_spectrum_falls_or_not() {
    let mut numbers = Numbers(2);
    let (m, n) = (120, 96);
    let (q, p) = (numbers.matrix(m, n).qr().q(), numbers.matrix(n, n).qr().q());
    let spectra: [(&str, Vec<f64>); 4] = [
        ("falling", (0..n).map(|j| 0.7f64.powi(j as i32)).collect()),
        ("flat", (0..n).map(|j| 1.0 - 1e-3 * j as f64).collect()),
        ("clustered", (0..n).map(|j| 1.0 - 1e-9 * (j / 12) as f64).collect()),
        ("of rank 10", (0..n).map(|j| if j < 10 { 1.0 / (j + 1) as f64 } else { 0.0 }).collect()),
    ];
    for (what, values) in spectra {
        let w = &q * DMatrix::from_diagonal(&values.clone().into()) * p.transpose();
        for r in [1, 12, 30] {
            check_factors(&dense(&w), &w, &values, r, what);
            check_factors(&dense(&w.transpose()), &w.transpose(), &values, r, what);
        }
    }
}

#[test]
fn leading_values_are_those_that_are_certain_and_all_where_that_is_quicker() {
    let mut numbers = Numbers(3);
    let w = numbers.matrix(40, 6) * numbers.matrix(6, 30);
    let truth = all_values(&dense(&w).spectrum().expect("memory"));
    let leading = dense(&w).leading_spectrum(rank(3)).expect("memory");
    assert_eq!(leading.singular_values().len(), 3);
    assert!(leading.singular_values().iter().zip(&truth).all(|(x, y)| (x - y).abs() <= 1e-12 * truth[0]));
    assert!((leading.frobenius_norm().expect("known") - w.norm()).abs() <= 1e-12 * w.norm());
    let thin = crate::thin(&numbers.matrix(9, 4), &numbers.matrix(4, 8), 1.0);
    assert_eq!(thin.leading_spectrum(rank(1)), thin.spectrum());
}

#[test]
fn a_difference_beyond_the_range_is_named_with_its_place() {
    let (most, least) = (Delta::difference, f64::MIN);
    let large = matrix(&DMatrix::from_row_slice(1, 2, &[1.0, f64::MAX]));
    let other = matrix(&DMatrix::from_row_slice(1, 2, &[1.0, least]));
    let error = most(large, &other).expect_err("twice the largest number");
    assert!(matches!(error, DeltaError::Overflow(_)));
    assert!(error.to_string().ends_with("row 1, column 2 is infinite"), "{error}");
}
