//! The largest singular values: converged values are correct, and the others are reported as not converged.
//!
//! `cargo test --release --test svd_leading -- --nocapture` prints a table of the largest errors.

#[path = "reference/matrices.rs"]
mod matrices;

use lora_rank_explorer::svd::{self, Leading, SvdError};
use lora_rank_explorer::{Matrix, MatrixError};
use matrices::Numbers;
use nalgebra::DMatrix;

impl Numbers {
    /// diag(values) times random reflections from both sides, which keep its singular values.
    fn with_values(&mut self, rows: usize, cols: usize, values: &[f64]) -> DMatrix<f64> {
        let mut w = DMatrix::from_fn(rows, cols, |i, j| if i == j { values[i] } else { 0.0 });
        for _ in 0..2 {
            let u = self.matrix(rows, 1).normalize();
            let along = u.tr_mul(&w);
            w -= 2.0 * &u * along;
            let v = self.matrix(cols, 1).normalize();
            let along = &w * &v;
            w -= 2.0 * along * v.transpose();
        }
        w
    }
}

fn double(w: &DMatrix<f64>, rank: usize) -> Leading {
    let found = svd::leading_singular_values(w.transpose().as_slice(), w.nrows(), w.ncols(), rank).expect("finite");
    assert_eq!(svd::iterations_cut_off(), 0, "all have converged");
    found
}

fn single(w: &DMatrix<f64>, rank: usize) -> Leading {
    let entries: Vec<f32> = w.transpose().iter().map(|&x| x as f32).collect();
    let found = svd::leading_singular_values(&entries, w.nrows(), w.ncols(), rank).expect("finite");
    assert_eq!(svd::iterations_cut_off(), 0, "all have converged");
    found
}

fn full(w: &DMatrix<f64>) -> Vec<f64> {
    svd::singular_values(&Matrix::from_vec(w.nrows(), w.ncols(), w.transpose().as_slice().to_vec()).expect("finite"))
}

/// The largest error of the values reported as converged, in units of σ₁, and their number.
fn error(found: &Leading, truth: &[f64]) -> (f64, usize) {
    let converged = found.converged();
    let pairs = found.singular_values()[..converged].iter().zip(truth);
    (pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / truth[0].max(f64::MIN_POSITIVE), converged)
}

/// Checks both entry types against `truth`. At least `least` values must converge in each.
fn check(case: &str, w: &DMatrix<f64>, truth: &[f64], rank: usize, least: usize) {
    for (name, found, bar) in [("f64", double(w, rank), 1e-12), ("f32", single(w, rank), 1e-6)] {
        let (error, converged) = error(&found, truth);
        println!("{case:<40} {name} {converged:>3} of {rank:>3} converged {error:9.1e}");
        assert!(error <= bar, "{case}, {name}: {error:e} of the largest value");
        assert!(converged >= least, "{case}, {name}: {converged} converged");
        let values = found.singular_values();
        assert_eq!(values.len(), rank);
        assert!(values.windows(2).all(|pair| pair[0] >= pair[1]) && values[rank - 1] >= 0.0, "{case}: {values:?}");
        // A Ritz value never exceeds the singular value that it approximates.
        for (j, (value, truth_j)) in values.iter().zip(truth).enumerate() {
            assert!(*value <= truth_j + bar * truth[0], "{case}, {name}, value {j}: {value} above {truth_j}");
        }
    }
}

fn law(n: usize, value: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..n).map(value).collect()
}

#[test]
fn falling_spectra_converge_to_their_known_values() {
    let mut numbers = Numbers(1);
    for (m, n) in [(400, 400), (600, 300), (300, 600)] {
        let truth = law(m.min(n), |j| 1.0 / (j + 1) as f64);
        check(&format!("power law {m}×{n}"), &numbers.with_values(m, n, &truth), &truth, 8, 8);
    }
    let truth = law(300, |j| 0.8f64.powi(j as i32));
    check("geometric to 1e-29", &numbers.with_values(300, 300, &truth), &truth, 20, 20);
    let truth = law(300, |j| 1e-15f64.powf(j as f64 / 20.0).max(1e-30));
    check("graded to 1e-15", &numbers.with_values(300, 300, &truth), &truth, 20, 20);
}

#[test]
fn equal_values_are_all_found() {
    let mut numbers = Numbers(2);
    let cases: [(&str, Vec<f64>); 4] = [
        ("all equal", law(400, |_| 3.0)),
        ("24 equal, then falling", law(400, |j| if j < 24 { 1.0 } else { 0.5 / (j - 22) as f64 })),
        (
            "one, then 12 equal",
            law(400, |j| {
                if j == 0 {
                    1.0
                } else if j < 13 {
                    0.4
                } else {
                    0.1 / j as f64
                }
            }),
        ),
        ("exact rank 30, all equal", law(400, |j| if j < 30 { 1.0 } else { 0.0 })),
    ];
    for (case, truth) in cases {
        check(case, &numbers.with_values(400, 400, &truth), &truth, 16, 16);
    }
}

