//! Numbers at the ends of their range.

use lora_rank_explorer::delta::{Delta, tucker};
use nalgebra::DMatrix;

use crate::matrices::Numbers;
use crate::{all_values, dense, formed, matrix, rank, thin};

fn values(delta: &Delta) -> Vec<f64> {
    all_values(&delta.spectrum().expect("memory"))
}

/// Factors so large and so small that products on the way would leave the range, where the result does not.
#[test]
fn powers_of_two_that_cancel_change_no_digit() {
    let mut numbers = Numbers(1);
    let by = |w: &DMatrix<f64>, k: i32| w * 2f64.powi(k);
    let (b, a, c, d) = (numbers.matrix(16, 2), numbers.matrix(2, 14), numbers.matrix(16, 2), numbers.matrix(2, 14));
    let hadamard = |k: [i32; 4], scale: f64| {
        let [b, a, c, d] = [by(&b, k[0]), by(&a, k[1]), by(&c, k[2]), by(&d, k[3])].map(|w| matrix(&w));
        Delta::hadamard((&b, &a), (&c, &d), scale).expect("they fit")
    };
    let plain = values(&hadamard([0; 4], 1.0));
    for (k, scale) in
        [([900, -900, 900, -900], 1.0), ([600, 600, -600, -100], 2f64.powi(-500)), ([-300; 4], 2f64.powi(1000))]
    {
        let factor = 2f64.powi(k.iter().sum::<i32>() / 2) * scale * 2f64.powi(k.iter().sum::<i32>() / 2);
        let expected: Vec<f64> = plain.iter().map(|value| value * factor).collect();
        assert_eq!(values(&hadamard(k, scale)), expected, "{k:?}");
    }

    let (x, y) = (numbers.matrix(3, 4), numbers.matrix(5, 2));
    let kronecker =
        |k: i32, l: i32, scale| Delta::kronecker(dense(&by(&x, k)), dense(&by(&y, l)), scale).expect("sides");
    let (plain, (b0, a0)) = (kronecker(0, 0, -1.0), kronecker(0, 0, -1.0).truncate(rank(3)).expect("memory"));
    for (k, l, scale) in [(900, -900, -1.0), (800, 200, -2f64.powi(-1000)), (-500, -500, -2f64.powi(1000))] {
        let other = kronecker(k, l, scale);
        assert_eq!(values(&other), values(&plain), "{k}, {l}");
        let (b1, a1) = other.truncate(rank(3)).expect("memory");
        assert_eq!(formed(&b1) * formed(&a1), formed(&b0) * formed(&a0), "{k}, {l}");
    }

    let delta = |k: i32| thin(&by(&b, k), &a, 1.0);
    let sum = |k: i32, l: i32| {
        let parts = (delta(k), thin(&c, &by(&d, l), 1.0));
        values(&Delta::sum(&[(2f64.powi(-k), &parts.0), (-2f64.powi(-l), &parts.1)]).expect("one shape"))
    };
    assert_eq!(sum(1000, -1000), sum(0, 0));

    let core = numbers.matrix(2, 2 * 3);
    let of = |k: i32, l: i32| tucker(&matrix(&by(&core, k)), &matrix(&by(&a, l))).expect("they fit");
    assert_eq!(of(900, -900), of(0, 0));
    let diagonal = |k: i32, l: i32| {
        let diagonal = [2f64.powi(k), -3.0 * 2f64.powi(k)];
        values(&Delta::thin_with_diagonal(&matrix(&by(&b, l)), &diagonal, &matrix(&a), 1.0).expect("they fit"))
    };
    assert_eq!(diagonal(1000, -1000), diagonal(0, 0));
}

#[test]
fn what_exceeds_the_range_ends_at_the_largest_number_or_is_named() {
    let large = DMatrix::from_element(3, 3, 1e300);
    let product = Delta::kronecker(dense(&large), dense(&large), 1.0).expect("sides");
    assert_eq!(values(&product)[0], f64::MAX);
    let (b, a) = product.truncate(rank(1)).expect("memory");
    assert!(b.as_slice().iter().chain(a.as_slice()).all(|entry| entry.is_finite()));
    let error = Delta::sum(&[(1.0, &product), (1.0, &dense(&DMatrix::zeros(9, 9)))]).expect_err("1e600");
    assert!(error.to_string().contains("exceeds the range of 64-bit numbers"), "{error}");
    let (b, a) = dense(&DMatrix::from_element(80, 80, f64::MAX)).truncate(rank(2)).expect("memory");
    assert!(b.as_slice().iter().chain(a.as_slice()).all(|entry| entry.is_finite()));
}
