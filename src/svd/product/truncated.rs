//! The best low-rank approximation of a product, as two factors: the computation that resizes a LoRA adapter.

use std::num::NonZeroUsize;

use super::balance::{Balance, scaled};
use super::jacobi;
use super::orthogonal::Orthogonal;
use crate::matrix::Matrix;
use crate::svd::error::{SvdError, collected, zeros};
use crate::svd::kernel::scale::{exponent, times_power_of_two};

/// Factors B′ and A′ whose product is the best approximation of scale·B·A with rank `rank` (Eckart–Young–Mirsky).
///
/// With scale·B·A = U·Σ·Vᵀ, they are B′ = Uᵣ·√Σᵣ and A′ = √Σᵣ·Vᵣᵀ. Both have the same norm, which suits 16-bit formats. B′·A′ is
/// within 1e-13·σ₁ of the best approximation. B·A is never formed.
///
/// # Shapes
/// B is m × k and A is k × n; B′ is m × `rank` and A′ is `rank` × n. If `rank` exceeds min(m, k, n), the surplus columns and rows
/// are 0.
///
/// # Cost
/// O((m + n)·k² + k³) operations, and one copy of the factors.
///
/// # Errors
/// [`SvdError`] as for [`singular_values_of_product`](super::singular_values_of_product). Never panics; an entry that exceeds
/// `f64::MAX` becomes `f64::MAX`.
///
/// ```
/// use std::num::NonZeroUsize;
/// use lora_rank_explorer::{Matrix, svd};
///
/// let b = Matrix::from_rows(&[[2.0, 0.0], [0.0, 1.0], [0.0, 0.0]])?;
/// let a = Matrix::from_rows(&[[8.0, 0.0], [0.0, 3.0]])?;
/// let (b, a) = svd::truncated_product(&b, &a, 1.0, NonZeroUsize::MIN)?;
/// assert_eq!((b.as_slice(), a.as_slice()), (&[4.0, 0.0, 0.0][..], &[4.0, 0.0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn truncated_product(b: &Matrix, a: &Matrix, scale: f64, rank: NonZeroUsize) -> Result<(Matrix, Matrix), SvdError> {
    let rank = rank.get();
    let (m, k, n) = (b.rows(), b.cols(), a.cols());
    if k != a.rows() {
        return Err(SvdError::Factors { columns: k, rows: a.rows() });
    }
    if !scale.is_finite() {
        return Err(SvdError::Scale(scale));
    }
    let (b, a) = (b.as_slice(), a.as_slice());
    let balance = Balance::of(b, a, k)?;
    let tall_b = collected(m * k, b.iter().enumerate().map(|(i, &entry)| scaled(entry, balance.b[i % k])))?;
    let tall_a = collected(n * k, (0..n * k).map(|i| scaled(a[i % k * n + i / k], balance.a[i % k])))?;
    let (of_b, of_a) = (Orthogonal::of(tall_b, m, k)?, Orthogonal::of(tall_a, n, k)?);
    let mut core = product_with_transpose(&of_b.triangle()?, &of_a.triangle()?, k)?;
    let core_exponent = exponent(&core);
    for entry in &mut core {
        *entry = times_power_of_two(*entry, -core_exponent);
    }

    let scale_exponent = exponent(&[scale]);
    let scale = times_power_of_two(scale, -scale_exponent);
    let (height, width) = (m.min(k), n.min(k));
    let svd = jacobi::svd(&core, height, width)?;
    let exponent = balance.exponent + scale_exponent + core_exponent;
    let (half, odd) = (exponent.div_euclid(2), f64::from(1 + exponent.rem_euclid(2)));
    let mut left = zeros(height.saturating_mul(rank), 0.0)?;
    let mut right = zeros(width.saturating_mul(rank), 0.0)?;
    for (j, triple) in svd.iter().take(rank).enumerate() {
        let root = (triple.value * scale.abs() * odd).sqrt();
        let signed = root.copysign(scale);
        for (i, entry) in triple.left.iter().enumerate() {
            left[i * rank + j] = signed * entry;
        }
        for (i, entry) in triple.right.iter().enumerate() {
            right[i * rank + j] = root * entry;
        }
    }
    let left = of_b.times(&left, rank)?;
    let right = of_a.times(&right, rank)?;
    let right = collected(rank * n, (0..rank * n).map(|i| right[i % n * rank + i / n]))?;
    Ok((matrix(m, rank, left, half), matrix(rank, n, right, half)))
}

/// The matrix of the entries times 2ᵏ, clamped to ±`f64::MAX`.
fn matrix(rows: usize, cols: usize, mut entries: Vec<f64>, k: i32) -> Matrix {
    for entry in &mut entries {
        *entry = times_power_of_two(*entry, k).clamp(f64::MIN, f64::MAX);
    }
    Matrix::from_vec(rows, cols, entries).expect("finite entries that fill the shape")
}

/// L·Rᵀ for two row-major matrices of `k` columns.
fn product_with_transpose(left: &[f64], right: &[f64], k: usize) -> Result<Vec<f64>, SvdError> {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let entries = left.chunks_exact(k).flat_map(|x| right.chunks_exact(k).map(move |y| dot(x, y)));
    collected(left.len() / k * (right.len() / k), entries)
}
