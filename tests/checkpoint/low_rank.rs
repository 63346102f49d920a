//! Best factors: how close to the best they are, and what a clamp would cost.

use std::num::NonZeroUsize;

use lora_rank_explorer::checkpoint::{Difference, LowRank, SigmaSplit};
use nalgebra::DMatrix;

use crate::models::{Random, bf16, difference};

fn rank(r: usize) -> NonZeroUsize {
    NonZeroUsize::new(r).expect("a rank")
}

/// All singular values of a difference, by nalgebra.
fn values(difference: &Difference) -> Vec<f64> {
    let entries: Vec<f64> = difference.entries().iter().map(|&entry| f64::from(entry)).collect();
    let svd = DMatrix::from_row_slice(difference.rows(), difference.cols(), &entries).svd(false, false);
    svd.singular_values.iter().copied().collect()
}

fn least(values: &[f64], r: usize) -> f64 {
    values[r..].iter().rev().map(|value| value * value).sum::<f64>().sqrt()
}

/// The largest |XᵀX − I|, over the columns of U and the rows of Vᵀ.
fn deviation(low_rank: &LowRank) -> f64 {
    let (u, vt) = (low_rank.u(), low_rank.vt());
    let u = DMatrix::from_row_slice(u.rows(), u.cols(), u.as_slice());
    let vt = DMatrix::from_row_slice(vt.rows(), vt.cols(), vt.as_slice());
    let of = |gram: DMatrix<f64>| (gram.clone() - DMatrix::identity(gram.nrows(), gram.ncols())).amax();
    of(u.transpose() * &u).max(of(&vt * vt.transpose()))
}

/// Zeros, and a matrix with these singular values, in 32 bits.
fn of_values(shape: [usize; 2], values: &[f64]) -> Difference {
    let w = Random(9).of_values(shape, values);
    difference(shape, ("F32", &vec![0.0; w.len()]), ("F32", &w))
}

#[test]
fn the_residual_of_the_factors_is_the_least_there_is() {
    let noise = |shape: [usize; 2]| {
        let w = Random(4).weights(shape[0] * shape[1], 0.02);
        difference(shape, ("F32", &w), ("BF16", &bf16(&w)))
    };
    let spectra: [(&str, Difference, &[usize]); 8] = [
        (
            "e^(−j/20)",
            of_values([192, 160], &(0..160).map(|j| (-j as f64 / 20.0).exp()).collect::<Vec<_>>()),
            &[1, 8, 64],
        ),
        ("1/j", of_values([120, 300], &(1..=120).map(|j| 1.0 / j as f64).collect::<Vec<_>>()), &[4, 32, 80]),
        ("rank 6", of_values([150, 140], &[5.0, 5.0, 5.0, 1.0, 0.5, 0.25]), &[3]),
        ("rounding alone", noise([180, 140]), &[1, 16, 48, 100, 130]),
        ("rounding alone, wide", noise([60, 400]), &[2, 20]),
        ("rounding alone, wide blocks", noise([144, 160]), &[64, 140, 144]),
        ("rounding alone, high blocks", noise([100, 96]), &[16, 60, 95, 96]),
        ("small", of_values([9, 7], &[4.0, 3.0, 2.0, 1.0, 0.5, 0.25, 0.125]), &[1, 3, 6]),
    ];
    for (name, difference, ranks) in &spectra {
        let values = values(difference);
        for &r in *ranks {
            let low_rank = difference.low_rank(rank(r)).expect("memory");
            let (found, least) = (difference.residual(&low_rank), least(&values, r));
            assert!(
                found <= 1.002 * least + 1e-6 * difference.frobenius_norm(),
                "{name} rank {r}: {found} and {least}"
            );
            assert!(deviation(&low_rank) < 1e-6, "{name} rank {r}: {}", deviation(&low_rank));
            assert!(low_rank.singular_values().is_sorted_by(|a, b| a >= b), "{name} rank {r}");
            for (found, expected) in low_rank.singular_values().iter().zip(&values) {
                assert!(*found <= expected * (1.0 + 1e-6) + 1e-6 * values[0], "{name} rank {r}");
            }
        }
    }
}

