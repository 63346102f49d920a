//! [`Delta`]: ΔW, an update of a weight, in the form it is stored in.
//!
//! | form | ΔW | who has it | made by |
//! | --- | --- | --- | --- |
//! | thin | s·B·A | LoRA, rsLoRA, LoCon | [`Delta::thin`] |
//! | | s·B·diag(d)·A | AdaLoRA, KaSA | [`Delta::thin_with_diagonal`] |
//! | | s·(B₁A₁)∘(B₂A₂) | LoHa | [`Delta::hadamard`] |
//! | | s·Bₑ·Aₑ | one expert of a fused mixture of experts | [`Delta::fused_expert`], [`Delta::stacked_expert`] |
//! | Kronecker | s·(W₁ ⊗ W₂) | LoKr | [`Delta::kronecker`] |
//! | dense | D | LyCORIS's `.diff` | [`Delta::dense`] |
//! | difference | W − W₀ | two checkpoints | [`Delta::difference`] |
//! | sum | Σ cᵢ·ΔWᵢ | several adapters | [`Delta::sum`] |
//!
//! Factors that are stored in another way become plain ones first: [`tucker`] (`lora_mid`, `hada_t1`, `lokr_t2`),
//! [`block_diagonal`] (BD-LoRA, grouped convolutions), [`repeated_columns`] (QALoRA).
//!
//! Whatever made it, a `Delta` has a shape, a [`spectrum`](Delta::spectrum), best factors of any rank
//! ([`truncate`](Delta::truncate)) and a [`cost`](Delta::cost). Singular values are within 1e-12·σ₁ of the truth for the numbers
//! stored, where the summands of a product do not cancel; where they do, σ₁ of the largest summand is the unit. A value that exceeds
//! `f64::MAX` is returned as `f64::MAX`.

mod balanced;
mod cost;
mod dense;
mod error;
mod experts;
mod kronecker;
mod layouts;
mod sum;
mod thin;

pub use cost::DeltaCost;
pub use error::DeltaError;
pub use layouts::{block_diagonal, repeated_columns, tucker};

use std::num::NonZeroUsize;

use crate::matrix::Matrix;
use crate::spectrum::Spectrum;
use crate::svd::error::zeros;
use crate::svd::leading_singular_values;
use crate::svd::truncated::truncated_matrix;
use balanced::{Factors, Formed, entries_of, matrix};
use kronecker::Kronecker;
use thin::Thin;

/// ΔW, an m × n update of a weight. How it is stored matters to the functions that make it, and to nothing after them.
///
/// ```
/// use std::num::NonZeroUsize;
/// use lora_rank_explorer::{Matrix, delta::Delta};
///
/// let b = Matrix::from_rows(&[[2.0, 0.0], [0.0, 1.0], [0.0, 0.0]])?;
/// let a = Matrix::from_rows(&[[8.0, 0.0], [0.0, 3.0]])?;
/// let delta = Delta::thin(b, a, 1.0)?;
/// assert_eq!(delta.spectrum()?.singular_values(), [16.0, 3.0]);
/// let (b, a) = delta.truncate(NonZeroUsize::MIN)?;
/// assert_eq!((b.as_slice(), a.as_slice()), (&[4.0, 0.0, 0.0][..], &[4.0, 0.0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    form: Form,
}

#[derive(Clone, Debug, PartialEq)]
enum Form {
    Thin(Thin),
    Kronecker(Box<Kronecker>),
    Dense(Matrix),
}

impl Delta {
    /// How many rows ΔW has: m, at least 1.
    pub fn rows(&self) -> usize {
        match &self.form {
            Form::Thin(thin) => thin.b.rows(),
            Form::Kronecker(kronecker) => kronecker.rows(),
            Form::Dense(matrix) => matrix.rows(),
        }
    }

    /// How many columns ΔW has: n, at least 1.
    pub fn cols(&self) -> usize {
        match &self.form {
            Form::Thin(thin) => thin.a.cols(),
            Form::Kronecker(kronecker) => kronecker.cols(),
            Form::Dense(matrix) => matrix.cols(),
        }
    }

