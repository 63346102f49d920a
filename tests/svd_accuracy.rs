//! The errors of the singular values, for one family of matrices after another.
//!
//! `cargo test --release --test svd_accuracy -- --nocapture` prints a table of the largest errors.

#[path = "reference/matrices.rs"]
mod matrices;
mod reference;

use lora_rank_explorer::{Matrix, svd};
use matrices::Numbers;
use nalgebra::DMatrix;

/// The promised accuracy of every value, in units of σ₁.
const BAR: f64 = 1e-13;

impl Numbers {
    /// A matrix with random orthonormal columns.
    fn orthonormal(&mut self, rows: usize, cols: usize) -> DMatrix<f64> {
        self.matrix(rows, cols).qr().q()
    }

    /// U·diag(values)·Vᵀ with random orthonormal U and V.
    fn with_values(&mut self, rows: usize, cols: usize, values: &[f64]) -> DMatrix<f64> {
        let (u, v) = (self.orthonormal(rows, values.len()), self.orthonormal(cols, values.len()));
        u * DMatrix::from_diagonal(&values.to_vec().into()) * v.transpose()
    }
}

fn ours(w: &DMatrix<f64>) -> Vec<f64> {
    let entries = w.transpose().as_slice().to_vec();
    let matrix = Matrix::from_vec(w.nrows(), w.ncols(), entries).expect("finite");
    let values = svd::singular_values(&matrix);
    assert_eq!((values.len(), svd::iterations_cut_off()), (w.nrows().min(w.ncols()), 0));
    assert!(values.iter().all(|value| value.is_finite() && *value >= 0.0), "finite and not negative: {values:?}");
    assert!(values.windows(2).all(|pair| pair[0] >= pair[1]), "falling: {values:?}");
    values
}

/// The largest difference, in units of σ₁. 0 for exact agreement, even if all values are 0.
fn error(found: &[f64], truth: &[f64]) -> f64 {
    let worst = found.iter().zip(truth).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    if worst == 0.0 { 0.0 } else { worst / truth[0] }
}

/// Scales a family of matrices by 2^shift, checks its values against 30-digit ones, and prints the largest error.
fn check_scaled(family: &str, shift: i32, matrices: impl IntoIterator<Item = DMatrix<f64>>) {
    let mut worst: f64 = 0.0;
    for w in matrices {
        let truth = reference::singular_values(w.nrows(), w.ncols(), w.transpose().as_slice());
        let scale = |x: f64| x * 2f64.powi(shift / 2) * 2f64.powi(shift - shift / 2);
        let found = ours(&w.map(scale));
        let truth: Vec<f64> = truth.into_iter().map(scale).collect();
        worst = worst.max(error(&found, &truth));
    }
    println!("{family:<44} {worst:9.1e}");
    assert!(worst <= BAR, "{family}: {worst:e} of the largest value");
}

fn check(family: &str, matrices: impl IntoIterator<Item = DMatrix<f64>>) {
    check_scaled(family, 0, matrices);
}

fn geometric(n: usize, last: f64) -> Vec<f64> {
    (0..n).map(|j| last.powf(j as f64 / (n - 1).max(1) as f64)).collect()
}

#[test]
fn random_matrices_of_every_shape_are_accurate_to_1e_13() {
    let mut numbers = Numbers(1);
    check("random, square, 1 to 24", (1..=24).map(|n| numbers.matrix(n, n)).collect::<Vec<_>>());
    check("random, 48×48", [numbers.matrix(48, 48)]);
    check("random, tall 60×7, 33×32, 25×24", [(60, 7), (33, 32), (25, 24)].map(|(m, n)| numbers.matrix(m, n)));
    check("random, wide 7×60, 32×33, 24×25", [(7, 60), (32, 33), (24, 25)].map(|(m, n)| numbers.matrix(m, n)));
    check("random, 1:1000 both ways", [(1000, 1), (1, 1000), (3000, 3), (3, 3000)].map(|(m, n)| numbers.matrix(m, n)));
    check("1×1, 1×9, 9×1", [(1, 1), (1, 9), (9, 1)].map(|(m, n)| numbers.matrix(m, n)));
}

