//! Directions that hold the leading right singular vectors of a matrix: what its best approximation of low rank is made from.

use super::krylov::{BLOCK, Krylov};
use crate::matrix::Matrix;
use crate::svd::error::{SvdError, reserve};
use crate::svd::kernel::scale::exponent;

/// The rows of a d × n matrix Vᵀ, orthonormal, that hold the `rank` leading right singular vectors of an m × n matrix up to
/// ‖Wᵀu − σv‖ ≤ 1e-12·σ₁. `None` where more than three quarters of min(m, n) directions would be needed.
///
/// # Cost
/// 4·d·m·n + 2·d²·n operations and memory for 2·d·n numbers. A spectrum that falls needs d of about 1½·rank to 3·rank; a flat
/// one needs a good part of min(m, n).
pub(crate) fn right_basis(matrix: &Matrix, rank: usize) -> Result<Option<(Vec<f64>, usize)>, SvdError> {
    let (rows, cols) = (matrix.rows(), matrix.cols());
    let most = rows.min(cols) * 3 / 4 / BLOCK * BLOCK;
    if most < rank.saturating_add(4 * BLOCK) {
        return Ok(None);
    }
    let entries = matrix.as_slice();
    let mut krylov = Krylov::new(rows, cols, rank, most, exponent(entries))?;
    let found = loop {
        if let Some(found) = krylov.advance(entries, &mut u64::MAX.clone())? {
            break found;
        }
    };
    if found.converged < rank {
        return Ok(None);
    }
    let count = krylov.right().columns();
    let mut basis = Vec::new();
    reserve(&mut basis, count * cols)?;
    krylov.right().each().for_each(|direction| basis.extend_from_slice(direction));
    Ok(Some((basis, count)))
}
