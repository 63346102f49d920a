//! The small matrix B = Uᵀ·W·V: its singular values, and how far each is from one of W.

use super::tridiagonal::Diagonalisation;
use crate::svd::bidiagonal::Reduction;
use crate::svd::dqds::Iteration;
use crate::svd::pair::Pair;

/// B: upper triangular, and zero left of the blocks beside the diagonal.
#[derive(Default)]
pub(super) struct Core {
    blocks: Vec<Block>,
    pub(super) columns: usize,
}

/// Columns of B.
struct Block {
    columns: usize,
    /// The rows of the block before, row after row.
    above: Vec<f64>,
    /// The upper triangle on the diagonal, column after column.
    corner: Vec<f64>,
}

impl Core {
    pub(super) fn extend(&mut self, above: &[f64], corner: &[f64], columns: usize) {
        self.blocks.push(Block { columns, above: above.to_vec(), corner: corner.to_vec() });
        self.columns += columns;
    }

    /// The last triangle on the diagonal, column after column.
    pub(super) fn corner(&self) -> &[f64] {
        self.blocks.last().map_or(&[], |block| &block.corner)
    }

    /// Writes the whole square to `pairs`, row after row.
    fn copy(&self, pairs: &mut Vec<Pair>) {
        let mut row = vec![0.0; self.columns];
        let mut start = 0;
        for (k, block) in self.blocks.iter().enumerate() {
            let end = start + block.columns;
            for i in 0..block.columns {
                row.fill(0.0);
                for (c, entry) in row[start..end].iter_mut().enumerate().skip(i) {
                    *entry = block.corner[c * block.columns + i];
                }
                if let Some(next) = self.blocks.get(k + 1) {
                    row[end..end + next.columns].copy_from_slice(&next.above[i * next.columns..][..next.columns]);
                }
                pairs.extend(row.as_chunks().0.iter().map(|&[even, odd]| Pair::new(even, odd)));
            }
            start = end;
        }
    }
}

/// The svd of B under way.
pub(super) struct CoreSolver {
    stage: Stage,
    /// The last rows of the matrix of right singular vectors, one for each column of the block to come.
    last_rows: Vec<f64>,
    room: Vec<Pair>,
}

enum Stage {
    Reduce(Reduction),
    Iterate(Iteration, Diagonalisation),
    Diagonalise(Vec<f64>, Diagonalisation),
}

/// The singular values of B, largest first, and the residual ‖Wᵀu − σv‖ of each.
pub(super) struct Ritz {
    pub(super) values: Vec<f64>,
    pub(super) residuals: Vec<f64>,
}

impl CoreSolver {
    /// For B of a multiple of 4 columns. It is copied to `room`.
    pub(super) fn new(b: &Core, mut room: Vec<Pair>) -> Self {
        let (n, columns) = (b.columns, b.blocks.last().map_or(0, |block| block.columns));
        let mut last_rows = vec![0.0; columns * n];
        for (c, row) in last_rows.chunks_exact_mut(n).enumerate() {
            row[n - columns + c] = 1.0;
        }
        b.copy(&mut room);
        Self { stage: Stage::Reduce(Reduction::new(room, n, n)), last_rows, room: Vec::new() }
    }

    /// The room that [`new`](Self::new) was given, empty again.
    pub(super) fn take_room(&mut self) -> Vec<Pair> {
        std::mem::take(&mut self.room)
    }

    /// Goes on. `triangle`, column after column, is R in Wᵀ·W·V = V·BᵀB + Q·R·(0 … I), with the newest block to the right.
    pub(super) fn advance(&mut self, triangle: &[f64], operations: &mut u64) -> Option<Ritz> {
        while *operations > 0 {
            self.stage = match &mut self.stage {
                Stage::Reduce(reduction) => {
                    let (rows, n) = (&mut self.last_rows, reduction.diagonal.len());
                    let done = reduction.advance(operations, |gamma, first, v| {
                        rows.chunks_exact_mut(n).for_each(|row| reflect(&mut row[2 * first..], gamma, v));
                    });
                    if !done {
                        return None;
                    }
                    let (q, e) = (std::mem::take(&mut reduction.diagonal), std::mem::take(&mut reduction.above));
                    let squares = Diagonalisation::of_squares(&q, &e);
                    self.room = reduction.take_room();
                    Stage::Iterate(Iteration::new(q, e), squares)
                }
                Stage::Iterate(iteration, squares) => {
                    if !iteration.advance(operations) {
                        return None;
                    }
                    Stage::Diagonalise(iteration.take_values(), std::mem::take(squares))
                }
                Stage::Diagonalise(values, squares) => {
                    if !squares.advance(&mut self.last_rows, operations) {
                        return None;
                    }
                    let values = std::mem::take(values);
                    let residuals = residuals(&values, &squares.diagonal, &self.last_rows, triangle);
                    return Some(Ritz { values, residuals });
                }
            };
        }
        None
    }
}

/// row −= γ·(row·v)·v.
fn reflect(row: &mut [f64], gamma: f64, v: &[Pair]) {
    let twos = row.as_chunks_mut::<2>().0;
    let dot: f64 = twos.iter().zip(v).fold(Pair::both(0.0), |sum, (&[x, y], v)| sum + Pair::new(x, y) * *v).sum();
    let along = Pair::both(gamma * dot);
    for (two, v) in twos.iter_mut().zip(v) {
        *two = (Pair::new(two[0], two[1]) - along * *v).lanes();
    }
}

/// For the values in falling order, ‖R·s‖/σ where s is the end of the vector that belongs to σ.
fn residuals(values: &[f64], squares: &[f64], last_rows: &[f64], triangle: &[f64]) -> Vec<f64> {
    let n = squares.len();
    let columns = last_rows.len() / n;
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| squares[j].total_cmp(&squares[i]));
    let residual = |(&value, i): (&f64, usize)| {
        let mut sum = 0.0;
        for row in 0..columns {
            let x = (row..columns).fold(0.0, |x, c| x + triangle[c * columns + row] * last_rows[c * n + i]);
            sum += x * x;
        }
        if sum > 0.0 { sum.sqrt() / value } else { 0.0 }
    };
    values.iter().zip(order).map(residual).collect()
}
