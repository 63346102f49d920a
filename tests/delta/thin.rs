//! Everything that comes down to thin factors.

use lora_rank_explorer::delta::{Delta, block_diagonal, repeated_columns, tucker};
use nalgebra::DMatrix;

use crate::matrices::Numbers;
use crate::{check, matrix, thin};

const SCALES: [f64; 4] = [1.0, -0.75, 0.0, 3e-5];

#[test]
fn thin_factors_of_any_width_and_scale_have_the_values_and_best_factors_of_their_product() {
    let mut numbers = Numbers(1);
    for (m, r, n) in [(1, 1, 1), (1, 3, 1), (9, 1, 4), (30, 3, 22), (14, 4, 19), (5, 5, 5), (4, 9, 6), (3, 8, 12)] {
        let (b, a) = (numbers.matrix(m, r), numbers.matrix(r, n));
        for scale in SCALES {
            check(&thin(&b, &a, scale), &(&b * &a * scale), &format!("{m}×{r}×{n} times {scale}"));
        }
        check(&thin(&(&b * 0.0), &a, 1.0), &DMatrix::zeros(m, n), "zero");
        // Rank 1, whatever the width.
        let b = b.column(0) * numbers.matrix(1, r);
        check(&thin(&b, &a, 1.0), &(&b * &a), "of rank 1");
    }
}

#[test]
fn a_diagonal_between_the_factors_may_be_negative_and_zero() {
    let mut numbers = Numbers(2);
    for (m, r, n) in [(1, 1, 1), (20, 4, 13), (4, 6, 5)] {
        let (b, a) = (numbers.matrix(m, r), numbers.matrix(r, n));
        let mut diagonal: Vec<f64> = (0..r).map(|_| numbers.next()).collect();
        diagonal[r / 2] *= if r > 1 { 0.0 } else { 1.0 };
        for scale in SCALES {
            let delta = Delta::thin_with_diagonal(&matrix(&b), &diagonal, &matrix(&a), scale).expect("it fits");
            let w = &b * DMatrix::from_diagonal(&diagonal.clone().into()) * &a * scale;
            check(&delta, &w, &format!("{m}×{r}×{n} times {scale}"));
        }
    }
}

#[test]
fn loha_is_the_product_entry_by_entry_whether_it_is_thin_or_wider_than_a_side() {
    let mut numbers = Numbers(3);
    for (m, n, r1, r2) in
        [(1, 1, 1, 1), (1, 6, 2, 1), (24, 17, 2, 3), (17, 26, 4, 4), (20, 20, 1, 5), (12, 9, 3, 3), (7, 9, 4, 3)]
    {
        let (b1, a1, b2, a2) =
            (numbers.matrix(m, r1), numbers.matrix(r1, n), numbers.matrix(m, r2), numbers.matrix(r2, n));
        for scale in SCALES {
            let [x1, y1, x2, y2] = [&b1, &a1, &b2, &a2].map(matrix);
            let delta = Delta::hadamard((&x1, &y1), (&x2, &y2), scale).expect("they fit");
            let w = (&b1 * &a1).component_mul(&(&b2 * &a2)) * scale;
            check(&delta, &w, &format!("{m}×{n}, {r1} and {r2}, times {scale}"));
        }
        let zero = matrix(&(&b2 * 0.0));
        let delta = Delta::hadamard((&matrix(&b1), &matrix(&a1)), (&zero, &matrix(&a2)), 1.0).expect("they fit");
        check(&delta, &DMatrix::zeros(m, n), "of zero");
    }
}

/// Σ over p and q of up(o, p)·core(p, q, h)·down(q, i), at row o and column (i, h): `einsum("pqh,op,qi->oih")`.
pub fn convolution(up: &DMatrix<f64>, core: &DMatrix<f64>, down: &DMatrix<f64>) -> DMatrix<f64> {
    let kernel = core.ncols() / down.nrows();
    DMatrix::from_fn(up.nrows(), down.ncols() * kernel, |o, column| {
        let (i, h) = (column / kernel, column % kernel);
        let terms = (0..core.nrows()).flat_map(|p| (0..down.nrows()).map(move |q| (p, q)));
        terms.map(|(p, q)| up[(o, p)] * core[(p, q * kernel + h)] * down[(q, i)]).sum()
    })
}

#[test]
fn a_tucker_core_gives_the_weight_of_the_convolution_for_locon_and_loha() {
    let mut numbers = Numbers(4);
    for (out, channels, r, kernel) in [(1, 1, 1, 1), (10, 4, 3, 9), (8, 12, 2, 1), (5, 2, 3, 4)] {
        let (up, core, down) = (numbers.matrix(out, r), numbers.matrix(r, r * kernel), numbers.matrix(r, channels));
        let w = convolution(&up, &core, &down);
        let a = tucker(&matrix(&core), &matrix(&down)).expect("they fit");
        let delta = Delta::thin(matrix(&up), a.clone(), -0.5).expect("they fit");
        check(&delta, &(&w * -0.5), &format!("{out} from {channels}, {r}, {kernel}"));

        let (up2, core2, down2) = (numbers.matrix(out, r), numbers.matrix(r, r * kernel), numbers.matrix(r, channels));
        let a2 = tucker(&matrix(&core2), &matrix(&down2)).expect("they fit");
        let delta = Delta::hadamard((&matrix(&up), &a), (&matrix(&up2), &a2), 1.5).expect("they fit");
        let w = w.component_mul(&convolution(&up2, &core2, &down2)) * 1.5;
        check(&delta, &w, &format!("LoHa, {out} from {channels}, {r}, {kernel}"));
    }
}

#[test]
fn blocks_and_repeated_columns_stand_where_their_owners_put_them() {
    let mut numbers = Numbers(5);
    let (b, stored) = (numbers.matrix(9, 6), numbers.matrix(6, 4));
    // BD-LoRA with A in three blocks: rows 2i and 2i + 1 see the inputs 4i to 4i + 3.
    let a = DMatrix::from_fn(6, 12, |i, j| if j / 4 == i / 2 { stored[(i, j % 4)] } else { 0.0 });
    let delta = Delta::thin(matrix(&b), block_diagonal(&matrix(&stored), 3).expect("three blocks"), 2.0);
    check(&delta.expect("they fit"), &(&b * &a * 2.0), "blocks in A");
    // A convolution in two groups: outputs 0 to 4 see the first half of the rows of A.
    let (stored, a) = (numbers.matrix(10, 3), numbers.matrix(6, 8));
    let b = DMatrix::from_fn(10, 6, |i, j| if j / 3 == i / 5 { stored[(i, j % 3)] } else { 0.0 });
    let delta = Delta::thin(block_diagonal(&matrix(&stored), 2).expect("two blocks"), matrix(&a), 1.0);
    check(&delta.expect("they fit"), &(b * &a), "blocks in B");
    // QALoRA in groups of three inputs.
    let b = numbers.matrix(5, 6);
    let wide = DMatrix::from_fn(6, 24, |i, j| a[(i, j / 3)]);
    let delta = Delta::thin(matrix(&b), repeated_columns(&matrix(&a), 3).expect("three times"), 1.0);
    check(&delta.expect("they fit"), &(b * wide), "repeated columns");
}
