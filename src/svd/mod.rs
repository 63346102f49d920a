//! Singular values, deterministic and without a linear algebra library.
//!
//! # Methods
//! All values: Householder bidiagonalisation and dqds. The largest values: seeded block Krylov iteration with Rayleigh–Ritz.
//! Thin factors: QR and a small core.
//!
//! | values | function | solver in steps |
//! | --- | --- | --- |
//! | all of a [`Matrix`] | [`singular_values`] | [`FullSolver`] |
//! | the largest of `f32` or `f64` entries, and ‖W‖_F | [`leading_singular_values`] | [`LeadingSolver`] |
//! | all of scale·B·A | [`singular_values_of_product`] | – |
//!
//! The best approximation as factors is [`leading_factors`] of a matrix, and [`truncated_product`] of scale·B·A.
//!
//! # All values, step by step
//! 1. **Orient and scale.** A wide matrix is transposed. All entries are multiplied by one power of two, which brings the largest
//!    into [1, 2). Nothing over- or underflows afterwards, and no digit changes.
//! 2. **Reduce.** Householder reflections from both sides leave an upper bidiagonal matrix with the same singular values.
//! 3. **Iterate.** The shifted quotient-difference algorithm, dqds, finds the squares of the values, the smallest first, each
//!    with almost full relative accuracy. It is as accurate as implicit QR iteration, in less code and time.
//!
//! [`LeadingSolver`] multiplies a block of directions, far narrower than the matrix, by W and Wᵀ in turn, computes the values of
//! the small projected matrix by dqds, and reports how many have converged. [`singular_values_of_product`] reduces tall factors
//! to triangles, and applies the steps above to the product of the triangles.
//!
//! # References
//! - Bidiagonalisation: Golub & Van Loan, *Matrix Computations*, 4th ed., §5.4.8, and chapter 8 for the whole subject.
//! - dqds: Fernando & Parlett 1994, doi:10.1007/s002110050024. Implicit QR: Demmel & Kahan 1990, doi:10.1137/0911052.
//! - Random starting blocks and Rayleigh–Ritz: Halko, Martinsson & Tropp 2011, arXiv:0909.4061.
//!
//! # The same bits everywhere
//! The solvers use only `+ − × ÷ √`, each correctly rounded by IEEE 754. Sums run in a fixed order, and no operations are fused.
//! The random directions of the leading solver come from a generator with a fixed seed. So a server (x86-64) and a browser
//! (wasm32, with or without `simd128`) compute the same bits. The logarithms that scale the plot's axes are not part of a solver;
//! the crate has its own `ln` for them, made of `+ − × ÷`.
//!
//! # What counts as zero
//! Step 2 is backward stable: the computed values are those of W + E, where E is the rounding error. A value below
//! 4·ε·√max(m, n)·σ₁ with ε = 2⁻⁵², the usual size of E, says nothing about W and is returned as exactly 0. A matrix of exact
//! low rank therefore has exact zeros at the end of its spectrum, and its residual curve ends at zero. The bound is
//! 2.9e-14·σ₁ at 1024×1024, so the promised 1e-13·σ₁ holds for every value. A matrix that is already diagonal or upper bidiagonal
//! needs no reflection and suffers no such error: no value is set to 0, and `diag(1, 1e-15)` keeps both.
//!
//! # Iteration limits
//! Every iteration has a limit on its steps. At the limit dqds drops the smallest coupling of the block, so the values may be off
//! by about its root; the other iterations keep what they have. That is not an error, since no known matrix reaches a limit; the
//! property tests count such cases and find none.

mod entry;
pub(crate) mod error;
mod full;
pub(crate) mod kernel;
pub(crate) mod leading;
pub(crate) mod product;
pub(crate) mod solver;
mod source;
pub(crate) mod truncated;

pub use entry::Entry;
pub use error::SvdError;
pub use full::FullSolver;
#[doc(hidden)]
pub use kernel::iteration_limit::iterations_cut_off;
pub use leading::{Leading, LeadingSolver, leading_singular_values};
pub use product::singular_values_of_product;
pub use product::truncated::truncated_product;
pub use solver::Solver;
pub use truncated::leading_factors;

use std::alloc::{Layout, handle_alloc_error};

use crate::matrix::Matrix;
use kernel::scale::unscale;

/// All min(m, n) singular values of an m × n matrix, largest first.
///
/// Each value is finite, ≥ 0 and within 1e-13·σ₁ of the exact one (m, n ≤ 1024). Values that cannot be told from rounding errors
/// are exactly 0, as the [module](self) explains. The transpose has the same values bit for bit, and 2ᵏ·W has 2ᵏ times the values
/// bit for bit unless something over- or underflows. A value that exceeds `f64::MAX` is returned as `f64::MAX`. Never panics. If
/// the copy cannot be allocated, the process aborts, as usual in Rust; [`FullSolver`] returns an error instead.
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
        // A `Matrix` is finite and fits its shape, so only an allocation can fail.
        Err(_) => handle_alloc_error(Layout::for_value(matrix.as_slice())),
    }
}
