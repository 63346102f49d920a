//! One expert of a mixture whose factors are stored for all experts at once.

use super::Delta;
use super::balanced::{entries_of, matrix};
use super::error::DeltaError;
use crate::matrix::Matrix;
use crate::svd::error::collected;

impl Delta {
    /// The ΔW of one expert from the factors of PEFT's `target_parameters`, 2-D for all E experts together.
    ///
    /// `a` is (E·r) × n with the expert's index slowest: rows e·r to (e + 1)·r are expert e's. `b` is m × (E·r) with the expert's
    /// index **fastest**: columns e, E + e, 2·E + e, … are expert e's. B·A as it stands is the ΔW of no expert. r is per expert, and
    /// so is the scale, alpha/r.
    ///
    /// # Errors
    /// [`DeltaError::Expert`] for an `expert`, counted from 0, that there is not; [`DeltaError::Split`] where E does not divide the
    /// rows of A; otherwise as [`thin`](Self::thin).
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// // E = 2, r = 2: b's columns belong to experts 0, 1, 0, 1.
    /// let a = Matrix::from_rows(&[[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])?;
    /// let b = Matrix::from_rows(&[[5.0, 1.0, 0.0, 0.0], [0.0, 0.0, 3.0, 2.0]])?;
    /// assert_eq!(Delta::fused_expert(&b, &a, 2, 0, 1.0)?.spectrum()?.singular_values(), [5.0, 3.0]);
    /// assert_eq!(Delta::fused_expert(&b, &a, 2, 1, 1.0)?.spectrum()?.singular_values(), [2.0, 1.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fused_expert(b: &Matrix, a: &Matrix, experts: usize, expert: usize, scale: f64) -> Result<Self, DeltaError> {
        let rank = part("A's rows", a.rows(), experts, expert)?;
        if b.cols() != a.rows() {
            return Err(DeltaError::Factors { columns: b.cols(), rows: a.rows() });
        }
        let columns = b.as_slice().iter().skip(expert).step_by(experts);
        let b = matrix(b.rows(), rank, collected(b.rows() * rank, columns.copied())?)?;
        Self::thin(b, block(a, rank, expert)?, scale)
    }

    /// The ΔW of one expert from factors that are stored for one expert after another: `[E, r, n]` as `a`, (E·r) × n, and
    /// `[E, m, r]` as `b`, (E·m) × r.
    ///
    /// # Errors
    /// As [`fused_expert`](Self::fused_expert), and [`DeltaError::Split`] where E does not divide the rows of B.
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let a = Matrix::from_rows(&[[1.0, 0.0], [0.0, 1.0]])?;
    /// let b = Matrix::from_rows(&[[3.0], [4.0], [0.0], [2.0]])?;
    /// assert_eq!(Delta::stacked_expert(&b, &a, 2, 0, 1.0)?.spectrum()?.singular_values(), [5.0, 0.0]);
    /// assert_eq!(Delta::stacked_expert(&b, &a, 2, 1, 1.0)?.spectrum()?.singular_values(), [2.0, 0.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stacked_expert(
        b: &Matrix,
        a: &Matrix,
        experts: usize,
        expert: usize,
        scale: f64,
    ) -> Result<Self, DeltaError> {
        let rank = part("A's rows", a.rows(), experts, expert)?;
        let rows = part("B's rows", b.rows(), experts, expert)?;
        if b.cols() != rank {
            return Err(DeltaError::Factors { columns: b.cols(), rows: rank });
        }
        Self::thin(block(b, rows, expert)?, block(a, rank, expert)?, scale)
    }
}

/// How much of a side is one expert's.
fn part(side: &'static str, length: usize, experts: usize, expert: usize) -> Result<usize, DeltaError> {
    if expert >= experts {
        return Err(DeltaError::Expert { expert, experts });
    }
    if !length.is_multiple_of(experts) {
        return Err(DeltaError::Split { side, length, parts: experts });
    }
    Ok(length / experts)
}

/// The rows of one expert.
fn block(of: &Matrix, rows: usize, expert: usize) -> Result<Matrix, DeltaError> {
    let count = entries_of(rows, of.cols())?;
    let entries = of.as_slice()[expert * count..(expert + 1) * count].iter().copied();
    matrix(rows, of.cols(), collected(count, entries)?)
}
