//! The residual curve against its definition, on the matrices the documentation speaks of.

use lora_rank_explorer::{Matrix, Metric, ResidualCurve, Spectrum};
use proptest::prelude::*;

fn curve(matrix: &Matrix, metric: Metric) -> ResidualCurve {
    ResidualCurve::new(&Spectrum::of(matrix), metric)
}

#[test]
fn the_default_target_reads_4_572_and_90_8_percent_at_rank_1() {
    let curve = curve(&Matrix::default(), Metric::Frobenius);
    assert_eq!(format!("{:.3}", curve.residual(1)), "4.572");
    assert_eq!(format!("{:.1}", 100.0 * curve.captured_energy(1).expect("energy")), "90.8");
}

#[test]
fn the_default_curve_drops_through_ranks_1_and_2_and_then_is_flat() {
    for metric in Metric::ALL {
        let curve = curve(&Matrix::default(), metric);
        let drop = |r: usize| curve.residual(r - 1) - curve.residual(r);
        assert!(drop(1) > 0.6 * curve.residual(0) && drop(2) > 0.8 * curve.residual(1));
        assert!((3..=8).all(|r| drop(r) < 0.02 * curve.residual(0)));
    }
}

#[test]
fn a_rank_2_matrix_has_a_curve_of_exact_zeros_from_rank_2() {
    let matrix = Matrix::try_from([[4., 3., 2., 1.], [3., 2., 1., 0.], [2., 1., 0., -1.], [1., 0., -1., -2.]]);
    let matrix = matrix.expect("a matrix");
    for metric in Metric::ALL {
        let curve = curve(&matrix, metric);
        assert!(curve.residual(1) > 1.0);
        assert_eq!([2, 3, 4].map(|r| curve.residual(r)), [0.0; 3]);
        assert_eq!(curve.captured_energy(2), Some(1.0));
    }
}

#[test]
fn spectral_residuals_are_the_next_singular_value() {
    let spectrum = Spectrum::new(3, 3, vec![5.0, 3.0, 0.5]).expect("a spectrum");
    let curve = ResidualCurve::new(&spectrum, Metric::Spectral);
    assert_eq!([0, 1, 2, 3, 4].map(|r| curve.residual(r)), [5.0, 3.0, 0.5, 0.0, 0.0]);
}

#[test]
fn a_tiny_tail_is_not_lost_beside_a_large_head() {
    let spectrum = Spectrum::new(3, 3, vec![1.0, 1e-12, 1e-12]).expect("a spectrum");
    let curve = ResidualCurve::new(&spectrum, Metric::Frobenius);
    assert!((curve.residual(1) / (2.0f64.sqrt() * 1e-12) - 1.0).abs() < 1e-15);
}

#[test]
fn the_largest_and_smallest_numbers_neither_overflow_nor_vanish() {
    for scale in [1e300, 1e-300] {
        let spectrum = Spectrum::new(2, 2, vec![4.0 * scale, 3.0 * scale]).expect("a spectrum");
        let curve = ResidualCurve::new(&spectrum, Metric::Frobenius);
        assert!((curve.residual(0) / scale - 5.0).abs() < 1e-14 && (curve.residual(1) / scale - 3.0).abs() < 1e-14);
        assert_eq!(curve.captured_energy(1), Some(16.0 / 25.0));
    }
}

#[test]
fn a_residual_beyond_the_largest_number_is_the_largest_number() {
    let spectrum = Spectrum::new(4, 4, vec![f64::MAX; 4]).expect("a spectrum");
    let curve = ResidualCurve::new(&spectrum, Metric::Frobenius);
    assert_eq!([1, 2, 3, 4].map(|r| curve.residual(r)), [f64::MAX, f64::MAX, f64::MAX, 0.0]);
    assert_eq!(curve.captured_energy(1), Some(0.25));
}

#[test]
fn a_zero_matrix_has_no_energy_to_capture() {
    let curve = curve(&Matrix::from_vec(2, 3, vec![0.0; 6]).expect("a matrix"), Metric::Frobenius);
    assert_eq!((curve.max_rank(), curve.residual(1), curve.captured_energy(1)), (2, 0.0, None));
}

#[test]
fn metrics_are_read_and_written_by_name() {
    for (metric, name) in [(Metric::Frobenius, "frobenius"), (Metric::Spectral, "spectral")] {
        assert_eq!((metric.to_string(), name.parse()), (name.to_owned(), Ok(metric)));
        assert_eq!(serde_json::to_string(&metric).expect("JSON"), format!("\"{name}\""));
    }
    let error = "nuclear".parse::<Metric>().expect_err("not a metric");
    assert_eq!(error.to_string(), "`nuclear` is not a metric: use `frobenius` or `spectral`");
}

#[test]
fn a_spectrum_is_checked_at_the_door_and_in_json() {
    let json = r#"{"rows":2,"cols":3,"singular_values":[4.0,3.0]}"#;
    let spectrum: Spectrum = serde_json::from_str(json).expect("a spectrum");
    assert_eq!(serde_json::to_string(&spectrum).expect("JSON"), json);
    assert_eq!(spectrum.total_energy(), 25.0);
    for (values, message) in [
        (vec![1.0], "a 2×3 matrix has 2 singular values, not 1"),
        (vec![1.0, 2.0], "singular value 2 is larger than the one before it"),
        (vec![1.0, -2.0], "singular value 2 is negative or not finite"),
        (vec![f64::NAN, 0.0], "singular value 1 is negative or not finite"),
    ] {
        assert_eq!(Spectrum::new(2, 3, values).expect_err(message).to_string(), message);
    }
    assert!(Spectrum::new(0, 3, vec![]).is_err());
}

proptest! {
    #[test]
    fn no_residual_is_above_the_one_before_it(mut values in prop::collection::vec(0.0..1e3f64, 1..60)) {
        values.sort_by(|a, b| b.total_cmp(a));
        let spectrum = Spectrum::new(values.len(), values.len() + 3, values.clone()).expect("a spectrum");
        for metric in Metric::ALL {
            let curve = ResidualCurve::new(&spectrum, metric);
            for r in 1..=curve.max_rank() {
                prop_assert!(curve.residual(r) <= curve.residual(r - 1));
                prop_assert!(curve.captured_energy(r) >= curve.captured_energy(r - 1));
            }
            prop_assert_eq!(curve.residual(curve.max_rank()), 0.0);
        }
    }

    #[test]
    fn frobenius_residuals_are_the_root_of_the_sum_of_squares(mut values in prop::collection::vec(0.0..10.0f64, 1..30)) {
        values.sort_by(|a, b| b.total_cmp(a));
        let curve = ResidualCurve::new(&Spectrum::new(30, values.len(), values.clone()).expect("a spectrum"), Metric::Frobenius);
        for r in 0..values.len() {
            let direct = values[r..].iter().rev().map(|value| value * value).sum::<f64>().sqrt();
            prop_assert!((curve.residual(r) - direct).abs() <= 1e-14 * direct);
        }
    }
}
