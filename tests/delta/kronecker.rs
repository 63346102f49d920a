//! LoKr.

use lora_rank_explorer::delta::{Delta, tucker};
use nalgebra::DMatrix;

use crate::matrices::Numbers;
use crate::thin::convolution;
use crate::{check, dense, matrix, thin};

#[test]
fn lokr_of_whole_and_thin_factors_has_the_values_and_best_factors_of_the_product() {
    let mut numbers = Numbers(1);
    for (m1, n1, m2, n2, r) in
        [(1, 1, 1, 1, 1), (1, 3, 4, 1, 1), (3, 2, 7, 9, 2), (4, 4, 6, 6, 3), (2, 5, 8, 3, 4), (5, 1, 2, 6, 1)]
    {
        let (w1, w2) = (numbers.matrix(m1, n1), numbers.matrix(m2, n2));
        let (b1, a1, b2, a2) =
            (numbers.matrix(m1, r), numbers.matrix(r, n1), numbers.matrix(m2, r), numbers.matrix(r, n2));
        for scale in [1.0, -2.5, 0.0] {
            let what = |form: &str| format!("{form}, {m1}×{n1} and {m2}×{n2}, times {scale}");
            let kronecker = |x, y| Delta::kronecker(x, y, scale).expect("sides that can be counted");
            check(&kronecker(dense(&w1), dense(&w2)), &(w1.kronecker(&w2) * scale), &what("whole"));
            let w = w1.kronecker(&(&b2 * &a2)) * scale;
            check(&kronecker(dense(&w1), thin(&b2, &a2, 1.0)), &w, &what("W₂ thin"));
            let w = (&b1 * &a1).kronecker(&(&b2 * &a2)) * scale;
            check(&kronecker(thin(&b1, &a1, 1.0), thin(&b2, &a2, 1.0)), &w, &what("both thin"));
        }
        let zero = DMatrix::zeros(m1 * m2, n1 * n2);
        check(&Delta::kronecker(dense(&(&w1 * 0.0)), dense(&w2), 1.0).expect("sides"), &zero, "zero first");
        check(&Delta::kronecker(dense(&w1), dense(&(&w2 * 0.0)), 1.0).expect("sides"), &zero, "zero second");
    }
}

#[test]
fn a_convolution_in_lokr_multiplies_the_first_two_axes_only() {
    let mut numbers = Numbers(2);
    let (out, channels, r, kernel) = (4, 3, 2, 4);
    let w1 = numbers.matrix(2, 2);
    let (up, core, down) = (numbers.matrix(out, r), numbers.matrix(r, r * kernel), numbers.matrix(r, channels));
    let a = tucker(&matrix(&core), &matrix(&down)).expect("they fit");
    let w2 = Delta::thin(matrix(&up), a, 1.0).expect("they fit");
    let second = convolution(&up, &core, &down);
    // Weight [o₁·o₂, i₁·i₂, h] as torch.kron of [.., .., 1] and [.., .., h] has it, read row by row.
    let w = DMatrix::from_fn(2 * out, 2 * channels * kernel, |o, column| {
        let (i, h) = (column / kernel, column % kernel);
        w1[(o / out, i / channels)] * second[(o % out, i % channels * kernel + h)]
    });
    check(&Delta::kronecker(dense(&w1), w2, 1.0).expect("sides"), &w, "lokr_t2");
}

#[test]
fn equal_products_and_products_of_products_keep_their_vectors() {
    let mut numbers = Numbers(3);
    let turn = |numbers: &mut Numbers, n: usize| numbers.matrix(n, n).qr().q();
    let of = |values: &[f64], numbers: &mut Numbers| {
        let n = values.len();
        turn(numbers, n) * DMatrix::from_diagonal(&values.to_vec().into()) * turn(numbers, n).transpose()
    };
    // 2·1 = 1·2, and zeros in both.
    let (x, y) = (of(&[2.0, 1.0, 0.0], &mut numbers), of(&[2.0, 1.0, 1.0, 0.0], &mut numbers));
    check(&Delta::kronecker(dense(&x), dense(&y), 1.0).expect("sides"), &x.kronecker(&y), "equal products");
    let z = numbers.matrix(2, 3);
    let inner = Delta::kronecker(dense(&x), dense(&z), 2.0).expect("sides");
    let w = y.kronecker(&(x.kronecker(&z) * 2.0));
    check(&Delta::kronecker(dense(&y), inner, -1.0).expect("sides"), &(w * -1.0), "a product of a product");
}
