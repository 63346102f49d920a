//! The QR factorisation of a matrix, with Q stored as its reflections (Golub & Van Loan, 4th ed., algorithm 5.2.1).

use crate::svd::error::{SvdError, collected, reserve, zeros};
use crate::svd::kernel::reflection::Reflection;
use crate::svd::kernel::sums::squares;

/// W = Q·R for an m × n matrix W: Q is m × k with orthonormal columns, R is k × n, k = min(m, n).
pub(crate) struct Orthogonal {
    rows: usize,
    cols: usize,
    /// R above the diagonal, and the vectors of the reflections on and below it. Row-major.
    entries: Vec<f64>,
    diagonal: Vec<f64>,
    factors: Vec<f64>,
}

impl Orthogonal {
    /// Factorises the matrix of `rows` × `cols` entries, row-major, the largest of them near 1.
    pub(super) fn of(mut entries: Vec<f64>, rows: usize, cols: usize) -> Result<Self, SvdError> {
        let count = rows.min(cols);
        let (mut diagonal, mut factors) = (zeros(count, 0.0)?, zeros(count, 0.0)?);
        let (mut sums, mut column) = (zeros(cols, 0.0)?, Vec::new());
        reserve(&mut column, rows)?;
        for k in 0..count {
            column.clear();
            column.extend(entries[k * cols + k..].iter().step_by(cols));
            let reflection = Reflection::of(column[0], squares(&column[1..]));
            diagonal[k] = reflection.image;
            factors[k] = reflection.factor;
            entries[k * cols + k] = reflection.head;
            reflect(&mut entries[k * cols..], cols, k + 1, reflection.factor, &mut sums, |row, _| row[k]);
        }
        Ok(Self { rows, cols, entries, diagonal, factors })
    }

    /// R, row-major.
    pub(super) fn triangle(&self) -> Result<Vec<f64>, SvdError> {
        let count = self.diagonal.len() * self.cols;
        let mut triangle = collected(count, self.entries[..count].iter().copied())?;
        for (k, row) in triangle.chunks_exact_mut(self.cols).enumerate() {
            row[..k].fill(0.0);
            row[k] = self.diagonal[k];
        }
        Ok(triangle)
    }

    /// Q·X for a k × `width` matrix X, both row-major.
    pub(super) fn times(&self, x: &[f64], width: usize) -> Result<Vec<f64>, SvdError> {
        let mut product = zeros(self.rows.saturating_mul(width), 0.0)?;
        product[..x.len()].copy_from_slice(x);
        let mut sums = zeros(width, 0.0)?;
        for k in (0..self.factors.len()).rev() {
            let vector = |_: &[f64], i: usize| self.entries[(k + i) * self.cols + k];
            reflect(&mut product[k * width..], width, 0, self.factors[k], &mut sums, vector);
        }
        Ok(product)
    }
}

/// Applies I − factor·v·vᵀ to the columns of `entries` from `from` on. `vector` returns the entry of v for a row.
fn reflect(
    entries: &mut [f64],
    cols: usize,
    from: usize,
    factor: f64,
    sums: &mut [f64],
    vector: impl Fn(&[f64], usize) -> f64,
) {
    if factor == 0.0 || from == cols {
        return;
    }
    let sums = &mut sums[from..];
    sums.fill(0.0);
    for (i, row) in entries.chunks_exact(cols).enumerate() {
        let v = vector(row, i);
        for (sum, entry) in sums.iter_mut().zip(&row[from..]) {
            *sum += v * entry;
        }
    }
    for (i, row) in entries.chunks_exact_mut(cols).enumerate() {
        let v = factor * vector(row, i);
        for (entry, sum) in row[from..].iter_mut().zip(&*sums) {
            *entry -= v * sum;
        }
    }
}
