//! The leading right singular vectors of a large matrix, and its product with them: what factors of low rank are made from.

use super::basis::Basis;
use super::columns::clear;
use super::core::right_vectors;
use super::krylov::{BLOCK, Krylov, directions};
use crate::svd::entry::Entry;
use crate::svd::error::{SvdError, zeros};
use crate::svd::kernel::multiples::add_multiples;

/// V and W·V, column by column.
pub(crate) struct LeadingDirections {
    /// V: orthonormal, up to the rounding of 64 bits.
    pub(crate) directions: Vec<f64>,
    /// W·V, in units of 2ᵏ.
    pub(crate) product: Vec<f64>,
}

/// The `rank` directions V in which the block Krylov iteration finds most of the matrix, and W·V = U·(B·V), which takes no further
/// pass over W. `None` where the matrix is too small for whole blocks of directions.
///
/// The iteration ends when further directions would hardly capture more of ‖W‖_F, when the values have converged, or at the limit
/// of [`LeadingSolver`](super::LeadingSolver). The vectors of values that are close together need not have converged then; the energy
/// along all of them has. The largest |entry| of W lies in [2ᵏ, 2ᵏ⁺¹), where k is `exponent`, and ‖W‖_F² is `energy` in units of 4ᵏ.
///
/// # Cost
/// For d directions 4·d·m·n operations, 2·d²·n and some 20·d³ more; memory for d·(m + n) entries of type `T`.
pub(crate) fn leading_directions<T: Entry>(
    entries: &[T],
    rows: usize,
    cols: usize,
    rank: usize,
    energy: f64,
    exponent: i32,
) -> Result<Option<LeadingDirections>, SvdError> {
    let side = rows.min(cols);
    let wanted = (2 * rank + rank / 2 + 9 * BLOCK).max(rank + 16 * BLOCK).next_multiple_of(BLOCK);
    // With as many directions as W has the result is exact. They come in whole blocks, and those of a wide W begin with random
    // parts that W does not have.
    let most = cols.min(rows + 2 * BLOCK) / BLOCK * BLOCK;
    if side < 4 * BLOCK || (most < wanted && most < side) {
        return Ok(None);
    }
    let count = directions(rows, cols, rank).unwrap_or(wanted.min(most));
    let mut krylov = Krylov::<T>::new(rows, cols, rank, count, exponent)?.until_captured(energy);
    while krylov.advance(entries, &mut u64::MAX.clone())?.is_none() {}
    let (core, Some(left)) = (krylov.core(), krylov.left()) else { return Ok(None) };
    let vectors = right_vectors(core, rank)?;
    let mut directions = combined(krylov.right(), vectors.chunks_exact(core.columns))?;
    // The basis is orthonormal up to the rounding of `T`; these are, up to that of 64 bits.
    let mut along = zeros(rank, 0.0)?;
    for i in 0..rank {
        let (before, vector) = directions.split_at_mut(i * cols);
        let left = clear(&mut vector[..cols], before, &mut along).sqrt();
        if left > 0.0 {
            vector[..cols].iter_mut().for_each(|entry| *entry /= left);
        }
    }
    let images = vectors.chunks_exact(core.columns).map(|vector| core.times(vector)).collect::<Result<Vec<_>, _>>()?;
    let product = combined(left, images.iter().map(|image| &image[..]))?;
    Ok(Some(LeadingDirections { directions, product }))
}

/// The sums of the columns of `basis` with these factors, one after the other.
fn combined<'a, T: Entry>(
    basis: &Basis<T>,
    factors: impl ExactSizeIterator<Item = &'a [f64]>,
) -> Result<Vec<f64>, SvdError> {
    let columns: Vec<&[T]> = basis.each().collect();
    let mut sums = zeros(factors.len().saturating_mul(basis.length), 0.0)?;
    sums.chunks_exact_mut(basis.length).zip(factors).for_each(|(sums, factors)| add_multiples(sums, factors, &columns));
    Ok(sums)
}