#[test]
fn a_cluster_is_never_reported_as_converged_to_wrong_values() {
    let mut numbers = Numbers(3);
    for spread in [1e-5, 1e-7, 1e-9, 1e-11] {
        let truth = law(400, |j| if j < 24 { 1.0 - spread * j as f64 } else { 0.5 / (j - 22) as f64 });
        check(&format!("24 within {spread:e} each"), &numbers.with_values(400, 400, &truth), &truth, 16, 0);
    }
}

#[test]
fn exact_low_rank_ends_in_exact_zeros() {
    // If only one of eight directions is new, rounding errors grow the most: two of these cases once ended in spurious values.
    for (seed, rows, cols, rank) in
        [(4, 400, 300, 1), (5, 400, 300, 3), (6, 300, 400, 9), (75_017, 400, 400, 17), (95_017, 400, 400, 17)]
    {
        let mut numbers = Numbers(seed);
        let mut whole = |rows, cols| numbers.matrix(rows, cols).map(|x| (x * 13.0).round());
        let w = whole(rows, rank) * whole(rank, cols);
        for found in [double(&w, 20), single(&w, 20)] {
            assert_eq!(found.converged(), 20);
            let (values, rest) = found.singular_values().split_at(rank);
            assert!(values.iter().all(|&value| value > 0.0));
            assert!(rest.iter().all(|&value| value == 0.0), "{rows}×{cols} of rank {rank}: {rest:?}");
        }
    }
}

#[test]
fn permuted_diagonals_and_zero_blocks_are_solved() {
    let value = |i: usize| (i + 1) as f64;
    let permuted = DMatrix::from_fn(400, 400, |i, j| if (i * 7 + 3) % 400 == j { value(i) * value(i) } else { 0.0 });
    let truth = law(400, |j| value(399 - j) * value(399 - j));
    check("permuted diagonal", &permuted, &truth, 8, 0);
    let mut numbers = Numbers(5);
    let block = numbers.with_values(150, 150, &law(150, |j| 1.0 / (1 + j * j) as f64));
    let blocks = DMatrix::from_fn(400, 400, |i, j| if i >= 250 && j < 150 { block[(i - 250, j)] } else { 0.0 });
    check(
        "one block, all else zero",
        &blocks,
        &law(400, |j| if j < 150 { 1.0 / (1 + j * j) as f64 } else { 0.0 }),
        8,
        8,
    );
    check("zero", &DMatrix::zeros(400, 300), &[0.0; 300], 8, 8);
}

#[test]
fn leading_values_agree_with_the_full_spectrum() {
    let mut numbers = Numbers(6);
    for (m, n, rank) in
        [(1, 1, 1), (9, 4, 2), (120, 120, 5), (200, 150, 4), (150, 210, 7), (3, 3000, 2), (3000, 3, 3), (90, 90, 90)]
    {
        let w = numbers.matrix(m, n);
        check(&format!("random {m}×{n}"), &w, &full(&w)[..rank], rank, 0);
    }
    let small = numbers.matrix(20, 12);
    assert_eq!(double(&small, 5).singular_values(), &full(&small)[..5], "all values of small matrices are computed");
    assert_eq!((double(&small, 5).converged(), double(&small, 40).singular_values().len()), (5, 12));
}

#[test]
fn classic_matrices_are_within_the_tolerance() {
    let hilbert = DMatrix::from_fn(300, 300, |i, j| 1.0 / (i + j + 1) as f64);
    check("Hilbert", &hilbert, &full(&hilbert), 12, 12);
    let (cosine, sine) = (0.28f64, 0.96_f64);
    let kahan = DMatrix::from_fn(300, 300, |i, j| match i.cmp(&j) {
        std::cmp::Ordering::Equal => sine.powi(i as i32),
        std::cmp::Ordering::Less => -cosine * sine.powi(i as i32),
        std::cmp::Ordering::Greater => 0.0,
    });
    check("Kahan", &kahan, &full(&kahan), 12, 4);
    check("ones", &DMatrix::repeat(300, 300, 1.0), &law(300, |j| if j == 0 { 300.0 } else { 0.0 }), 4, 4);
}

