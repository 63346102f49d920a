//! The two kinds of numbers a matrix may be made of.

use crate::svd::kernel::f32x4::{F32x4, Lanes};
use crate::svd::kernel::f64x2::F64x2;

/// What a [solver](super::Solver) reads: `f32` or `f64`, and no other type.
///
/// The products with W are computed in this type, each sum over at most 256 terms; everything else in `f64`.
pub trait Entry: Copy + Into<f64> + sealed::Sealed + 'static {
    /// How close to a singular value a returned one is certain to be, in units of σ₁, once it counts as converged.
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
        /// What a product with W and its transpose loses to rounding, in units of its length.
        const NOISE: f64;
        /// Powers of two up to this, and down to its inverse, leave room for products on either side.
        const LARGEST_SHIFT: i32;
        const ZERO: Self;

        fn rounded(value: f64) -> Self;
        /// What may be rounding in a value, in units of σ₁, where the longest sums have `terms` terms.
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
