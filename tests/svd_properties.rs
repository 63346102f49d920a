//! Properties that the singular values of every matrix have, tested on random matrices.

use lora_rank_explorer::{Matrix, svd};
use nalgebra::DMatrix;
use proptest::prelude::*;

fn values(w: &DMatrix<f64>) -> Vec<f64> {
    let matrix = Matrix::from_vec(w.nrows(), w.ncols(), w.transpose().as_slice().to_vec()).expect("finite");
    let values = svd::singular_values(&matrix);
    assert_eq!(svd::iterations_cut_off(), 0, "all have converged");
    values
}

/// Matrices up to 12×12 with entries in (−1, 1), some of them zero.
fn matrices() -> impl Strategy<Value = DMatrix<f64>> {
    (1usize..=12, 1usize..=12).prop_flat_map(|(m, n)| of_shape(m, n))
}

fn of_shape(m: usize, n: usize) -> impl Strategy<Value = DMatrix<f64>> {
    let entry = prop_oneof![4 => -1.0..1.0f64, 1 => Just(0.0)];
    prop::collection::vec(entry, m * n).prop_map(move |entries| DMatrix::from_vec(m, n, entries))
}

fn pairs() -> impl Strategy<Value = (DMatrix<f64>, DMatrix<f64>)> {
    (1usize..=12, 1usize..=12).prop_flat_map(|(m, n)| (of_shape(m, n), of_shape(m, n)))
}

/// Any finite number, often one near the limits of an `f64`.
fn any_entry() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("finite", |x| x.is_finite()),
        prop::sample::select(vec![0.0, -0.0, 1.0, -1.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 1e-170, 1e154]),
    ]
}

fn close(found: &[f64], truth: &[f64], unit: f64) -> bool {
    found.len() == truth.len() && found.iter().zip(truth).all(|(a, b)| (a - b).abs() <= 1e-13 * unit)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_transpose_has_the_same_values_bit_for_bit(w in matrices()) {
        prop_assert_eq!(values(&w), values(&w.transpose()));
    }

    #[test]
    fn a_power_of_two_scales_every_value_bit_for_bit(w in matrices(), k in -900i32..900) {
        let scale = 2f64.powi(k);
        let scaled: Vec<f64> = values(&w).into_iter().map(|value| value * scale).collect();
        prop_assert_eq!(values(&(w * scale)), scaled);
    }

    #[test]
    fn the_same_input_gives_the_same_bits(w in matrices()) {
        prop_assert_eq!(values(&w), values(&w.clone()));
    }

    #[test]
    fn permuted_rows_and_columns_have_the_same_values(w in matrices(), by in 0usize..12) {
        let (m, n) = w.shape();
        let turned = DMatrix::from_fn(m, n, |i, j| w[((i + by) % m, n - 1 - j)]);
        let expected = values(&w);
        prop_assert!(close(&values(&turned), &expected, expected[0]));
    }

    #[test]
    fn orthogonal_factors_change_no_value((w, x) in pairs()) {
        let u = (&x * x.transpose() + DMatrix::identity(x.nrows(), x.nrows())).qr().q();
        let v = (x.transpose() * &x + DMatrix::identity(x.ncols(), x.ncols())).qr().q();
        let expected = values(&w);
        prop_assert!(close(&values(&(u * w * v)), &expected, expected[0]));
    }

    #[test]
    fn squares_sum_to_the_squared_frobenius_norm(w in matrices()) {
        let sum: f64 = values(&w).iter().map(|value| value * value).sum();
        prop_assert!((sum - w.norm_squared()).abs() <= 1e-13 * w.norm_squared());
    }

    #[test]
    fn the_product_of_the_values_is_the_determinant(w in (1usize..=8).prop_flat_map(|n| of_shape(n, n))) {
        let found = values(&w);
        let product: f64 = found.iter().product();
        prop_assert!((product - w.determinant().abs()).abs() <= 1e-12 * found[0].powi(w.nrows() as i32));
    }

    #[test]
    fn the_values_without_a_column_interlace(w in (1usize..=12, 2usize..=12).prop_flat_map(|(m, n)| of_shape(m, n))) {
        let all = values(&w);
        let fewer = values(&w.clone().remove_column(0));
        let slack = 1e-13 * all[0];
        for (j, value) in fewer.iter().enumerate() {
            let next = all.get(j + 1).copied().unwrap_or(0.0);
            prop_assert!(*value <= all[j] + slack && *value >= next - slack, "{all:?} and {fewer:?}");
        }
    }

    #[test]
    fn a_perturbation_moves_no_value_by_more_than_its_norm((w, e) in pairs(), size in 1e-9..1.0f64) {
        let e = e * size;
        let (before, after, norm) = (values(&w), values(&(&w + &e)), values(&e)[0]);
        for (a, b) in before.iter().zip(&after) {
            prop_assert!((a - b).abs() <= norm + 1e-13 * before[0].max(after[0]));
        }
    }

    #[test]
    fn a_product_of_thin_factors_has_no_more_nonzero_values_than_its_rank(
        (b, a) in (3usize..=12, 3usize..=12, 1usize..=3)
            .prop_flat_map(|(m, n, r)| (of_shape(m, r), of_shape(r, n))),
    ) {
        // Integers, so that the product and its rank are exact.
        let whole = |w: DMatrix<f64>| w.map(|x| (x * 20.0).round());
        let (b, a) = (whole(b), whole(a));
        prop_assert!(values(&(&b * &a))[b.ncols()..].iter().all(|&value| value == 0.0));
    }

    #[test]
    fn any_finite_matrix_has_finite_sorted_values(
        (m, n, entries) in (1usize..=9, 1usize..=9)
            .prop_flat_map(|(m, n)| (Just(m), Just(n), prop::collection::vec(any_entry(), m * n))),
    ) {
        let found = values(&DMatrix::from_vec(m, n, entries));
        prop_assert_eq!(found.len(), m.min(n));
        prop_assert!(found.iter().all(|value| value.is_finite() && *value >= 0.0), "{found:?}");
        prop_assert!(found.windows(2).all(|pair| pair[0] >= pair[1]), "{found:?}");
    }

    #[test]
    fn entries_with_very_different_exponents_agree_with_nalgebra(
        (m, n, parts) in (1usize..=8, 1usize..=8)
            .prop_flat_map(|(m, n)| (Just(m), Just(n), prop::collection::vec((-1.0..1.0f64, -60i32..0), m * n))),
    ) {
        let w = DMatrix::from_vec(m, n, parts.into_iter().map(|(x, k)| x * 2f64.powi(k)).collect());
        let mut other = w.singular_values().as_slice().to_vec();
        other.sort_by(|a, b| b.total_cmp(a));
        prop_assert!(close(&values(&w), &other, other[0]));
    }
}
