//! The two types of entries that a matrix may have.

use crate::svd::kernel::f32x4::{F32x4, Lanes};
use crate::svd::kernel::f64x2::F64x2;

/// The type of the entries that a [solver](super::Solver) reads: `f32` or `f64`, and no other.
///
/// Products with W are computed in this type, in sums of at most 256 terms; everything else is computed in `f64`.
pub trait Entry: Copy + Into<f64> + sealed::Sealed + 'static {
    /// A converged value is at most this far from a singular value of the matrix, in units of σ₁.
    const TOLERANCE: f64;
}

impl Entry for f32 {
    const TOLERANCE: f64 = 1e-6;
}

impl Entry for f64 {
    const TOLERANCE: f64 = 1e-12;
}

pub mod sealed {
    use super::*;

    pub trait Sealed: Sized {
        type Lanes: Lanes<Scalar = Self>;
        const EPSILON: f64;
        /// The rounding error of a product with W and its transpose, relative to the length of the product.
        const NOISE: f64;
        /// Scaling by 2ᵏ with |k| up to this leaves room for products before over- or underflow.
        const LARGEST_SHIFT: i32;
        const ZERO: Self;

        fn rounded(value: f64) -> Self;
        /// Values up to this, in units of σ₁, may be rounding errors, where the longest sums have `terms` terms.
        fn rounding(terms: usize) -> f64;
    }

    impl Sealed for f32 {
        type Lanes = F32x4;
        const EPSILON: f64 = f32::EPSILON as f64;
        const NOISE: f64 = 8.0 * <Self as Sealed>::EPSILON;
        const LARGEST_SHIFT: i32 = 100;
        const ZERO: Self = 0.0;

        fn rounded(value: f64) -> Self {
            value as f32
        }

        fn rounding(_: usize) -> f64 {
            <Self as Sealed>::NOISE
        }
    }

    impl Sealed for f64 {
        type Lanes = F64x2;
        const EPSILON: f64 = f64::EPSILON;
        const NOISE: f64 = 64.0 * <Self as Sealed>::EPSILON;
        const LARGEST_SHIFT: i32 = 900;
        const ZERO: Self = 0.0;

        fn rounded(value: f64) -> Self {
            value
        }

        fn rounding(terms: usize) -> f64 {
            4.0 * f64::EPSILON * (terms as f64).sqrt()
        }
    }
}
