//! The leading right singular vectors of a large matrix, and its product with them: what factors of low rank are made from.

use super::columns::clear;
use super::core::right_vectors;
use super::krylov::{BLOCK, Krylov, directions};
use super::pass::{Factor, HEIGHT, Scales};
use crate::svd::entry::Entry;
use crate::svd::error::{SvdError, zeros};
use crate::svd::kernel::scale::{halves_of_power_of_two, power_of_two};

/// Vᵀ, `rank` × `cols`, row-major: the directions in which the block Krylov iteration finds most of the matrix, orthonormal.
/// `None` where the matrix is too small for whole blocks of directions.
///
/// The iteration ends when further directions would hardly capture more of ‖W‖_F, when the values have converged, or at the limit
/// of [`LeadingSolver`](super::LeadingSolver). The vectors of values that are close together need not have converged then; the energy
/// along all of them has. The largest |entry| of W lies in [2ᵏ, 2ᵏ⁺¹), where k is `exponent`.
///
/// # Cost
/// For d directions 4·d·m·n operations, 2·d²·n and some 20·d³ more; memory for d·n entries of type `T`.
pub(crate) fn leading_directions<T: Entry>(
    entries: &[T],
    rows: usize,
    cols: usize,
    rank: usize,
    exponent: i32,
) -> Result<Option<Vec<f64>>, SvdError> {
    let side = rows.min(cols);
    let wanted = (2 * rank + rank / 2 + 9 * BLOCK).max(rank + 16 * BLOCK).next_multiple_of(BLOCK);
    // With as many directions as W has the result is exact. They come in whole blocks, and those of a wide W begin with random
    // parts that W does not have.
    let most = cols.min(rows + 2 * BLOCK) / BLOCK * BLOCK;
    if side < 4 * BLOCK || (most < wanted && most < side) {
        return Ok(None);
    }
    let count = directions(rows, cols, rank).unwrap_or(wanted.min(most));
    let [half, rest] = halves_of_power_of_two(-exponent);
    let squares = entries.chunks_exact(cols).map(|row| {
        let scaled = row.iter().map(|&entry| entry.into() * half * rest);
        scaled.fold(0.0, |sum, entry| sum + entry * entry)
    });
    let energy = squares.sum();
    let mut krylov = Krylov::<T>::new(rows, cols, rank, count, exponent)?.until_captured(energy);
    while krylov.advance(entries, &mut u64::MAX.clone())?.is_none() {}
    let columns = krylov.core().columns;
    let vectors = right_vectors(krylov.core(), rank)?;
    let mut found = zeros(rank.saturating_mul(cols), 0.0)?;
    for (row, vector) in found.chunks_exact_mut(cols).zip(vectors.chunks_exact(columns)) {
        for (direction, &share) in krylov.right().each().zip(vector) {
            row.iter_mut().zip(direction).for_each(|(entry, &of)| *entry += share * of.into());
        }
    }
    // The basis is orthonormal up to the rounding of `T`; these are, up to that of 64 bits.
    let mut along = zeros(rank, 0.0)?;
    for i in 0..rank {
        let (before, vector) = found.split_at_mut(i * cols);
        let left = clear(&mut vector[..cols], before, &mut along).sqrt();
        if left > 0.0 {
            vector[..cols].iter_mut().for_each(|entry| *entry /= left);
        }
    }
    Ok(Some(found))
}

/// W·V in units of 2ᵏ, `rows` × `count`, row-major, for the `count` rows of Vᵀ. The largest |entry| of W lies in [2ᵏ, 2ᵏ⁺¹).
pub(crate) fn times_directions<T: Entry>(
    entries: &[T],
    cols: usize,
    directions: &[f64],
    k: i32,
) -> Result<Vec<f64>, SvdError> {
    let (rows, count) = (entries.len() / cols, directions.len() / cols);
    let shift = k.clamp(-T::LARGEST_SHIFT, T::LARGEST_SHIFT);
    let scales = Scales { before: power_of_two(-shift), after: power_of_two(shift - k) };
    let mut product = zeros(rows * count, 0.0)?;
    let (mut block, mut part) = (zeros(BLOCK * cols, 0.0)?, zeros(BLOCK * HEIGHT, 0.0)?);
    let mut factor = Factor::<T>::new(BLOCK);
    for (at, some) in directions.chunks(BLOCK * cols).enumerate() {
        block[..some.len()].copy_from_slice(some);
        block[some.len()..].fill(0.0);
        factor.pack(&block, scales);
        let width = some.len() / cols;
        for (i, rows) in entries.chunks(HEIGHT * cols).enumerate() {
            let height = rows.len() / cols;
            factor.forward(rows, scales, &mut part[..BLOCK * height]);
            for (j, column) in part.chunks_exact(height).take(width).enumerate() {
                let to = product[i * HEIGHT * count + at * BLOCK + j..].iter_mut().step_by(count);
                to.zip(column).for_each(|(to, &from)| *to = from);
            }
        }
    }
    Ok(product)
}
