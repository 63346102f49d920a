//! The input that a `Matrix` accepts, and its errors for other input.

use lora_rank_explorer::{Matrix, MatrixError};

#[test]
fn every_constructor_reads_the_same_rows() {
    let rows = Matrix::from_rows(&[vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0]]).expect("rows");
    assert_eq!(rows, Matrix::from_vec(2, 3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).expect("flat"));
    assert_eq!(rows, Matrix::try_from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).expect("arrays"));
    assert_eq!(rows, serde_json::from_str("[[1, 2, 3], [4, 5, 6.0]]").expect("JSON"));
    assert_eq!((rows.row(1), rows.row(2)), (Some(&[4.0, 5.0, 6.0][..]), None));
}

#[test]
fn json_is_an_array_of_rows_both_ways() {
    let matrix = Matrix::default();
    let json = serde_json::to_string(&matrix).expect("JSON");
    assert!(json.starts_with("[[") && json.ends_with("]]"));
    assert_eq!(serde_json::from_str::<Matrix>(&json).expect("the same"), matrix);
}

#[test]
fn an_error_names_row_and_column() {
    let not_finite = Matrix::from_rows(&[[1.0; 5], [1.0, 1.0, 1.0, 1.0, f64::NAN]]).expect_err("NaN");
    assert_eq!(not_finite.to_string(), "the entry in row 2, column 5 is NaN");
    let infinite = Matrix::from_vec(1, 2, vec![0.0, f64::NEG_INFINITY]).expect_err("infinite");
    assert_eq!(infinite.to_string(), "the entry in row 1, column 2 is negative infinity");
    let ragged = Matrix::from_rows(&[vec![1.0, 2.0], vec![1.0, 2.0], vec![1.0]]).expect_err("ragged");
    assert_eq!(ragged, MatrixError::Ragged { row: 3, found: 1, expected: 2 });
}

#[test]
fn empty_and_incomplete_input_is_an_error() {
    assert_eq!(Matrix::from_rows::<Vec<f64>>(&[]), Err(MatrixError::NoRows));
    assert_eq!(Matrix::from_rows(&[[0.0; 0]; 2]), Err(MatrixError::NoColumns));
    assert_eq!(Matrix::from_vec(0, 3, vec![]), Err(MatrixError::NoRows));
    assert_eq!(Matrix::from_vec(2, 2, vec![1.0]), Err(MatrixError::Shape { rows: 2, cols: 2, found: 1 }));
    let one = Matrix::from_vec(2, 2, vec![1.0]).expect_err("too few entries").to_string();
    assert_eq!(one, "1 entry does not fill a 2×2 matrix");
    assert!(Matrix::from_vec(usize::MAX, usize::MAX, vec![1.0]).is_err(), "a shape beyond the address space");
}

#[test]
fn json_is_checked_like_rows() {
    for (json, place) in
        [("[]", "no rows"), ("[[]]", "empty"), ("[[1, 2], [3]]", "row 2 has 1 entry"), ("[[null]]", "null")]
    {
        let error = serde_json::from_str::<Matrix>(json).expect_err(json).to_string();
        assert!(error.contains(place), "{json}: {error}");
    }
    assert!(serde_json::from_str::<Matrix>("[[1e999]]").is_err());
}

#[test]
fn numbers_of_32_bits_and_flat_slices_give_the_same_matrix() {
    let w = Matrix::from_rows(&[[4.0, 3.0, 2.0], [3.0, 2.0, 1.5]]).expect("rows");
    assert_eq!(Matrix::from_rows(&[[4.0f32, 3.0, 2.0], [3.0, 2.0, 1.5]]), Ok(w.clone()));
    assert_eq!(
        Matrix::from_rows(&[vec![4.0f32, 3.0, 2.0].into_boxed_slice(), Box::new([3.0, 2.0, 1.5])]),
        Ok(w.clone())
    );
    assert_eq!(Matrix::from_slice(2, 3, &[4.0f32, 3.0, 2.0, 3.0, 2.0, 1.5]), Ok(w.clone()));
    assert_eq!(Matrix::from_slice(2, 3, w.as_slice()), Ok(w));
}

#[test]
fn a_flat_slice_that_does_not_fit_its_shape_says_so_before_it_is_copied() {
    let found = |rows, cols| Matrix::from_slice(rows, cols, &[1.0f32, 2.0]).expect_err("it does not fit");
    assert_eq!(found(2, 2), MatrixError::Shape { rows: 2, cols: 2, found: 2 });
    assert_eq!(found(usize::MAX, 2), MatrixError::Shape { rows: usize::MAX, cols: 2, found: 2 });
    assert_eq!((found(0, 2), found(2, 0)), (MatrixError::NoRows, MatrixError::NoColumns));
    let infinite = Matrix::from_slice(1, 2, &[1.0f32, f32::INFINITY]).expect_err("it is not finite");
    assert_eq!(infinite, MatrixError::NotFinite { row: 1, column: 2, value: f64::INFINITY });
}