#[test]
fn a_rank_at_or_beyond_that_of_the_difference_leaves_nothing() {
    let difference = of_values([40, 30], &[3.0, 2.0, 1.0]);
    for r in [3, 12, 30, 31, 1000] {
        let low_rank = difference.low_rank(rank(r)).expect("memory");
        assert_eq!(low_rank.rank(), r.min(30));
        assert!(difference.residual(&low_rank) < 1e-5, "rank {r}");
    }
    let zero = of_values([40, 30], &[0.0]);
    assert!(zero.is_unchanged());
    let low_rank = zero.low_rank(rank(2)).expect("memory");
    assert_eq!((low_rank.singular_values(), zero.residual(&low_rank)), (&[0.0, 0.0][..], 0.0));
}

#[test]
fn both_splits_have_the_same_product() {
    let low_rank = of_values([30, 24], &[4.0, 2.0, 1.0]).low_rank(rank(2)).expect("memory");
    let norms = |split| {
        let (b, a) = low_rank.factors(split);
        let product = DMatrix::from_row_slice(30, 2, b.as_slice()) * DMatrix::from_row_slice(2, 24, a.as_slice());
        (b.as_slice().iter().map(|x| x * x).sum::<f64>(), a.as_slice().iter().map(|x| x * x).sum::<f64>(), product)
    };
    let ((up_b, up_a, up), (both_b, both_a, both)) = (norms(SigmaSplit::Up), norms(SigmaSplit::Both));
    assert!((up - both).amax() < 1e-12);
    for (found, expected) in [(up_b, 20.0), (up_a, 2.0), (both_b, 6.0), (both_a, 6.0)] {
        assert!((found - expected).abs() < 1e-5, "{found} {expected}");
    }
}

/// The arithmetic of sd-scripts, on σ = e^(−j/20) and rank 64.
#[test]
fn without_a_clamp_the_residual_is_at_most_0_7_of_the_clamped_one() {
    let difference = of_values([320, 256], &(0..256).map(|j| (-j as f64 / 20.0).exp()).collect::<Vec<_>>());
    let low_rank = difference.low_rank(rank(64)).expect("memory");
    let (found, clamped) = (difference.residual(&low_rank), difference.clamped_residual(&low_rank));
    assert!(found <= 0.7 * clamped, "{found} and {clamped} of {}", difference.frobenius_norm());
}

#[test]
fn the_leading_spectrum_has_the_exact_norm_and_no_value_that_is_not_certain() {
    let expected: Vec<f64> = (0..160).map(|j| (-j as f64 / 8.0).exp()).collect();
    let difference = of_values([192, 320], &expected);
    let leading = difference.leading(rank(16)).expect("memory");
    let spectrum = difference.spectrum(&leading).expect("values that have converged");
    assert_eq!(spectrum.known_rank(), 16);
    let norm = expected.iter().map(|value| value * value).sum::<f64>().sqrt();
    assert!((spectrum.frobenius_norm().expect("known") - norm).abs() < 1e-6 * norm);
    assert!((difference.frobenius_norm() - norm).abs() < 1e-6 * norm);
    for (found, expected) in spectrum.singular_values().iter().zip(&expected) {
        assert!((found - expected).abs() < 2e-6, "{found} {expected}");
    }
    // The rest of a product of rank 3 is not 0, but what 32 bits have rounded: the norm bounds it.
    let thin = of_values([400, 320], &[3.0, 2.0, 1.0]);
    let spectrum = thin.spectrum(&thin.leading(rank(8)).expect("memory")).expect("values");
    assert_eq!((spectrum.singular_values().len(), spectrum.is_complete()), (3, false));
}

#[test]
fn a_difference_as_a_delta_has_the_same_values() {
    let difference = of_values([12, 9], &[4.0, 2.0, 1.0]);
    let spectrum = difference.delta().expect("memory").spectrum().expect("memory");
    assert!((spectrum.singular_values()[1] - 2.0).abs() < 1e-6);
}