    /// All singular values of ΔW. The spectrum is [complete](Spectrum::is_complete); where most values are 0 it holds one 0 for
    /// all.
    ///
    /// [`cost`](Self::cost) says beforehand what it takes.
    ///
    /// # Errors
    /// [`DeltaError::Memory`] where there is too little. Never panics.
    ///
    /// ```
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let delta = Delta::thin(Matrix::from_rows(&[[3.0], [4.0]])?, Matrix::from_rows(&[[1.0, 0.0, 0.0]])?, -2.0)?;
    /// assert_eq!(delta.spectrum()?.singular_values(), [10.0, 0.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn spectrum(&self) -> Result<Spectrum, DeltaError> {
        match &self.form {
            Form::Thin(thin) => thin.spectrum(),
            Form::Kronecker(kronecker) => kronecker.spectrum(),
            Form::Dense(matrix) => dense::spectrum(matrix),
        }
    }

    /// The first `rank` singular values of a matrix that is given whole and too large for [`spectrum`](Self::spectrum), those of
    /// them that are certain, with the exact ‖ΔW‖_F. Of every other form all values, which are quicker to have.
    ///
    /// # Errors
    /// [`DeltaError::NoneCertain`] where none is, [`DeltaError::Memory`]. Never panics.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use lora_rank_explorer::{Matrix, delta::Delta};
    ///
    /// let delta = Delta::dense(Matrix::from_rows(&[[3.0, 0.0], [0.0, 4.0]])?);
    /// let spectrum = delta.leading_spectrum(NonZeroUsize::MIN)?;
    /// assert_eq!((spectrum.singular_values(), spectrum.frobenius_norm()), (&[4.0][..], Some(5.0)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn leading_spectrum(&self, rank: NonZeroUsize) -> Result<Spectrum, DeltaError> {
        let Form::Dense(matrix) = &self.form else { return self.spectrum() };
        let leading = leading_singular_values(matrix.as_slice(), matrix.rows(), matrix.cols(), rank.get())?;
        Spectrum::try_from(&leading).map_err(|_| DeltaError::NoneCertain)
    }

    /// Factors B′, m × `rank`, and A′, `rank` × n, of which the product is the best approximation of ΔW of that rank
    /// (Eckart–Young–Mirsky). With ΔW = U·Σ·Vᵀ they are Uᵣ·√Σᵣ and √Σᵣ·Vᵣᵀ; the scale is in them.
    ///
    /// ‖ΔW − B′·A′‖_F is within 1e-12·σ₁ of the least there is. Columns and rows beyond the rank of ΔW are 0 for thin factors, and of
    /// the size of rounding errors otherwise. Of equal singular
    /// values any may be kept. An entry that exceeds `f64::MAX` becomes `f64::MAX`.
    ///
    /// # Cost
    /// For thin factors of width k, O((m + n)·k² + k³) operations. For a Kronecker product that of W₁ and of W₂, and
    /// (m + n)·`rank` more. For a matrix that is given whole 4·d·m·n and some 100·d³, where d is a small multiple of `rank` if the
    /// spectrum falls; a flat spectrum, or a rank near min(m, n), takes some 100·min(m, n)³: seconds at 512², minutes above 1000².
    ///
    /// # Errors
    /// [`DeltaError::Memory`] where there is too little. Never panics.
    pub fn truncate(&self, rank: NonZeroUsize) -> Result<(Matrix, Matrix), DeltaError> {
        match &self.form {
            Form::Thin(thin) => thin.truncate(rank),
            Form::Kronecker(kronecker) => kronecker.truncate(rank),
            Form::Dense(matrix) => Ok(truncated_matrix(matrix, rank)?),
        }
    }

    /// Bounds of the largest singular value of a matrix that is given whole, which takes much longer to compute: its longest row
    /// and ‖ΔW‖_F.
    #[cfg(feature = "adapter")]
    pub(crate) fn largest_value(&self) -> Option<[f64; 2]> {
        let Form::Dense(matrix) = &self.form else { return None };
        let rows = matrix.as_slice().chunks_exact(matrix.cols()).map(balanced::length);
        let (longest, all) = rows.fold((0.0f64, 0.0), |(longest, all), row| (longest.max(row), all + row * row));
        Some([longest, all.sqrt()])
    }

    /// The width of the thin factors that ΔW is a product of.
    fn width(&self) -> usize {
        match &self.form {
            Form::Thin(thin) => thin.b.cols(),
            Form::Kronecker(kronecker) => kronecker.first.width().saturating_mul(kronecker.second.width()),
            Form::Dense(matrix) => matrix.rows().min(matrix.cols()),
        }
    }

    /// What the rank cannot exceed.
    fn most_rank(&self) -> usize {
        self.width().min(self.rows()).min(self.cols())
    }

    /// Thin factors of ΔW.
    fn factors(&self) -> Result<Factors, DeltaError> {
        match &self.form {
            Form::Thin(thin) => Factors::of(&thin.b, &thin.a, thin.scale),
            Form::Kronecker(kronecker) => kronecker.factors(),
            Form::Dense(of) => {
                let side = of.rows().min(of.cols());
                let mut identity = zeros(entries_of(side, side)?, 0.0)?;
                identity.iter_mut().step_by(side + 1).for_each(|entry| *entry = 1.0);
                let identity = matrix(side, side, identity)?;
                if of.rows() <= of.cols() { Factors::of(&identity, of, 1.0) } else { Factors::of(of, &identity, 1.0) }
            }
        }
    }

    /// ΔW, whole.
    fn formed(&self) -> Result<Formed, DeltaError> {
        match &self.form {
            Form::Thin(thin) => Factors::of(&thin.b, &thin.a, thin.scale)?.formed(),
            Form::Kronecker(kronecker) => kronecker.formed(),
            Form::Dense(matrix) => Formed::of(matrix),
        }
    }
}
