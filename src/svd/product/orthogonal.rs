//! A matrix as Q·R with orthonormal Q, which is kept as its reflections (Golub & Van Loan, 4th ed., algorithm 5.2.1).

use crate::svd::kernel::reflection::Reflection;
use crate::svd::kernel::sums::squares;

/// W = Q·R for an m × n matrix W: Q is m × k with orthonormal columns, R is k × n, k = min(m, n).
pub(crate) struct Orthogonal {
    rows: usize,
    cols: usize,
    /// R above the diagonal, the reflections' vectors on and below it.
    entries: Vec<f64>,
    diagonal: Vec<f64>,
    factors: Vec<f64>,
}

impl Orthogonal {
    /// Of `rows` × `cols` entries, row after row, the largest of them near 1.
    pub(crate) fn of(mut entries: Vec<f64>, rows: usize, cols: usize) -> Self {
        let count = rows.min(cols);
        let (mut diagonal, mut factors) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut sums = vec![0.0; cols];
        for k in 0..count {
            let column: Vec<f64> = entries[k * cols + k..].iter().step_by(cols).copied().collect();
            let reflection = Reflection::of(column[0], squares(&column[1..]));
            diagonal.push(reflection.image);
            factors.push(reflection.factor);
            entries[k * cols + k] = reflection.head;
            reflect(&mut entries[k * cols..], cols, k + 1, reflection.factor, &mut sums, |row, _| row[k]);
        }
        Self { rows, cols, entries, diagonal, factors }
    }

    /// R, row after row.
    pub(crate) fn triangle(&self) -> Vec<f64> {
        let mut triangle = self.entries[..self.diagonal.len() * self.cols].to_vec();
        for (k, row) in triangle.chunks_exact_mut(self.cols).enumerate() {
            row[..k].fill(0.0);
            row[k] = self.diagonal[k];
        }
        triangle
    }

    /// Q·X for a k × `width` matrix X, row after row.
    pub(crate) fn times(&self, x: &[f64], width: usize) -> Vec<f64> {
        let mut product = x.to_vec();
        product.resize(self.rows * width, 0.0);
        let mut sums = vec![0.0; width];
        for k in (0..self.factors.len()).rev() {
            let vector = |_: &[f64], i: usize| self.entries[(k + i) * self.cols + k];
            reflect(&mut product[k * width..], width, 0, self.factors[k], &mut sums, vector);
        }
        product
    }
}

/// Applies I − factor·v·vᵀ to the rows in `entries`, from the column `from` on. `vector` gives the entry of v for a row.
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
