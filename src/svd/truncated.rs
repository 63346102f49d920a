//! The best approximation of a matrix that is given whole, as factors of low rank.

use std::num::NonZeroUsize;

use super::entry::Entry;
use super::error::{SvdError, collected, reserve, zeros};
use super::leading::right_basis::right_basis;
use super::leading::vectors::{LeadingDirections, leading_directions};
use super::product::truncated::truncated_product;
use super::source::{Source, measure};
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
        // In units of 2ᵏ, so that no sum leaves the range. The entries are scaled, not the basis: 2⁻ᵏ alone may be infinite.
        let mut small = zeros(cols, 0.0)?;
        for row in matrix.as_slice().chunks_exact(cols) {
            small.iter_mut().zip(row).for_each(|(small, &entry)| *small = times_power_of_two(entry, -k));
            along.extend(basis.chunks_exact(cols).map(|direction| dot(&small, direction)));
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

/// Factors B and A of which the product is the best approximation of a `rows` × `cols` matrix W of `f32` or `f64` entries,
/// row-major, of the rank given: with W = U·Σ·Vᵀ, they are Uᵣ·√Σᵣ and √Σᵣ·Vᵣᵀ.
///
/// The matrix is given whole and may be large. ‖W − B·A‖_F exceeds the least there is (Eckart–Young–Mirsky) by nothing that matters
/// where the spectrum falls, and by [`TOLERANCE`](Entry::TOLERANCE)·‖W‖_F. Where the spectrum is as flat as that of noise, by less
/// than 0.2 %, measured up to 1024² and rank 128. The directions are bounded, so larger matrices of noise lose more: a model of the
/// iteration gives 0.4 % at 4096² and rank 256, and 5 % at rank 512.
///
/// # Shapes
/// B is `rows` × `rank` and A is `rank` × `cols`. If `rank` exceeds min(`rows`, `cols`), the surplus columns and rows are 0.
///
/// # Method and cost
/// Of the directions that the block Krylov iteration of [`LeadingSolver`](super::LeadingSolver) finds, the `rank` leading ones V are
/// kept; the iteration has their products W·V, and the product (W·V)·Vᵀ is truncated, which makes both sides orthonormal again. For d
/// directions, r + 16 to 2½·r + 72, that is 4·d·m·n operations, memory for d·(m + n) entries, and for 5·(m + n)·r numbers of 64
/// bits after that. Where n is below d and no multiple of 8, W is copied to 64 bits and decomposed whole: 100·min(m, n)³ operations.
///
/// # Errors
/// [`SvdError`] as for [`leading_singular_values`](super::leading_singular_values). Never panics.
///
/// ```
/// use std::num::NonZeroUsize;
/// use lora_rank_explorer::svd;
///
/// let w = [3.0f32, 0.0, 0.0, 0.0, 4.0, 0.0];
/// let (b, a) = svd::leading_factors(&w, 2, 3, NonZeroUsize::MIN)?;
/// assert_eq!((b.as_slice(), a.as_slice()), (&[0.0, 2.0][..], &[0.0, 2.0, 0.0][..]));
/// # Ok::<(), svd::SvdError>(())
/// ```
pub fn leading_factors<T: Entry>(
    entries: &[T],
    rows: usize,
    cols: usize,
    rank: NonZeroUsize,
) -> Result<(Matrix, Matrix), SvdError> {
    let source = Source::new(entries, rows, cols)?;
    let entries = source.entries();
    let (k, energy) = measure(entries, cols)?;
    let found = match energy > 0.0 && rank.get() <= rows.min(cols) {
        true => leading_directions(entries, rows, cols, rank.get(), energy, k)?,
        false => None,
    };
    let Some(LeadingDirections { directions, product }) = found else {
        let whole = collected(entries.len(), entries.iter().map(|&entry| entry.into()))?;
        return truncated_matrix(&filled(rows, cols, whole), rank);
    };
    let rank_of = rank.get();
    let along = collected(product.len(), (0..product.len()).map(|i| product[i % rank_of * rows + i / rank_of]))?;
    let (b, a) = (filled(rows, rank_of, along), filled(rank_of, cols, directions));
    truncated_product(&b, &a, times_power_of_two(1.0, k), rank)
}

fn filled(rows: usize, cols: usize, entries: Vec<f64>) -> Matrix {
    Matrix::from_vec(rows, cols, entries).expect("finite entries that fill the shape")
}
