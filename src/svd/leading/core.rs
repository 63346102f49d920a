//! The small matrix B = Uᵀ·W·V: its singular values, and their distances from singular values of W.

use super::band::BandReduction;
use super::tridiagonal::Diagonalisation;
use crate::svd::error::{SvdError, reserve, zeros};
use crate::svd::full::dqds::Iteration;

/// B: upper triangular and block bidiagonal.
#[derive(Default)]
pub(super) struct Core {
    blocks: Vec<Block>,
    pub(super) columns: usize,
}

/// A block of columns of B.
struct Block {
    columns: usize,
    /// The entries in the rows of the previous block, row-major.
    above: Vec<f64>,
    /// The upper triangle on the diagonal, column-major.
    corner: Vec<f64>,
}

impl Core {
    pub(super) fn extend(&mut self, above: &[f64], corner: &[f64], columns: usize) {
        self.blocks.push(Block { columns, above: above.to_vec(), corner: corner.to_vec() });
        self.columns += columns;
    }

    /// The last triangle on the diagonal, column-major.
    pub(super) fn corner(&self) -> &[f64] {
        self.blocks.last().map_or(&[], |block| &block.corner)
    }

    /// B·x.
    pub(super) fn times(&self, x: &[f64]) -> Result<Vec<f64>, SvdError> {
        let (mut product, mut start) = (zeros(self.columns, 0.0)?, 0);
        for block in &self.blocks {
            let rows_above = block.above.len() / block.columns;
            for (c, x) in x[start..start + block.columns].iter().enumerate() {
                for i in 0..rows_above {
                    product[start - rows_above + i] += block.above[i * block.columns + c] * x;
                }
                for i in 0..=c {
                    product[start + i] += block.corner[c * block.columns + i] * x;
                }
            }
            start += block.columns;
        }
        Ok(product)
    }

    /// B as a band matrix, with room for the entries that the reduction creates.
    fn band(&self) -> BandReduction {
        let widths = self.blocks.iter().map(|block| block.columns);
        let width = widths.clone().zip(widths.skip(1).chain([0])).map(|(width, next)| width + next - 1).max();
        let mut band = BandReduction::new(self.columns, width.unwrap_or(0));
        let mut start = 0;
        for block in &self.blocks {
            let rows_above = block.above.len() / block.columns;
            for c in 0..block.columns {
                for i in 0..rows_above {
                    *band.entry(start - rows_above + i, start + c) = block.above[i * block.columns + c];
                }
                for i in 0..=c {
                    *band.entry(start + i, start + c) = block.corner[c * block.columns + i];
                }
            }
            start += block.columns;
        }
        band
    }
}

/// The right singular vectors of B for its `count` largest singular values, one after the other, B.columns numbers each.
pub(super) fn right_vectors(b: &Core, count: usize) -> Result<Vec<f64>, SvdError> {
    let n = b.columns;
    let mut vectors = zeros(n * n, 0.0)?;
    vectors.iter_mut().step_by(n + 1).for_each(|entry| *entry = 1.0);
    let mut band = b.band();
    band.advance(&mut vectors, &mut u64::MAX.clone());
    let (q, e) = band.bidiagonal();
    let mut squares = Diagonalisation::of_squares(&q, &e);
    squares.advance(&mut vectors, &mut u64::MAX.clone());
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| squares.diagonal[j].total_cmp(&squares.diagonal[i]));
    let mut largest = Vec::new();
    reserve(&mut largest, count.min(n) * n)?;
    order.iter().take(count).for_each(|&i| largest.extend_from_slice(&vectors[i * n..(i + 1) * n]));
    Ok(largest)
}

/// The computation of the svd of B.
pub(super) struct CoreSolver {
    step: Step,
    /// The last rows of the matrix of right singular vectors, column-major: as many rows as the last block has columns.
    last_rows: Vec<f64>,
}

enum Step {
    Reduce(BandReduction),
    Iterate(Iteration, Diagonalisation),
    Diagonalise(Vec<f64>, Diagonalisation),
}

/// The singular values of B, largest first, and the residual ‖Wᵀu − σv‖ of each.
pub(super) struct Ritz {
    pub(super) values: Vec<f64>,
    pub(super) residuals: Vec<f64>,
}

impl CoreSolver {
    pub(super) fn new(b: &Core) -> Self {
        let (n, columns) = (b.columns, b.blocks.last().map_or(0, |block| block.columns));
        let mut last_rows = vec![0.0; columns * n];
        last_rows[(n - columns) * columns..].iter_mut().step_by(columns + 1).for_each(|entry| *entry = 1.0);
        Self { step: Step::Reduce(b.band()), last_rows }
    }

    /// Continues. `triangle`, column-major, is R in Wᵀ·W·V = V·BᵀB + Q·R·(0 … I), where I belongs to the last block.
    pub(super) fn advance(&mut self, triangle: &[f64], operations: &mut u64) -> Option<Ritz> {
        while *operations > 0 {
            self.step = match &mut self.step {
                Step::Reduce(reduction) => {
                    if !reduction.advance(&mut self.last_rows, operations) {
                        return None;
                    }
                    let (q, e) = reduction.bidiagonal();
                    let squares = Diagonalisation::of_squares(&q, &e);
                    Step::Iterate(Iteration::new(q, e), squares)
                }
                Step::Iterate(iteration, squares) => {
                    if !iteration.advance(operations) {
                        return None;
                    }
                    Step::Diagonalise(iteration.take_values(), std::mem::take(squares))
                }
                Step::Diagonalise(values, squares) => {
                    if !squares.advance(&mut self.last_rows, operations) {
                        return None;
                    }
                    let values = std::mem::take(values);
                    let mut residuals = residuals(&values, &squares.diagonal, &self.last_rows, triangle);
                    if !squares.is_exact {
                        residuals.fill(f64::INFINITY);
                    }
                    return Some(Ritz { values, residuals });
                }
            };
        }
        None
    }
}

/// ‖R·s‖/σ for each of the values, largest first, where s is the end of the right singular vector of σ.
fn residuals(values: &[f64], squares: &[f64], last_rows: &[f64], triangle: &[f64]) -> Vec<f64> {
    let n = squares.len();
    let columns = last_rows.len() / n;
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| squares[j].total_cmp(&squares[i]));
    let residual = |(&value, i): (&f64, usize)| {
        let mut sum = 0.0;
        for row in 0..columns {
            let x = (row..columns).fold(0.0, |x, c| x + triangle[c * columns + row] * last_rows[i * columns + c]);
            sum += x * x;
        }
        if sum > 0.0 { sum.sqrt() / value } else { 0.0 }
    };
    values.iter().zip(order).map(residual).collect()
}
