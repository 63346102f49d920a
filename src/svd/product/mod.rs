//! Singular values of a product of thin factors, such as a LoRA update, without forming the product.

pub(crate) mod balance;
mod jacobi;
mod orthogonal;
mod triangle;
pub(crate) mod truncated;

use super::error::{SvdError, collected, reserve, zeros};
use super::full::of_slice;
use crate::matrix::Matrix;
use crate::svd::kernel::f64x2::F64x2;
use crate::svd::kernel::scale::{exponent, times_power_of_two, unscale};
use crate::svd::kernel::sums::dot_pairs;
use balance::{Balance, scaled};
use triangle::triangle;

/// All min(m, n) singular values of scale·B·A, largest first: what a LoRA adapter adds to its layer.
///
/// With B = Q·R and Aᵀ = Q′·R′, where Q and Q′ are orthonormal, scale·B·A has the singular values of the small matrix
/// scale·R·R′ᵀ; all others are exactly 0. B·A, Q and Q′ are never formed. Values up to the rounding error of the small product,
/// 4·ε·√max(m, n)·σ₁, are returned as 0, as the [module](super) explains.
///
/// # Shapes
/// B is m × r and A is r × n, for any r ≥ 1.
///
/// # Cost
/// O((m + n)·r²) operations and O(r²) memory beyond the result, if r is less than m and n.
///
/// # Errors
/// [`SvdError::Factors`] if B does not have as many columns as A has rows, [`SvdError::Scale`] if `scale` is not finite,
/// [`SvdError::Memory`] if an allocation fails. Never panics.
///
/// ```
/// use lora_rank_explorer::{Matrix, svd};
///
/// let b = Matrix::from_rows(&[[1.0], [2.0], [2.0]])?;
/// let a = Matrix::from_rows(&[[3.0, 4.0]])?;
/// assert_eq!(svd::singular_values_of_product(&b, &a, 0.5)?, [7.5, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn singular_values_of_product(b: &Matrix, a: &Matrix, scale: f64) -> Result<Vec<f64>, SvdError> {
    let values = values_of_core(b, a, scale)?;
    let mut all = zeros(b.rows().min(a.cols()), 0.0)?;
    all[..values.len()].copy_from_slice(&values);
    Ok(all)
}

/// The first min(m, r, n) of the values of [`singular_values_of_product`]; all others are 0.
pub(crate) fn values_of_core(b: &Matrix, a: &Matrix, scale: f64) -> Result<Vec<f64>, SvdError> {
    let (m, r, n) = (b.rows(), b.cols(), a.cols());
    if r != a.rows() {
        return Err(SvdError::Factors { columns: r, rows: a.rows() });
    }
    if !scale.is_finite() {
        return Err(SvdError::Scale(scale));
    }
    let (b, a) = (b.as_slice(), a.as_slice());
    let balance = Balance::of(b, a, r)?;
    let scale_exponent = exponent(&[scale]);
    let of_b = thin(m, r, |row, k| scaled(b[row * r + k], balance.b[k]))?;
    let of_a = thin(n, r, |row, k| scaled(a[k * n + row], balance.a[k]))?;
    let scale = times_power_of_two(scale.abs(), -scale_exponent);
    let stride = r.div_ceil(2);
    let mut core = Vec::new();
    reserve(&mut core, m.min(r) * n.min(r))?;
    for left in of_b.chunks_exact(stride) {
        core.extend(of_a.chunks_exact(stride).map(|right| scale * dot_pairs(left, right)));
    }
    let (mut values, core_exponent) = of_slice(&core, m.min(r), n.min(r), m.max(n))?;
    unscale(&mut values, core_exponent + balance.exponent + scale_exponent);
    Ok(values)
}

/// A matrix of at most r rows with the same WᵀW as the `rows` × r matrix W of the entries. Each row is r entries in pairs.
fn thin(rows: usize, r: usize, entry: impl Fn(usize, usize) -> f64) -> Result<Vec<F64x2>, SvdError> {
    let pair = |row: usize, j: usize| {
        let mut lanes = [0.0; 2];
        for (lane, k) in lanes.iter_mut().zip(2 * j..r) {
            *lane = entry(row, k);
        }
        F64x2::new(lanes[0], lanes[1])
    };
    if rows > r {
        return triangle(r, rows, pair);
    }
    let stride = r.div_ceil(2);
    collected(rows * stride, (0..rows * stride).map(|i| pair(i / stride, i % stride)))
}
