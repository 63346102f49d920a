//! Operations on a few columns and on the small triangles that go with them, all column-major.

use crate::svd::kernel::sums::{dot, squares};

/// The limit on the rounds of orthogonalisation. Two are usual; more are needed only if a column is almost all rounding error.
pub(super) const ROUNDS: usize = 5;

/// Makes `column` orthogonal to the orthonormal columns in `before`, and adds the coefficients to `along`. Returns the squared
/// length of the rest.
pub(super) fn clear(column: &mut [f64], before: &[f64], along: &mut [f64]) -> f64 {
    let mut left = squares(column);
    for _ in 0..ROUNDS {
        for (earlier, along) in before.chunks_exact(column.len()).zip(&mut *along) {
            let product = dot(earlier, column);
            subtract(column, product, earlier);
            *along += product;
        }
        let whole = std::mem::replace(&mut left, squares(column));
        if left > 0.25 * whole {
            break;
        }
    }
    left
}

/// The product of two upper triangles, column-major.
pub(super) fn upper_product(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
    let mut product = vec![0.0; n * n];
    for c in 0..n {
        for k in 0..=c {
            for i in 0..=k {
                product[c * n + i] += a[k * n + i] * b[c * n + k];
            }
        }
    }
    product
}

fn subtract(from: &mut [f64], factor: f64, x: &[f64]) {
    for (from, x) in from.iter_mut().zip(x) {
        *from -= factor * x;
    }
}

/// Overwrites X with X·R⁻¹ for a triangle R, column-major. If R has a zero on the diagonal, that column of X becomes zero.
pub(super) fn divide(x: &mut [f64], triangle: &[f64], columns: usize) {
    let length = x.len() / columns;
    for c in 0..columns {
        let (before, column) = x.split_at_mut(c * length);
        let column = &mut column[..length];
        let (above, diagonal) = (&triangle[c * columns..][..c], triangle[c * columns + c]);
        if diagonal == 0.0 {
            column.fill(0.0);
            continue;
        }
        for (earlier, &factor) in before.chunks_exact(length).zip(above) {
            subtract(column, factor, earlier);
        }
        column.iter_mut().for_each(|value| *value /= diagonal);
    }
}