#[test]
fn hard_spectra_are_accurate_to_1e_13() {
    let mut numbers = Numbers(2);
    check("graded, 1 to 1e-15", [4, 8, 16, 32].map(|n| numbers.with_values(n, n, &geometric(n, 1e-15))));
    check("graded, 1 to 1e-15, 40×12", [numbers.with_values(40, 12, &geometric(12, 1e-15))]);
    check("graded, 1 to 1e-300", [numbers.with_values(16, 16, &geometric(16, 1e-300))]);
    let near: Vec<f64> = (0..24).map(|j| 1.0 + 1e-7 * f64::from(j % 5)).collect();
    check("clustered to 1e-7", [numbers.with_values(24, 24, &near)]);
    let tiny: Vec<f64> = (0..24).map(|j| if j == 0 { 1.0 } else { 1e-7 + 1e-15 * f64::from(j) }).collect();
    check("one and a cluster at 1e-7", [numbers.with_values(24, 24, &tiny)]);
    check("all equal to rounding (orthogonal)", [2, 8, 32].map(|n| numbers.orthonormal(n, n)));
    check("exact rank 3", [8, 24].map(|n| numbers.with_values(n, n, &[3.0, 2.0, 1.0])));
}

#[test]
fn classic_matrices_are_accurate_to_1e_13() {
    check("zero", [DMatrix::zeros(5, 5), DMatrix::zeros(1, 1), DMatrix::zeros(2, 9)]);
    check("all entries equal", [DMatrix::repeat(12, 12, 1.0), DMatrix::repeat(7, 30, 0.1)]);
    check("identity", [DMatrix::identity(16, 16)]);
    check(
        "permuted diagonal",
        [DMatrix::from_fn(16, 16, |i, j| if (i * 5 + 3) % 16 == j { (i + 1) as f64 } else { 0.0 })],
    );
    check("diagonal, 1 to 1e-300", [DMatrix::from_diagonal(&geometric(16, 1e-300).into())]);
    check("Hilbert", [4, 12, 24].map(|n| DMatrix::from_fn(n, n, |i, j| 1.0 / (i + j + 1) as f64)));
    let (cosine, sine) = (0.36f64, 0.870_f64);
    let kahan = |n| {
        DMatrix::from_fn(n, n, |i, j| match i.cmp(&j) {
            std::cmp::Ordering::Equal => sine.powi(i as i32),
            std::cmp::Ordering::Less => -cosine * sine.powi(i as i32),
            std::cmp::Ordering::Greater => 0.0,
        })
    };
    check("Kahan", [8, 24].map(kahan));
    check(
        "Wilkinson",
        [DMatrix::from_fn(21, 21, |i, j| match i.abs_diff(j) {
            0 => (i as f64 - 10.0).abs(),
            1 => 1.0,
            _ => 0.0,
        })],
    );
    check("triangle of ones", [DMatrix::from_fn(24, 24, |i, j| if i <= j { 1.0 } else { 0.0 })]);
    check("Jordan block at 0", [DMatrix::from_fn(16, 16, |i, j| if i + 1 == j { 1.0 } else { 0.0 })]);
    let mut numbers = Numbers(3);
    let block = numbers.matrix(16, 16);
    check(
        "zero blocks",
        [
            DMatrix::from_fn(16, 16, |i, j| if (i < 8) == (j < 8) { block[(i, j)] } else { 0.0 }),
            DMatrix::from_fn(16, 16, |i, j| if (i < 8) != (j < 5) { block[(i, j)] } else { 0.0 }),
            DMatrix::from_fn(16, 16, |i, j| if i % 3 == 0 { block[(i, j)] } else { 0.0 }),
            DMatrix::from_fn(16, 16, |i, j| if j % 3 == 1 { block[(i, j)] } else { 0.0 }),
        ],
    );
    let rough = |w: DMatrix<f64>, by: f64| w.map_with_location(|i, j, x| x * by.powi((i + j) as i32));
    check("rows and columns graded", [rough(numbers.matrix(12, 12), 0.05), rough(numbers.matrix(12, 12), 20.0)]);
}

