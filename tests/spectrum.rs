//! What a `Spectrum` keeps of what it is given, at the ends of the number range too.

use lora_rank_explorer::{
    Metric, NotApplicable, RankSuggestion, ResidualCurve, Spectrum, SpectrumError, curve_csv, svd,
};

const SMALLEST: f64 = f64::from_bits(1);

fn stable_rank(values: Vec<f64>) -> f64 {
    let n = values.len();
    RankSuggestion::StableRank.value(&Spectrum::new(n, n, values).expect("a spectrum")).expect("a rank")
}

#[test]
fn equal_values_have_a_stable_rank_of_their_number_at_any_scale() {
    for value in [SMALLEST, 50.0 * SMALLEST, 1e-310, 1.0, 1e300, f64::MAX / 1.5, f64::MAX] {
        for n in [1, 2, 4, 9] {
            assert_eq!(stable_rank(vec![value; n]), n as f64, "{value:e}");
        }
    }
}

#[test]
fn the_median_of_the_smallest_numbers_is_not_lost() {
    let noise = Spectrum::new(6, 6, vec![SMALLEST; 6]).expect("a spectrum");
    assert_eq!(RankSuggestion::NoiseThreshold.rank(&noise), Err(NotApplicable::AllNoise));
}

#[test]
fn no_zero_is_negative() {
    for spectrum in [Spectrum::new(3, 3, vec![1.0, -0.0, -0.0]), Spectrum::leading(9, 9, vec![1.0, -0.0], None)] {
        let spectrum = spectrum.expect("a spectrum");
        assert!(spectrum.singular_values().iter().all(|value| value.is_sign_positive()));
        assert!(!curve_csv(&spectrum).contains('-'), "{}", curve_csv(&spectrum));
        assert!(!serde_json::to_string(&spectrum).expect("JSON").contains('-'));
    }
}

#[test]
fn the_leading_values_of_the_largest_matrices_are_a_spectrum() {
    // diag(MAX, MAX, MAX, …), of which ‖W‖_F fits into no f64; of one row it does.
    for (rows, cols) in [(4, 4), (300, 300), (1, 4)] {
        for largest in [f64::MAX, f64::MAX * (1.0 - 1e-15), f64::MAX / 2.0, f64::MAX / 3.0] {
            let entries: Vec<f64> = (0..rows * cols).map(|i| if i % (cols + 1) == 0 { largest } else { 0.0 }).collect();
            let leading = svd::leading_singular_values(&entries, rows, cols, 3).expect("finite");
            let spectrum = Spectrum::try_from(&leading).expect("what was computed");
            assert_eq!(spectrum.singular_values(), &leading.singular_values()[..leading.converged()]);
            // What is left is not said to be 0 because the norm is capped.
            let curve = ResidualCurve::new(&spectrum, Metric::Frobenius);
            let left = ((rows.min(cols) - spectrum.singular_values().len()) as f64).sqrt() * largest;
            let range = curve.residual_range(spectrum.singular_values().len());
            assert!(*range.end() >= left.min(f64::MAX) * (1.0 - 1e-6), "{rows}×{cols}, {largest:e}: {range:?}");
            assert!(*range.start() <= left * (1.0 + 1e-6), "{rows}×{cols}, {largest:e}: {range:?}");
        }
    }
}

/// Diagonal 2⁻ʲ for 16 values, then a tail that holds 1e-9 of the energy: less than 32 bits can tell from the difference of the norm
/// and the values.
#[test]
fn in_32_bits_a_small_rest_is_a_range_that_holds_the_truth() {
    let diagonal: Vec<f64> =
        (0..512).map(|j| if j < 16 { 0.5f64.powi(j) } else { 1.3e-5 * 0.9f64.powi(j - 16) }).collect();
    let mut entries = vec![0.0f32; 512 * 512];
    entries.iter_mut().step_by(513).zip(&diagonal).for_each(|(entry, &value)| *entry = value as f32);
    let leading = svd::leading_singular_values(&entries, 512, 512, 16).expect("finite");
    let spectrum = Spectrum::try_from(&leading).expect("what was computed");
    let known = spectrum.singular_values().len();
    let truth = diagonal[known..].iter().map(|value| value * value).sum::<f64>().sqrt();
    let range = ResidualCurve::new(&spectrum, Metric::Frobenius).residual_range(known);
    assert!(*range.start() <= truth && truth <= *range.end(), "{truth} is not in {range:?}");
    let json = serde_json::to_string(&spectrum).expect("JSON");
    assert!(json.ends_with(r#""rounding":2e-6}"#), "{json}");
    assert_eq!(serde_json::from_str::<Spectrum>(&json).expect("the same"), spectrum);
}

#[test]
fn a_norm_that_is_capped_counts_as_not_known() {
    let capped = Spectrum::leading(9, 9, vec![f64::MAX, f64::MAX], Some(f64::MAX)).expect("a spectrum");
    assert_eq!(capped, Spectrum::leading(9, 9, vec![f64::MAX, f64::MAX], None).expect("a spectrum"));
    assert_eq!(capped.frobenius_norm(), None);
}

#[test]
fn a_spectrum_of_which_no_value_has_converged_says_so() {
    let mut state = 1u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    let entries: Vec<f32> = (0..512 * 512).map(|_| noise()).collect();
    let leading = svd::leading_singular_values(&entries, 512, 512, 8).expect("finite entries");
    assert_eq!(leading.converged(), 0, "this matrix must be too flat");
    assert_eq!(Spectrum::try_from(&leading), Err(SpectrumError::NotConverged { asked: 8 }));
}
