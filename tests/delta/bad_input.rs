//! What fits nothing is refused by name.

use lora_rank_explorer::delta::{Delta, DeltaError, block_diagonal, repeated_columns, tucker};
use nalgebra::DMatrix;

use crate::{dense, matrix};

fn zeros(rows: usize, cols: usize) -> lora_rank_explorer::Matrix {
    matrix(&DMatrix::zeros(rows, cols))
}

#[test]
fn shapes_that_do_not_fit_are_named_with_their_numbers() {
    let factors = DeltaError::Factors { columns: 2, rows: 3 };
    assert_eq!(Delta::thin(zeros(4, 2), zeros(3, 4), 1.0), Err(factors.clone()));
    assert_eq!(Delta::thin_with_diagonal(&zeros(4, 2), &[1.0; 2], &zeros(3, 4), 1.0), Err(factors.clone()));
    let (b, a, c) = (zeros(4, 2), zeros(2, 5), zeros(3, 5));
    assert_eq!(Delta::hadamard((&b, &a), (&b, &c), 1.0), Err(factors));
    let error = Delta::hadamard((&b, &a), (&b, &zeros(2, 6)), 1.0).expect_err("5 and 6 columns");
    assert_eq!(error, DeltaError::Shapes { first: (4, 5), other: (4, 6) });
    assert_eq!(error.to_string(), "one matrix is 4×5 and the other 4×6: they must have the same shape");
    let shapes = DeltaError::Shapes { first: (4, 2), other: (2, 5) };
    assert_eq!(Delta::difference(b.clone(), &a), Err(shapes.clone()));
    let (first, second) = (Delta::dense(b.clone()), Delta::dense(a.clone()));
    assert_eq!(Delta::sum(&[(1.0, &first), (1.0, &second)]), Err(shapes));
    assert_eq!(Delta::sum(&[]), Err(DeltaError::NoParts));
    let error = Delta::thin_with_diagonal(&b, &[1.0], &a, 1.0).expect_err("one number for two columns");
    assert_eq!(error, DeltaError::Diagonal { found: 1, expected: 2 });
    let error = tucker(&zeros(2, 7), &zeros(2, 3)).expect_err("7 columns for 2 channels");
    assert_eq!(error.to_string(), "the columns of the Tucker core are 7, which 2 equal parts do not make up");
    for blocks in [0, 3, 5] {
        assert!(
            matches!(block_diagonal(&b, blocks), Err(DeltaError::Split { length: 4, parts, .. }) if parts == blocks)
        );
    }
    assert!(matches!(repeated_columns(&b, 0), Err(DeltaError::Split { length: 2, .. })));
}

#[test]
fn experts_that_do_not_divide_the_factors_or_do_not_exist_are_named() {
    let (b, a) = (zeros(4, 6), zeros(6, 5));
    for of in [Delta::fused_expert, Delta::stacked_expert] {
        assert_eq!(of(&b, &a, 3, 3, 1.0), Err(DeltaError::Expert { expert: 3, experts: 3 }));
        assert_eq!(of(&b, &a, 0, 0, 1.0), Err(DeltaError::Expert { expert: 0, experts: 0 }));
        let error = of(&b, &a, 4, 0, 1.0).expect_err("six rows for four experts");
        assert_eq!(error, DeltaError::Split { side: "A's rows", length: 6, parts: 4 });
    }
    let error = Delta::fused_expert(&zeros(4, 5), &a, 3, 0, 1.0).expect_err("five columns for six rows");
    assert_eq!(error, DeltaError::Factors { columns: 5, rows: 6 });
    let error = Delta::stacked_expert(&zeros(4, 2), &a, 3, 0, 1.0).expect_err("four rows for three experts");
    assert_eq!(error, DeltaError::Split { side: "B's rows", length: 4, parts: 3 });
    let error = Delta::stacked_expert(&zeros(6, 3), &a, 3, 0, 1.0).expect_err("three columns for two rows");
    assert_eq!(error, DeltaError::Factors { columns: 3, rows: 2 });
}

#[test]
fn numbers_that_are_not_finite_are_named() {
    let (b, a) = (zeros(4, 2), zeros(2, 5));
    let whole = dense(&DMatrix::zeros(2, 2));
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let results = [
            Delta::thin(b.clone(), a.clone(), bad),
            Delta::thin_with_diagonal(&b, &[1.0, 1.0], &a, bad),
            Delta::hadamard((&b, &a), (&b, &a), bad),
            Delta::kronecker(whole.clone(), whole.clone(), bad),
            Delta::sum(&[(1.0, &whole), (bad, &whole)]),
            Delta::fused_expert(&b, &a, 2, 0, bad),
        ];
        for result in results {
            let error = result.expect_err("a scale that is not finite");
            assert!(matches!(error, DeltaError::Scale(scale) if scale.to_bits() == bad.to_bits()));
            assert_eq!(error.to_string(), format!("the scale is {bad}, which is not finite"));
        }
        let error = Delta::thin_with_diagonal(&b, &[1.0, bad], &a, 1.0).expect_err("a diagonal that is not finite");
        assert!(matches!(error, DeltaError::DiagonalNotFinite { index: 2, .. }));
    }
}
