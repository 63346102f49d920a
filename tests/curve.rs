//! The residual curve matches its definition, on the matrices that the documentation mentions and on random spectra.

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
    for &metric in Metric::ALL {
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
    for &metric in Metric::ALL {
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
fn a_residual_above_f64_max_is_f64_max() {
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
fn a_spectrum_round_trips_as_json_and_its_constructor_checks_the_values() {
    let json = r#"{"rows":2,"cols":3,"singular_values":[4.0,3.0]}"#;
    let spectrum: Spectrum = serde_json::from_str(json).expect("a spectrum");
    assert_eq!(serde_json::to_string(&spectrum).expect("JSON"), json);
    assert_eq!(spectrum.total_energy(), Some(25.0));
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

/// The spectrum σⱼ = 1/j for j = 1..=64, of which only the first `known` values are known.
fn harmonic(known: usize, norm: Option<f64>) -> Spectrum {
    let values = (1..=known).map(|j| 1.0 / j as f64).collect();
    Spectrum::leading(64, 100, values, norm).expect("a spectrum")
}

fn harmonic_norm() -> f64 {
    (1..=64).rev().map(|j| 1.0 / f64::from(j * j)).sum::<f64>().sqrt()
}

#[test]
fn without_the_norm_the_energy_is_a_range() {
    let curve = ResidualCurve::new(&harmonic(8, None), Metric::Frobenius);
    let energy = curve.captured_energy_range(4).expect("energy");
    assert_eq!(format!("{:.3} {:.3}", energy.start(), energy.end()), "0.593 0.932");
    assert!(curve.is_range() && curve.captured_energy(4) == Some(*energy.start()));
    assert_eq!(curve.max_rank(), 8);
}

#[test]
fn with_the_norm_residual_and_energy_match_the_whole_spectrum() {
    for &metric in Metric::ALL {
        let whole = ResidualCurve::new(&harmonic(64, None), metric);
        let curve = ResidualCurve::new(&harmonic(8, Some(harmonic_norm())), metric);
        for r in 0..=8 {
            let (energy, truth) =
                (curve.captured_energy(r).expect("energy"), whole.captured_energy(r).expect("energy"));
            assert!((energy - truth).abs() < 1e-14);
            let range = curve.residual_range(r);
            let slack = 1e-14;
            assert!(
                *range.start() <= whole.residual(r) + slack && whole.residual(r) <= range.end() + slack,
                "{metric} {r}"
            );
            assert!(r == 8 || range.end() - range.start() < slack);
        }
        assert_eq!(curve.is_range(), metric == Metric::Spectral, "only the next value is unknown");
        assert!(!whole.is_range());
    }
}

/// (2, 1) with the norm √5: the rounding of the norm leaves 2.98e-8, where nothing may be left.
#[test]
fn what_is_only_the_rounding_of_the_norm_is_a_range_and_not_a_residual() {
    let curve = |norm: f64| {
        let part = Spectrum::leading(64, 64, vec![2.0, 1.0], Some(norm)).expect("a part");
        ResidualCurve::new(&part, Metric::Frobenius)
    };
    let full = curve(5.0f64.sqrt());
    let range = full.residual_range(2);
    assert!(full.is_range() && *range.start() == 0.0 && *range.end() < 1e-5, "{range:?}");
    let energy = full.captured_energy_range(2).expect("energy");
    assert!(*energy.start() < 1.0 && *energy.start() > 1.0 - 1e-11 && *energy.end() == 1.0, "{energy:?}");
    for rest in [1e-6f64, 1e-5, 1e-3, 0.1, 0.9] {
        let (range, truth) = (curve((5.0 + rest * rest).sqrt()).residual_range(2), rest);
        assert!(*range.start() <= truth * (1.0 + 1e-9) && truth * (1.0 - 1e-9) <= *range.end(), "{rest}: {range:?}");
    }
    let exact = curve((5.0f64 + 0.01).sqrt());
    assert!(!exact.is_range() && (exact.residual(2) - 0.1).abs() < 1e-12);
}

#[test]
fn energy_is_1_only_where_nothing_is_left() {
    let curve = ResidualCurve::new(&Spectrum::new(2, 2, vec![1.0, 1e-9]).expect("a spectrum"), Metric::Frobenius);
    assert!(curve.captured_energy(1).is_some_and(|energy| energy < 1.0));
    assert_eq!(curve.captured_energy(2), Some(1.0));
}

#[test]
fn a_norm_that_contradicts_the_values_is_an_error() {
    for norm in [1.0, 5.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = Spectrum::leading(64, 100, vec![1.0, 0.5], Some(norm)).expect_err("a norm that is impossible");
        assert!(
            error
                .to_string()
                .starts_with(&format!("the Frobenius norm is {norm}, and the singular values allow 1.118"))
        );
    }
    assert_eq!(Spectrum::new(2, 2, vec![4.0, 3.0]).expect("complete").frobenius_norm(), Some(5.0));
    assert!(Spectrum::leading(2, 2, vec![4.0, 3.0], Some(6.0)).is_err(), "even if all values are known");
    assert!(Spectrum::leading(2, 2, vec![4.0, 3.0, 2.0], None).is_err(), "more values than there are");
}

#[test]
fn a_partial_spectrum_round_trips_as_json() {
    let json = r#"{"rows":64,"cols":100,"singular_values":[1.0,0.5],"frobenius_norm":1.25}"#;
    let spectrum: Spectrum = serde_json::from_str(json).expect("a spectrum");
    assert_eq!((spectrum.known_rank(), spectrum.max_rank(), spectrum.frobenius_norm()), (2, 64, Some(1.25)));
    assert_eq!(serde_json::to_string(&spectrum).expect("JSON"), json);
    let without: Spectrum =
        serde_json::from_str(r#"{"rows":64,"cols":100,"singular_values":[1.0]}"#).expect("a spectrum");
    assert_eq!((without.frobenius_norm(), without.total_energy()), (None, None));
}

#[test]
fn a_partial_spectrum_near_the_limits_of_f64_has_finite_ranges() {
    for scale in [1e300, 1e-300, 0.0] {
        for norm in [None, Some(6.0 * scale)] {
            let spectrum = Spectrum::leading(9, 9, vec![4.0 * scale, 3.0 * scale], norm).expect("a spectrum");
            for &metric in Metric::ALL {
                let curve = ResidualCurve::new(&spectrum, metric);
                for r in 0..=3 {
                    let range = curve.residual_range(r);
                    assert!(range.start() <= range.end() && range.end().is_finite(), "{scale} {metric} {r}: {range:?}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn every_range_contains_the_true_value(
        mut values in prop::collection::vec(0.0..10.0f64, 2..40),
        share in 0.0..1.0f64,
        with_norm: bool,
    ) {
        values.sort_by(|a, b| b.total_cmp(a));
        let n = values.len();
        let known = 1 + (share * (n - 1) as f64) as usize;
        let whole = Spectrum::new(n, n, values.clone()).expect("a spectrum");
        let norm = whole.frobenius_norm().filter(|_| with_norm);
        let part = Spectrum::leading(n, n, values[..known].to_vec(), norm).expect("a part");
        for &metric in Metric::ALL {
            let (whole, part) = (ResidualCurve::new(&whole, metric), ResidualCurve::new(&part, metric));
            // A residual that is the difference of two nearly equal sums keeps half of the digits.
            let slack = 1e-7 * whole.residual(0);
            for r in 0..=known {
                let (range, truth) = (part.residual_range(r), whole.residual(r));
                prop_assert!(*range.start() <= truth + slack && truth <= range.end() + slack, "{metric} {r}: {truth} in {range:?}");
                if let (Some(range), Some(truth)) = (part.captured_energy_range(r), whole.captured_energy(r)) {
                    prop_assert!(*range.start() <= truth + 1e-13 && truth <= range.end() + 1e-13, "{r}: {truth} in {range:?}");
                }
            }
        }
    }

    #[test]
    fn residuals_never_increase(mut values in prop::collection::vec(0.0..1e3f64, 1..60)) {
        values.sort_by(|a, b| b.total_cmp(a));
        let spectrum = Spectrum::new(values.len(), values.len() + 3, values.clone()).expect("a spectrum");
        for &metric in Metric::ALL {
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