#[test]
fn entries_near_the_limits_of_f64_are_accurate_to_1e_13() {
    let mut numbers = Numbers(4);
    for (family, shift) in
        [("entries near 1e300", 996), ("entries near 1e-300", -996), ("entries near the largest", 1018)]
    {
        check_scaled(family, shift, [numbers.matrix(12, 12), numbers.with_values(9, 14, &geometric(9, 1e-15))]);
    }
    // Subnormal entries are multiples of 2⁻¹⁰⁷⁴. We make them from integers, so that the input is not rounded, which would count
    // as an error.
    let whole = |w: DMatrix<f64>| w.map(|x| (x * 1e9).round());
    let mut worst: f64 = 0.0;
    for w in [whole(numbers.matrix(10, 10)), whole(numbers.matrix(20, 6)), DMatrix::repeat(1, 1, 1.0)] {
        let truth = reference::singular_values(w.nrows(), w.ncols(), w.transpose().as_slice());
        let found = ours(&w.map(|x| f64::from_bits(x.abs() as u64).copysign(x)));
        let steps: Vec<f64> = found.iter().map(|x| x.to_bits() as f64).collect();
        worst = worst.max(steps.iter().zip(&truth).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max));
    }
    println!("{:<44} {worst:9.2} of the smallest number", "subnormal entries");
    assert!(worst <= 0.51, "within rounding to the nearest subnormal, not {worst}");
    // Entries that span the whole range: the small ones are far below the last digit of the large ones.
    check(
        "1e300 beside 1e-300",
        [DMatrix::from_fn(6, 6, |i, j| if (i + j) % 2 == 0 { 1e-300 } else { (i * j) as f64 })],
    );
}

#[test]
fn a_value_above_f64_max_becomes_f64_max() {
    assert_eq!(ours(&DMatrix::repeat(4, 4, f64::MAX))[0], f64::MAX);
}

#[test]
fn large_matrices_agree_with_nalgebra_and_with_their_known_values() {
    let mut numbers = Numbers(5);
    for (m, n) in [(128, 128), (200, 64), (64, 200)] {
        let w = numbers.matrix(m, n);
        let mut other = w.singular_values().as_slice().to_vec();
        other.sort_by(|a, b| b.total_cmp(a));
        let off = error(&ours(&w), &other);
        println!("{:<44} {off:9.1e}", format!("random {m}×{n}, against nalgebra"));
        assert!(off <= BAR);
    }
    let values = geometric(96, 1e-15);
    let off = error(&ours(&numbers.with_values(128, 96, &values)), &values);
    println!("{:<44} {off:9.1e}", "graded 128×96, against its known values");
    assert!(off <= BAR);
}

#[test]
fn exact_low_rank_ends_in_exact_zeros() {
    let rank_two = [[4.0, 3.0, 2.0, 1.0], [3.0, 2.0, 1.0, 0.0], [2.0, 1.0, 0.0, -1.0], [1.0, 0.0, -1.0, -2.0]];
    let values = svd::singular_values(&Matrix::from_rows(&rank_two).expect("finite"));
    assert!(values[1] > 2.0 && values[2..] == [0.0, 0.0], "{values:?}");

    // Products of small integers are exact, so the rank is exact, too.
    let mut numbers = Numbers(6);
    let mut whole = |rows, cols| numbers.matrix(rows, cols).map(|x| (x * 13.0).round());
    for (m, n) in [(4, 4), (8, 8), (30, 11), (11, 30), (64, 64), (200, 200), (1000, 6)] {
        for rank in [1, 2, 5] {
            let rank = rank.min(n.min(m));
            let values = ours(&(whole(m, rank) * whole(rank, n)));
            assert!(values[rank..].iter().all(|&value| value == 0.0), "{m}×{n}, rank {rank}: {values:?}");
        }
    }
}

#[test]
fn a_diagonal_keeps_even_the_smallest_value() {
    let w = DMatrix::from_diagonal(&vec![1.0, 1e-15, 1e-20].into());
    assert_eq!(ours(&w), [1.0, 1e-15, 1e-20]);
}
