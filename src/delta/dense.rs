//! ΔW given whole: a full difference of LyCORIS, or of two checkpoints.

use super::balanced::matrix;
use super::error::DeltaError;
use super::{Delta, Form};
use crate::matrix::Matrix;
use crate::spectrum::Spectrum;
use crate::svd::{FullSolver, Solver};

/// All values of the matrix.
pub(super) fn spectrum(matrix: &Matrix) -> Result<Spectrum, DeltaError> {
    let (rows, cols) = (matrix.rows(), matrix.cols());
    let values = FullSolver::new(matrix, rows, cols)?.run()?;
    Ok(Spectrum::new(rows, cols, values).expect("falling values, as many as the shape has"))
}

impl Delta {
    /// ΔW itself, m × n: `.diff` of LyCORIS, or W₁ or W₂ of LoKr where it is whole. Takes the matrix without a copy.
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let delta = Delta::dense(Matrix::from_rows(&[[3.0, 0.0], [0.0, 4.0]])?);
    /// assert_eq!(delta.spectrum()?.singular_values(), [4.0, 3.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dense(matrix: Matrix) -> Self {
        Self { form: Form::Dense(matrix) }
    }

    /// W − W₀: what training has done to a weight, from two checkpoints. Computed in the place of W, each entry rounded once.
    ///
    /// # Errors
    /// [`DeltaError::Shapes`] where the two differ in shape, [`DeltaError::Overflow`] where an entry of the difference exceeds
    /// `f64::MAX`.
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let base = Matrix::from_rows(&[[1.0, 0.0], [0.0, 1.0]])?;
    /// let tuned = Matrix::from_rows(&[[1.0, 2.0], [0.0, 1.0]])?;
    /// assert_eq!(Delta::difference(tuned, &base)?.spectrum()?.singular_values(), [2.0, 0.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn difference(tuned: Matrix, base: &Matrix) -> Result<Self, DeltaError> {
        let (rows, cols) = (tuned.rows(), tuned.cols());
        if (rows, cols) != (base.rows(), base.cols()) {
            return Err(DeltaError::Shapes { first: (rows, cols), other: (base.rows(), base.cols()) });
        }
        let mut entries = tuned.into_entries();
        entries.iter_mut().zip(base.as_slice()).for_each(|(entry, base)| *entry -= base);
        Ok(Self::dense(matrix(rows, cols, entries)?))
    }
}
