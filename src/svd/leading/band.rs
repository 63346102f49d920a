//! Reduction of an upper triangular band matrix to bidiagonal form by rotations of adjacent columns and rows.
//!
//! Row by row, and in each row from the right, an entry is rotated into its left neighbour. That creates an entry below the
//! diagonal; eliminating it creates one beyond the band further down, and so on to the end of the matrix (Schwarz 1968,
//! doi:10.1007/BF02162505, for symmetric matrices; LAPACK's `dgbbrd`).

use crate::svd::kernel::rotation::Rotation;

/// A band matrix during its reduction to a bidiagonal one with the same singular values.
pub(super) struct BandReduction {
    columns: usize,
    /// How many superdiagonals the band has.
    width: usize,
    /// For each row, the columns from one left of the diagonal to one right of the band.
    entries: Vec<f64>,
    /// The rows before this one are reduced; in this one, the entries further than `beside` from the diagonal are.
    row: usize,
    beside: usize,
}

impl BandReduction {
    /// A matrix of zeros.
    pub(super) fn new(columns: usize, width: usize) -> Self {
        Self { columns, width, entries: vec![0.0; columns * (width + 3)], row: 0, beside: width }
    }

    /// The distance in `entries` from an entry to the one below it.
    fn pitch(&self) -> usize {
        self.width + 2
    }

    /// An entry on the diagonal or at most `width` right of it.
    pub(super) fn entry(&mut self, row: usize, column: usize) -> &mut f64 {
        let pitch = self.pitch();
        &mut self.entries[row * pitch + column + 1]
    }

    /// Continues the reduction. Applies every rotation of two columns to `others`, too, which holds the same number of values for
    /// each column. Returns whether the reduction is complete.
    pub(super) fn advance(&mut self, others: &mut [f64], operations: &mut u64) -> bool {
        let each = others.len() / self.columns;
        let cost = 12 * self.width + 6 * each + 2 * Rotation::COST;
        while self.row < self.columns && *operations > 0 {
            if self.beside > 1 {
                let eliminated = self.eliminate(others, each);
                *operations = operations.saturating_sub((eliminated * cost) as u64);
                self.beside -= 1;
            } else {
                (self.row, self.beside) = (self.row + 1, self.width);
            }
        }
        self.row == self.columns
    }

    /// Eliminates the entry at distance `beside` from the diagonal, and then each entry that this creates. Returns how many
    /// entries were eliminated.
    fn eliminate(&mut self, others: &mut [f64], each: usize) -> usize {
        let pitch = self.pitch();
        let (mut row, mut column) = (self.row, self.row + self.beside);
        let mut eliminated = 0;
        while column < self.columns {
            let right = &mut self.entries[row * pitch + column..];
            let rotation = Rotation::onto_first(right[0], right[1]);
            for two in right.chunks_mut(pitch).take(column - row + 1) {
                if let [x, y, ..] = two {
                    rotation.turn(x, y);
                }
            }
            rotation.turn_halves(&mut others[(column - 1) * each..(column + 1) * each]);
            let below = &mut self.entries[(column - 1) * pitch + column..][..2 * pitch];
            Rotation::onto_first(below[0], below[pitch]).turn_halves(below);
            (row, column) = (column - 1, column + self.width);
            eliminated += 1;
        }
        eliminated
    }

    /// The diagonal and the superdiagonal.
    pub(super) fn bidiagonal(&self) -> (Vec<f64>, Vec<f64>) {
        let diagonal = |from: usize| self.entries[from..].iter().step_by(self.pitch() + 1).copied();
        (diagonal(1).take(self.columns).collect(), diagonal(2).take(self.columns - 1).collect())
    }
}
