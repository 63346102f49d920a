//! What must hold for any numbers, tried on many.

use lora_rank_explorer::delta::Delta;
use lora_rank_explorer::{Matrix, svd};
use nalgebra::DMatrix;
use proptest::prelude::*;

use crate::{check, dense, formed, matrix, rank, thin};

fn of_shape(m: usize, n: usize) -> impl Strategy<Value = DMatrix<f64>> {
    let entry = prop_oneof![4 => -1.0..1.0f64, 1 => Just(0.0)];
    prop::collection::vec(entry, m * n).prop_map(move |entries| DMatrix::from_vec(m, n, entries))
}

fn matrices(most: usize) -> impl Strategy<Value = DMatrix<f64>> {
    (1..=most, 1..=most).prop_flat_map(|(m, n)| of_shape(m, n))
}

/// B and A, B₂ and A₂ with products of one shape.
fn two_pairs() -> impl Strategy<Value = [DMatrix<f64>; 4]> {
    (1usize..=9, 1usize..=9, 1usize..=4, 1usize..=4)
        .prop_flat_map(|(m, n, r, s)| (of_shape(m, r), of_shape(r, n), of_shape(m, s), of_shape(s, n)))
        .prop_map(|(b, a, c, d)| [b, a, c, d])
}

/// Any finite number, and often one from the ends of the range.
fn any_matrix(m: usize, n: usize) -> impl Strategy<Value = Matrix> {
    let entry = prop_oneof![
        any::<f64>().prop_filter("finite", |x| x.is_finite()),
        prop::sample::select(vec![0.0, -0.0, 1.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 1e-170, 1e154]),
    ];
    prop::collection::vec(entry, m * n).prop_map(move |entries| Matrix::from_vec(m, n, entries).expect("finite"))
}

proptest! {
    #[test]
    fn a_product_entry_by_entry_is_what_it_stands_for([b, a, c, d] in two_pairs(), scale in -2.0..2.0f64) {
        let [x1, y1, x2, y2] = [&b, &a, &c, &d].map(matrix);
        let delta = Delta::hadamard((&x1, &y1), (&x2, &y2), scale).expect("they fit");
        check(&delta, &((&b * &a).component_mul(&(&c * &d)) * scale), "LoHa");
        let other = Delta::hadamard((&x2, &y2), (&x1, &y1), scale).expect("they fit").spectrum().expect("memory");
        let spectrum = delta.spectrum().expect("memory");
        let unit = 1e-12 * spectrum.singular_values()[0];
        for (x, y) in spectrum.singular_values().iter().zip(other.singular_values()) {
            prop_assert!((x - y).abs() <= unit, "the order of the two does not matter");
        }
    }

    #[test]
    fn a_kronecker_product_is_what_it_stands_for(x in matrices(4), y in matrices(4), scale in -2.0..2.0f64) {
        check(&Delta::kronecker(dense(&x), dense(&y), scale).expect("sides"), &(x.kronecker(&y) * scale), "LoKr");
    }

    #[test]
    fn a_sum_is_what_it_stands_for([b, a, c, d] in two_pairs(), first in -2.0..2.0f64, second in -2.0..2.0f64) {
        let sum = Delta::sum(&[(first, &thin(&b, &a, 1.0)), (second, &thin(&c, &d, 1.0))]).expect("one shape");
        let w = &b * &a * first + &c * &d * second;
        // Summands that cancel are not what is promised to σ₁ of the sum.
        prop_assume!(w.norm() > 1e-2 || w.norm() == 0.0);
        check(&sum, &w, "sum");
    }

    /// Truncating what was truncated changes nothing, and the norm that is kept is the norm of the values kept.
    #[test]
    fn best_factors_have_the_first_values(w in matrices(9), r in 1usize..=9) {
        let delta = dense(&w);
        let (b, a) = delta.truncate(rank(r)).expect("memory");
        let kept = Delta::thin(b, a, 1.0).expect("they fit").spectrum().expect("memory");
        let all = delta.spectrum().expect("memory");
        for (j, &value) in all.singular_values().iter().enumerate() {
            let found = kept.singular_values().get(j).copied().unwrap_or(0.0);
            let expected = if j < r { value } else { 0.0 };
            prop_assert!((found - expected).abs() <= 1e-12 * all.singular_values()[0]);
        }
    }

    #[test]
    fn no_finite_number_is_too_much(
        (b, a, c, d) in (any_matrix(3, 2), any_matrix(2, 4), any_matrix(3, 1), any_matrix(1, 4)),
        scale in prop::sample::select(vec![0.0, 1.0, -1e-300, 1e300, 5e-324, f64::MAX]),
    ) {
        let thin = Delta::thin(b.clone(), a.clone(), scale).expect("they fit");
        let made = [
            Delta::hadamard((&b, &a), (&c, &d), scale),
            Delta::kronecker(thin.clone(), Delta::dense(d.clone()), scale),
            Delta::thin_with_diagonal(&b, &[scale, f64::MAX], &a, scale),
            Delta::sum(&[(scale, &thin), (f64::MIN, &Delta::thin(c.clone(), d.clone(), scale).expect("they fit"))]),
            Delta::difference(b.clone(), &b),
            Ok(Delta::dense(a.clone())),
            Ok(thin),
        ];
        for delta in made.into_iter().flatten() {
            let spectrum = delta.spectrum().expect("memory");
            prop_assert!(spectrum.singular_values().iter().all(|value| value.is_finite()));
            let (b, a) = delta.truncate(rank(2)).expect("memory");
            prop_assert_eq!((b.rows(), a.cols()), (delta.rows(), delta.cols()));
            prop_assert_eq!(formed(&b).shape(), (delta.rows(), 2));
        }
        prop_assert_eq!(svd::iterations_cut_off(), 0);
    }
}
