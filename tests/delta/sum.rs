//! Several adapters on one weight.

use lora_rank_explorer::delta::Delta;
use nalgebra::DMatrix;

use crate::matrices::Numbers;
use crate::{all_values, check, dense, rank, thin};

#[test]
fn a_sum_of_any_forms_is_the_sum_of_their_matrices() {
    let mut numbers = Numbers(1);
    let (m, n) = (24, 18);
    let (b, a, c, d) = (numbers.matrix(m, 3), numbers.matrix(3, n), numbers.matrix(m, 2), numbers.matrix(2, n));
    let (x, y, z, w) = (numbers.matrix(4, 1), numbers.matrix(1, 3), numbers.matrix(6, 6), numbers.matrix(m, n));
    let (first, second, whole) = (thin(&b, &a, 2.0), thin(&c, &d, -1.0), dense(&w));
    let kronecker = Delta::kronecker(thin(&x, &y, 1.0), dense(&z), 0.5).expect("sides");
    let of = [&b * &a * 2.0, &c * &d * -1.0, (&x * &y).kronecker(&z) * 0.5, w.clone()];
    let all = [&first, &second, &kronecker, &whole];
    for coefficients in [
        [1.0, 0.0, 0.0, 0.0],
        [0.5, -2.0, 0.0, 0.0],
        [1.0, 0.25, -3.0, 0.0],
        [0.0, 0.0, 1.0, 0.0],
        [1.0, 1.0, 1.0, -1.0],
        [0.0, 0.0, 0.0, 0.0],
    ] {
        let chosen = |keep: usize| {
            let parts: Vec<_> = coefficients.iter().copied().zip(all).take(keep).collect();
            Delta::sum(&parts).expect("parts of one shape")
        };
        let w = of.iter().zip(coefficients).fold(DMatrix::zeros(m, n), |sum, (w, c)| sum + w * c);
        check(&chosen(4), &w, &format!("{coefficients:?}, whole"));
        if coefficients[3] == 0.0 {
            check(&chosen(3), &w, &format!("{coefficients:?}, thin"));
        }
    }
}

#[test]
fn what_cancels_is_zero_and_not_its_rounding() {
    let mut numbers = Numbers(2);
    let delta = thin(&numbers.matrix(40, 4), &numbers.matrix(4, 30), 0.3);
    let nothing = Delta::sum(&[(1.0 / 3.0, &delta), (-1.0 / 3.0, &delta)]).expect("one shape");
    assert_eq!(all_values(&nothing.spectrum().expect("memory")), vec![0.0; 30]);
    let (b, a) = nothing.truncate(rank(3)).expect("memory");
    assert!(b.as_slice().iter().chain(a.as_slice()).all(|&entry| entry == 0.0));
    // Beside something that does not cancel, too.
    let other = thin(&numbers.matrix(40, 1), &numbers.matrix(1, 30), 1.0);
    let sum = Delta::sum(&[(1.0, &delta), (1.0, &other), (-1.0, &delta)]).expect("one shape");
    let (found, truth) = (sum.spectrum().expect("memory"), other.spectrum().expect("memory"));
    assert!((found.singular_values()[0] - truth.singular_values()[0]).abs() <= 1e-12 * truth.singular_values()[0]);
    assert_eq!(found.singular_values()[1], 0.0);
}
