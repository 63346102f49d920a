//! Singular values of a product of factors that is never formed.

#[path = "reference/matrices.rs"]
mod matrices;

use lora_rank_explorer::{Matrix, svd};
use matrices::Numbers;
use nalgebra::DMatrix;

fn matrix(w: &DMatrix<f64>) -> Matrix {
    Matrix::from_vec(w.nrows(), w.ncols(), w.transpose().as_slice().to_vec()).expect("finite")
}

fn product(b: &DMatrix<f64>, a: &DMatrix<f64>, scale: f64) -> Vec<f64> {
    let values = svd::singular_values_of_product(&matrix(b), &matrix(a), scale).expect("factors that fit");
    assert_eq!(svd::iterations_cut_off(), 0, "all have converged");
    values
}

#[test]
fn a_product_has_the_values_of_the_formed_matrix() {
    let mut numbers = Numbers(1);
    for (m, r, n) in
        [(1, 1, 1), (9, 1, 4), (40, 3, 30), (30, 4, 41), (64, 16, 64), (5, 5, 5), (4, 9, 6), (3, 8, 20), (700, 7, 9)]
    {
        let (b, a) = (numbers.matrix(m, r), numbers.matrix(r, n));
        let (found, formed) = (product(&b, &a, 1.5), svd::singular_values(&matrix(&(&b * &a * 1.5))));
        assert_eq!(found.len(), m.min(n));
        for (j, (x, y)) in found.iter().zip(&formed).enumerate() {
            assert!((x - y).abs() <= 1e-13 * formed[0], "{m}×{r}×{n}, value {j}: {x} and {y}");
        }
        assert!(found[r.min(m).min(n)..].iter().all(|&value| value == 0.0), "{m}×{r}×{n} has rank at most {r}");
    }
}

#[test]
fn a_tall_factor_that_takes_many_blocks_keeps_its_values() {
    let mut numbers = Numbers(2);
    let (q, p) = (numbers.matrix(9000, 24).qr().q(), numbers.matrix(5000, 24).qr().q());
    let values: Vec<f64> = (0..24).map(|j| 0.3f64.powi(j)).collect();
    let found = product(&(q * DMatrix::from_diagonal(&values.clone().into())), &p.transpose(), 1.0);
    let worst = found.iter().zip(&values).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
    println!("9000×24·24×5000 graded, against its known values: {worst:.1e}");
    assert!(worst <= 1e-13);
}

#[test]
fn powers_of_two_in_the_factors_or_the_scale_are_exact() {
    let mut numbers = Numbers(3);
    let (b, a) = (numbers.matrix(20, 4), numbers.matrix(4, 30));
    let plain = product(&b, &a, 1.0);
    assert_eq!(product(&(&b * 2f64.powi(400)), &(&a * 2f64.powi(-900)), 2f64.powi(500)), plain);
    assert_eq!(product(&(&b * 2f64.powi(800)), &(&a * 2f64.powi(800)), 1.0)[0], f64::MAX);
    assert_eq!(product(&b, &a, -2.0), plain.iter().map(|value| 2.0 * value).collect::<Vec<_>>());
}

#[test]
fn a_factor_or_a_scale_of_zero_gives_zeros() {
    let mut numbers = Numbers(4);
    let (b, a) = (numbers.matrix(20, 4), numbers.matrix(4, 30));
    assert_eq!(product(&b, &a, 0.0), vec![0.0; 20]);
    assert_eq!(product(&(&b * 0.0), &a, 1.0), vec![0.0; 20]);
}

#[test]
fn mismatched_factors_and_an_infinite_scale_are_errors() {
    let (b, a) = (matrix(&DMatrix::zeros(3, 2)), matrix(&DMatrix::zeros(4, 3)));
    let error = svd::singular_values_of_product(&b, &a, 1.0).expect_err("2 columns and 4 rows");
    assert_eq!(error, svd::SvdError::Factors { columns: 2, rows: 4 });
    assert_eq!(error.to_string(), "B has 2 columns but A has 4 rows, so B·A is not defined");
    let error = svd::singular_values_of_product(&a, &b, f64::INFINITY).expect_err("an infinite scale");
    assert_eq!(error.to_string(), "the scale of B·A is inf, which is not finite");
}

/// B·A stays the same if a column of B grows by the factor by which the row of A shrinks, to the last bit for a power of two.
#[test]
fn columns_and_rows_of_very_different_sizes_keep_their_digits() {
    let mut numbers = Numbers(5);
    for (m, r, n) in [(1, 2, 3), (2, 2, 2), (40, 3, 30), (3, 8, 20), (9, 6, 4), (600, 5, 7)] {
        let (b, a) = (numbers.matrix(m, r), numbers.matrix(r, n));
        let plain = product(&b, &a, 1.0);
        for sizes in [[0, 500, 0, 500], [-500, 500, 0, 0], [900, -900, 450, 1]] {
            let (mut tall, mut wide) = (b.clone(), a.clone());
            for k in 0..r {
                tall.column_mut(k).scale_mut(2f64.powi(-sizes[k % 4]));
                wide.row_mut(k).scale_mut(2f64.powi(sizes[k % 4]));
            }
            assert_eq!(product(&tall, &wide, 1.0), plain, "{m}×{r}×{n}, {sizes:?}");
        }
    }
    // Only the first row of A matters, however large the second is.
    let (b, a) = (
        DMatrix::from_row_slice(1, 2, &[1.0, 0.0]),
        DMatrix::from_row_slice(2, 3, &[1.0, 1.0, 1.0, 1e150, -1e150, 0.0]),
    );
    assert!((product(&b, &a, 1.0)[0] - 3f64.sqrt()).abs() < 1e-15);
}
