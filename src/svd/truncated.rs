//! The best approximation of a matrix that is given whole, as factors of low rank.

use std::num::NonZeroUsize;

use super::error::{SvdError, reserve, zeros};
use super::leading::right_basis::right_basis;
use super::product::truncated::truncated_product;
use crate::matrix::Matrix;
use crate::svd::kernel::scale::{exponent, times_power_of_two};
use crate::svd::kernel::sums::dot;

/// Factors B′ and A′ of which the product is the best approximation of an m × n matrix W of the rank given, with √Σ on both
/// sides as [`truncated_product`] has it. ‖W − B′·A′‖_F is within 1e-12·σ₁ of the least there is.
///
/// # Method and cost
/// W is written as a product of thin factors, (W·V)·Vᵀ, and that is truncated. V holds the directions of a block Krylov method
/// that has converged on the leading vectors: d of them cost 4·d·m·n operations, and the truncation some 100·d³ more. Where more
/// than three quarters of min(m, n) directions would be needed, V is the identity on the shorter side: one-sided Jacobi, some
/// 100·min(m, n)³ operations. That is seconds at 512² and minutes above 1000².
pub(crate) fn truncated_matrix(matrix: &Matrix, rank: NonZeroUsize) -> Result<(Matrix, Matrix), SvdError> {
    let (rows, cols) = (matrix.rows(), matrix.cols());
    if matrix.as_slice().iter().all(|&entry| entry == 0.0) {
        let b = zeros(rows.saturating_mul(rank.get()), 0.0)?;
        let a = zeros(cols.saturating_mul(rank.get()), 0.0)?;
        return Ok((filled(rows, rank.get(), b), filled(rank.get(), cols, a)));
    }
    if let Some((basis, count)) = right_basis(matrix, rank.get())? {
        let k = exponent(matrix.as_slice());
        let mut along = Vec::new();
        reserve(&mut along, rows * count)?;
        // In units of 2ᵏ, so that no sum leaves the range.
        let mut small = zeros(basis.len(), 0.0)?;
        small.iter_mut().zip(&basis).for_each(|(small, &entry)| *small = times_power_of_two(entry, -k));
        for row in matrix.as_slice().chunks_exact(cols) {
            along.extend(small.chunks_exact(cols).map(|direction| dot(row, direction)));
        }
        let (b, a) = (filled(rows, count, along), filled(count, cols, basis));
        return truncated_product(&b, &a, times_power_of_two(1.0, k), rank);
    }
    let side = rows.min(cols);
    let mut identity = zeros(side * side, 0.0)?;
    identity.iter_mut().step_by(side + 1).for_each(|entry| *entry = 1.0);
    let identity = filled(side, side, identity);
    if rows < cols {
        truncated_product(&identity, matrix, 1.0, rank)
    } else {
        truncated_product(matrix, &identity, 1.0, rank)
    }
}

fn filled(rows: usize, cols: usize, entries: Vec<f64>) -> Matrix {
    Matrix::from_vec(rows, cols, entries).expect("finite entries that fill the shape")
}
