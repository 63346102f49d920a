//! The best approximation of a matrix that is given whole, as factors of low rank.

use std::num::NonZeroUsize;

use super::entry::Entry;
use super::error::{SvdError, collected, reserve, zeros};
use super::leading::right_basis::right_basis;
use super::leading::vectors::{leading_directions, times_directions};
use super::product::truncated::truncated_product;
use crate::matrix::Matrix;
use crate::svd::kernel::scale::{exponent, exponent_of, times_power_of_two};
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

/// Factors B′ and A′ as those of [`truncated_matrix`], for entries of either type and in a quarter of the time and memory: of
/// the directions of the Krylov iteration only the `rank` leading ones are kept, one more pass gives W·V, and both sides are made
/// orthonormal again. The entries must be finite.
///
/// ‖W − B′·A′‖_F exceeds the least there is by what the iteration has not found: nothing that matters where the values have
/// converged, some thousandths where the spectrum is flat, and by [`TOLERANCE`](Entry::TOLERANCE)·‖W‖_F.
///
/// # Cost
/// 4·d·m·n + 2·r·m·n operations, where d is 1½·r to 2½·r + 72, and some 100·r³; memory for d·n entries and for 5·(m + n)·r numbers
/// of 64 bits, not at once. Where min(m, n) is below d and no multiple of 8, W is copied to 64 bits and
/// decomposed whole, which takes 100·min(m, n)³ operations.
pub(crate) fn truncated_entries<T: Entry>(
    entries: &[T],
    rows: usize,
    cols: usize,
    rank: NonZeroUsize,
) -> Result<(Matrix, Matrix), SvdError> {
    let largest = entries.iter().fold(0.0f64, |largest, &entry| largest.max(entry.into().abs()));
    let k = exponent_of(largest);
    let found = match largest > 0.0 {
        true => leading_directions(entries, rows, cols, rank.get(), k)?,
        false => None,
    };
    let Some(directions) = found else {
        let whole = collected(entries.len(), entries.iter().map(|&entry| entry.into()))?;
        return truncated_matrix(&filled(rows, cols, whole), rank);
    };
    let along = times_directions(entries, cols, &directions, k)?;
    truncated_product(&filled(rows, rank.get(), along), &filled(rank.get(), cols, directions), 1.0, rank)
}

fn filled(rows: usize, cols: usize, entries: Vec<f64>) -> Matrix {
    Matrix::from_vec(rows, cols, entries).expect("finite entries that fill the shape")
}
