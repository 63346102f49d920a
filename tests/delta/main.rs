//! ΔW in every form against the matrix that it stands for, which only these tests form.

#[path = "../reference/matrices.rs"]
mod matrices;
#[path = "../reference/mod.rs"]
mod reference;

mod bad_input;
mod dense;
mod experts;
mod kronecker;
mod properties;
mod range;
mod sum;
mod thin;

use std::num::NonZeroUsize;

use lora_rank_explorer::delta::Delta;
use lora_rank_explorer::{Matrix, Spectrum, svd};
use nalgebra::DMatrix;

/// What every error is promised to stay below, in units of σ₁.
const TOLERANCE: f64 = 1e-12;

fn matrix(w: &DMatrix<f64>) -> Matrix {
    Matrix::from_vec(w.nrows(), w.ncols(), w.transpose().as_slice().to_vec()).expect("finite")
}

fn formed(w: &Matrix) -> DMatrix<f64> {
    DMatrix::from_row_slice(w.rows(), w.cols(), w.as_slice())
}

fn rank(rank: usize) -> NonZeroUsize {
    NonZeroUsize::new(rank).expect("a rank")
}

fn thin(b: &DMatrix<f64>, a: &DMatrix<f64>, scale: f64) -> Delta {
    Delta::thin(matrix(b), matrix(a), scale).expect("factors that fit")
}

fn dense(w: &DMatrix<f64>) -> Delta {
    Delta::dense(matrix(w))
}

/// min(m, n) values, with the zeros that a spectrum need not hold.
fn all_values(spectrum: &Spectrum) -> Vec<f64> {
    assert!(spectrum.is_complete());
    let mut values = spectrum.singular_values().to_vec();
    values.resize(spectrum.max_rank(), 0.0);
    values
}

/// That shape, spectrum and best factors of `delta` are those of `w`. Returns the values, from about 30 digits.
fn check(delta: &Delta, w: &DMatrix<f64>, what: &str) -> Vec<f64> {
    let (m, n) = w.shape();
    assert_eq!((delta.rows(), delta.cols()), (m, n), "{what}");
    let truth = reference::singular_values(m, n, w.transpose().as_slice());
    let spectrum = delta.spectrum().expect("memory");
    assert_eq!((spectrum.rows(), spectrum.cols()), (m, n), "{what}");
    for (j, (x, y)) in all_values(&spectrum).iter().zip(&truth).enumerate() {
        assert!((x - y).abs() <= TOLERANCE * truth[0], "{what}, value {}: {x:e} and {y:e}", j + 1);
    }
    for r in [1, m.min(n).div_ceil(3), m.min(n), m.min(n) + 1] {
        check_factors(delta, w, &truth, r, what);
    }
    truth
}

/// That the factors of rank `r` leave as little as any, and that the two share the singular values evenly.
fn check_factors(delta: &Delta, w: &DMatrix<f64>, truth: &[f64], r: usize, what: &str) {
    let (b, a) = delta.truncate(rank(r)).expect("memory");
    assert_eq!((b.rows(), b.cols(), a.rows(), a.cols()), (w.nrows(), r, r, w.ncols()), "{what}");
    assert_eq!(svd::iterations_cut_off(), 0, "{what}: all have converged");
    let (b, a) = (formed(&b), formed(&a));
    let tail = truth.iter().skip(r).map(|value| value * value).sum::<f64>().sqrt();
    let left = (&b * &a - w).norm();
    assert!((left - tail).abs() <= TOLERANCE * truth[0], "{what}, rank {r}: {left:e} is left, and {tail:e} could be");
    let kept = DMatrix::from_fn(r, r, |i, j| if i == j { truth.get(i).copied().unwrap_or(0.0) } else { 0.0 });
    assert!((b.transpose() * &b - &kept).norm() <= TOLERANCE * truth[0], "{what}, rank {r}: B′ᵀB′");
    assert!((&a * a.transpose() - &kept).norm() <= TOLERANCE * truth[0], "{what}, rank {r}: A′A′ᵀ");
}
