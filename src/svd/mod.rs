//! Singular values, without a library behind them: pure and deterministic.
//!
//! # Method
//! The design is seeded block power iteration with Rayleigh–Ritz (Halko, Martinsson & Tropp 2011, arXiv:0909.4061): a
//! block of directions is multiplied by W and Wᵀ in turn and the small projected matrix is solved directly. A block as
//! wide as the matrix already spans it, so the projected problem *is* the problem and no pass is needed. That direct
//! solve is what [`singular_values`] does, in three steps:
//!
//! 1. **Orient and scale.** A wide matrix is transposed, and every entry is multiplied by one power of two that brings
//!    the largest into [1, 2). Nothing over- or underflows afterwards, and no digit changes.
//! 2. **Reduce.** Householder reflections from both sides leave an upper bidiagonal matrix with the same singular
//!    values (Golub & Van Loan, *Matrix Computations*, 4th ed., §5.4.8; for the whole road see their chapter 8).
//! 3. **Iterate.** The shifted quotient-difference algorithm, dqds, finds the squares of the values from the smallest
//!    up, each with almost full relative accuracy (Fernando & Parlett 1994, doi:10.1007/s002110050024). It reaches what
//!    the implicit QR iteration of Demmel & Kahan (1990, doi:10.1137/0911052) reaches, in less code and time.
//!
//! Where all values are too many, [`leading_singular_values`] does take the passes, with a block far narrower than the
//! matrix, and says how many values it is certain of. [`singular_values_of_product`] is for a matrix given as thin factors.
//!
//! | what | function | in steps |
//! | --- | --- | --- |
//! | all values of a [`Matrix`] | [`singular_values`] | [`FullSolver`] |
//! | the largest values of `f32` or `f64` entries, and ‖W‖_F | [`leading_singular_values`] | [`LeadingSolver`] |
//! | all values of scale·B·A | [`singular_values_of_product`] | – |
//!
//! # The same bits everywhere
//! Only `+ − × ÷ √` are used, each correctly rounded by IEEE 754; sums run in a fixed order; nothing is fused. A server
//! (x86-64) and a browser (wasm32, with `simd128` or without) compute the same bits.
//!
//! # What counts as zero
//! Step 2 is backward stable: the values found are those of W + E. A value below the size that the rounding errors in E
//! usually have, 4·ε·√max(m, n)·σ₁ with ε = 2⁻⁵², says nothing about W and is returned as exactly 0. A matrix of exact
//! low rank therefore has exact zeros at the end of its spectrum, and its residual curve ends at zero. The bound is
//! 2.9e-14·σ₁ at 1024×1024, so the promised 1e-13·σ₁ holds for every value. A matrix that is diagonal or upper
//! bidiagonal already meets no reflection and no error: nothing is cut, and `diag(1, 1e-15)` keeps both values.
//!
//! Iterations end after a bounded number of steps, converged or not: dqds then drops the smallest coupling of the block, so that
//! the values may be off by about its root, and what else has not converged is taken as it is. There is no error for that, since
//! no matrix is known that comes there; the property tests count and find none.

mod entry;
pub(crate) mod error;
mod full;
pub(crate) mod kernel;
mod leading;
pub(crate) mod product;
pub(crate) mod solver;
mod source;
pub(crate) mod truncated;

pub use entry::Entry;
pub use error::SvdError;
pub use full::FullSolver;
#[doc(hidden)]
pub use kernel::patience::iterations_cut_off;
pub use leading::{Leading, LeadingSolver, leading_singular_values};
pub use product::singular_values_of_product;
pub use product::truncated::truncated_product;
pub use solver::Solver;

use std::alloc::{Layout, handle_alloc_error};

use crate::matrix::Matrix;
use kernel::scale::unscale;

/// All min(m, n) singular values of an m × n matrix, largest first.
///
/// Each is finite and ≥ 0 and within 1e-13·σ₁ of the truth (m, n ≤ 1024); what is lost in rounding is exactly 0, as the
/// [module](self) explains. The transpose has the same values bit for bit, and 2ᵏ·W has 2ᵏ times the values bit for bit
/// where nothing over- or underflows. A value that exceeds `f64::MAX` is returned as `f64::MAX`. Never panics. Where the memory
/// for the copy cannot be had it aborts, as all of Rust does; [`FullSolver`] reports it instead.
///
/// # Cost
/// With n = min(m, n): 4·n²·(m − n/3) floating-point operations plus O(n²), and one copy of the matrix.
///
/// ```
/// use lora_rank_explorer::{Matrix, svd};
///
/// let w = Matrix::from_rows(&[[2.0, 0.0], [0.0, -3.0], [0.0, 0.0]])?;
/// assert_eq!(svd::singular_values(&w), [3.0, 2.0]);
/// # Ok::<(), lora_rank_explorer::MatrixError>(())
/// ```
pub fn singular_values(matrix: &Matrix) -> Vec<f64> {
    let (rows, cols) = (matrix.rows(), matrix.cols());
    match full::of_slice(matrix.as_slice(), rows, cols, rows.max(cols)) {
        Ok((mut values, exponent)) => {
            unscale(&mut values, exponent);
            values
        }
        // A matrix is finite and fits its shape, so this can only be the memory.
        Err(_) => handle_alloc_error(Layout::for_value(matrix.as_slice())),
    }
}
