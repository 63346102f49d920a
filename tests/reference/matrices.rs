//! Random matrices made of [`Numbers`].

use nalgebra::DMatrix;

#[path = "numbers.rs"]
mod numbers;

pub use numbers::Numbers;

impl Numbers {
    pub fn matrix(&mut self, rows: usize, cols: usize) -> DMatrix<f64> {
        DMatrix::from_fn(rows, cols, |_, _| self.next())
    }
}
