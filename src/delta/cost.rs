//! [`DeltaCost`]: what a spectrum takes, known before it is computed.

use super::{Delta, Form};

/// What [`Delta::spectrum`] takes. For the order of many layers, a bar of progress, and the decision what runs where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeltaCost {
    /// Floating-point operations, within a factor of about 4.
    pub operations: u64,
    /// Bytes at once beyond those of the [`Delta`] itself; no more than these.
    pub bytes: u64,
    /// Numbers that the [`Delta`] holds, of eight bytes each.
    pub stored: u64,
}

impl Delta {
    /// What [`spectrum`](Self::spectrum) takes, from the shapes alone.
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let zeros = |rows, cols| Matrix::from_vec(rows, cols, vec![0.0; rows * cols]);
    /// let thin = Delta::thin(zeros(500, 4)?, zeros(4, 300)?, 1.0)?;
    /// let dense = Delta::dense(zeros(500, 300)?);
    /// assert_eq!((thin.cost().stored, dense.cost().stored), (3200, 150_000));
    /// assert!(100 * thin.cost().operations < dense.cost().operations);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cost(&self) -> DeltaCost {
        let (rows, cols) = (self.rows() as f64, self.cols() as f64);
        let (operations, bytes, stored) = match &self.form {
            Form::Dense(_) => {
                let (operations, bytes) = svd(rows, cols);
                (operations, bytes, rows * cols)
            }
            Form::Thin(thin) => {
                let width = thin.b.cols() as f64;
                let (height, breadth) = (rows.min(width), cols.min(width));
                let core = svd(height, breadth);
                let sides = [triangle(rows, width), triangle(cols, width)];
                let kept = 8.0 * (width + 1.0) * (height + breadth);
                let operations = sides[0].0 + sides[1].0 + 2.0 * height * breadth * width + core.0;
                let bytes = kept + sides[0].1.max(sides[1].1).max(8.0 * height * breadth + core.1) + 160.0 * width;
                (operations, bytes + 4096.0, (rows + cols) * width)
            }
            Form::Kronecker(kronecker) => {
                let (first, second) = (kronecker.first.cost(), kronecker.second.cost());
                let short = |delta: &Self| delta.rows().min(delta.cols()) as f64;
                let (x, y) = (short(&kronecker.first), short(&kronecker.second));
                let most = (kronecker.first.most_rank() as f64) * (kronecker.second.most_rank() as f64);
                let operations = first.operations as f64 + second.operations as f64 + most * (4.0 + most.log2());
                let bytes = (first.bytes as f64).max(second.bytes as f64).max(16.0 * (most + 2.0)) + 16.0 * (x + y);
                (operations, bytes, first.stored as f64 + second.stored as f64)
            }
        };
        // Casts from floating point end at the largest integer.
        DeltaCost { operations: operations as u64, bytes: bytes as u64, stored: stored as u64 }
    }
}

/// Operations and bytes for all values of a matrix.
fn svd(rows: f64, cols: f64) -> (f64, f64) {
    let (long, short) = (rows.max(cols), rows.min(cols));
    let operations = 4.0 * short * short * (long - short / 3.0) + 60.0 * short * short;
    (operations, 8.0 * (long + 4.0) * (short + 1.0) + 96.0 * (long + short) + 4096.0)
}

/// Operations and bytes for the triangle of a tall factor.
fn triangle(rows: f64, width: f64) -> (f64, f64) {
    if rows <= width {
        return (0.0, 0.0);
    }
    // As many rows at once as half of a cache holds, and with them the triangle so far.
    let block = (65536.0 / width - width).max(width).min(rows) + width + 8.0;
    (4.0 * rows * width * width, 8.0 * block * (width + 1.0) + 8.0 * block + 32.0 * width)
}