#[test]
fn powers_of_two_scale_exactly_and_extreme_entries_neither_overflow_nor_vanish() {
    let mut numbers = Numbers(7);
    let w = numbers.with_values(300, 280, &law(280, |j| 1.0 / (j + 1) as f64));
    let plain = double(&w, 6);
    for k in [-900, -30, 400, 1000] {
        let scaled = double(&(&w * 2f64.powi(k)), 6);
        let expected: Vec<f64> = plain.singular_values().iter().map(|value| value * 2f64.powi(k)).collect();
        assert_eq!(scaled.singular_values(), expected);
        assert_eq!(scaled.frobenius_norm(), plain.frobenius_norm() * 2f64.powi(k));
    }
    let rough = w.map(|x| f64::from(x as f32));
    let plain = single(&rough, 6);
    for k in [-60, 40, 110] {
        let scaled = single(&(&rough * 2f64.powi(k)), 6);
        let expected: Vec<f64> = plain.singular_values().iter().map(|value| value * 2f64.powi(k)).collect();
        assert_eq!(scaled.singular_values(), expected, "2^{k}");
    }
    // Subnormal entries have few digits; the values must match what is left of them.
    // The unit is a product of two powers, since `powi` may divide by an infinite one here.
    for halves in [-525, -515] {
        let unit = 2f64.powi(halves) * 2f64.powi(halves);
        let found = double(&(&w * unit), 6);
        let lost = f64::from_bits(1) / unit * 280.0;
        assert!((found.singular_values()[0] / unit - 1.0).abs() <= lost, "{:?}", found.singular_values());
    }
    let subnormal = single(&(&rough * 2f64.powi(-135)), 6);
    assert!((subnormal.singular_values()[0] * 2f64.powi(135) - 1.0).abs() < 1e-2, "{:?}", subnormal.singular_values());
    let huge = double(&DMatrix::repeat(300, 300, f64::MAX), 2);
    assert_eq!((huge.singular_values(), huge.frobenius_norm()), (&[f64::MAX, 0.0][..], f64::MAX));
}

#[test]
fn the_transpose_and_permutations_have_the_same_values() {
    let mut numbers = Numbers(8);
    let w = numbers.with_values(350, 300, &law(300, |j| 1.0 / (j + 1) as f64));
    let turned = DMatrix::from_fn(350, 300, |i, j| w[((i * 3 + 17) % 350, 299 - j)]);
    let plain = double(&w, 8);
    assert_eq!(plain.converged(), 8);
    for other in [double(&w.transpose(), 8), double(&turned, 8)] {
        for (a, b) in plain.singular_values().iter().zip(other.singular_values()) {
            assert!((a - b).abs() <= 1e-13, "{a} and {b}");
        }
        assert!((plain.frobenius_norm() / other.frobenius_norm() - 1.0).abs() < 1e-14);
    }
}

#[test]
fn the_total_energy_includes_all_values() {
    let mut numbers = Numbers(9);
    let w = numbers.matrix(311, 290);
    let whole: f64 = full(&w).iter().rev().map(|value| value * value).sum();
    assert!((double(&w, 3).total_energy() / whole - 1.0).abs() < 1e-13);
    let (tall, flat) = (double(&(&w * 1e300), 3), double(&(&w * 1e-300), 3));
    assert!(((tall.frobenius_norm() / 1e300) / (flat.frobenius_norm() * 1e300) - 1.0).abs() < 1e-13);
}

#[test]
fn invalid_input_gives_an_error_that_names_the_cause() {
    let error = |entries: &[f32], rows, cols, rank| {
        svd::leading_singular_values(entries, rows, cols, rank).expect_err("an error")
    };
    assert_eq!(error(&[1.0; 6], 2, 3, 0), SvdError::RankZero);
    assert_eq!(error(&[1.0; 6], 2, 3, 0).to_string(), "the rank must be at least 1, not 0");
    assert_eq!(error(&[], 0, 3, 1), MatrixError::NoRows.into());
    assert_eq!(error(&[], 3, 0, 1), MatrixError::NoColumns.into());
    assert_eq!(error(&[1.0; 5], 2, 3, 1).to_string(), "5 entries do not fill a 2×3 matrix");
    assert_eq!(error(&[1.0; 5], usize::MAX, 3, 1), MatrixError::Shape { rows: usize::MAX, cols: 3, found: 5 }.into());
    let mut entries = vec![1.0; 400 * 300];
    entries[300 * 20 + 7] = f32::NAN;
    assert_eq!(error(&entries, 400, 300, 2).to_string(), "the entry in row 21, column 8 is NaN");
    entries[300 * 20 + 7] = f32::NEG_INFINITY;
    assert_eq!(error(&entries, 400, 300, 2).to_string(), "the entry in row 21, column 8 is negative infinity");
    let memory = SvdError::Memory { bytes: 134_217_728 };
    assert_eq!(memory.to_string(), "there is no memory for the 134217728 bytes that the svd needs");
}
