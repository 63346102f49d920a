//! SIMD vectors of four `f32` or two `f64`: one 128-bit register in WebAssembly, plain arrays elsewhere.
//!
//! Every lane is computed and rounded like a scalar, and no operations are fused, so all forms give the same bits.

use std::ops::{Add, Mul};

use super::f64x2::F64x2;

/// A vector of `COUNT` numbers.
pub trait Lanes: Copy + Add<Output = Self> + Mul<Output = Self> {
    type Scalar: Copy;
    const COUNT: usize;

    fn splat(value: Self::Scalar) -> Self;
    /// The first `COUNT` numbers of a slice, which must have that many.
    fn load(from: &[Self::Scalar]) -> Self;
    /// Adds the lanes of two vectors, in order, to `COUNT` pairs.
    fn add_to_pairs(two: [Self; 2], to: &mut [F64x2]);
}

impl Lanes for F64x2 {
    type Scalar = f64;
    const COUNT: usize = 2;

    fn splat(value: f64) -> Self {
        Self::both(value)
    }

    fn load(from: &[f64]) -> Self {
        Self::new(from[0], from[1])
    }

    #[inline(always)]
    fn add_to_pairs([a, b]: [Self; 2], to: &mut [F64x2]) {
        if let Some([to_a, to_b]) = to.first_chunk_mut() {
            *to_a = *to_a + a;
            *to_b = *to_b + b;
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod platform {
    use core::arch::wasm32::{f32x4, f32x4_add, f32x4_mul, f32x4_splat, f64x2_promote_low_f32x4, i64x2_shuffle, v128};

    use crate::svd::kernel::f64x2::F64x2;

    pub(super) type Four = v128;

    pub(super) fn splat(value: f32) -> Four {
        f32x4_splat(value)
    }

    pub(super) fn load(&[a, b, c, d]: &[f32; 4]) -> Four {
        f32x4(a, b, c, d)
    }

    pub(super) fn add(x: Four, y: Four) -> Four {
        f32x4_add(x, y)
    }

    pub(super) fn mul(x: Four, y: Four) -> Four {
        f32x4_mul(x, y)
    }

    pub(super) fn pairs(four: Four) -> [F64x2; 2] {
        let upper = i64x2_shuffle::<1, 1>(four, four);
        [F64x2::of(f64x2_promote_low_f32x4(four)), F64x2::of(f64x2_promote_low_f32x4(upper))]
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod platform {
    use crate::svd::kernel::f64x2::F64x2;

    pub(super) type Four = [f32; 4];

    pub(super) fn splat(value: f32) -> Four {
        [value; 4]
    }

    pub(super) fn load(four: &[f32; 4]) -> Four {
        *four
    }

    pub(super) fn add(x: Four, y: Four) -> Four {
        [x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3]]
    }

    pub(super) fn mul(x: Four, y: Four) -> Four {
        [x[0] * y[0], x[1] * y[1], x[2] * y[2], x[3] * y[3]]
    }

    pub(super) fn pairs(four: Four) -> [F64x2; 2] {
        let [a, b, c, d] = four.map(f64::from);
        [F64x2::new(a, b), F64x2::new(c, d)]
    }
}

#[derive(Clone, Copy)]
pub struct F32x4(platform::Four);

impl Add for F32x4 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(platform::add(self.0, other.0))
    }
}

impl Mul for F32x4 {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(platform::mul(self.0, other.0))
    }
}

impl Lanes for F32x4 {
    type Scalar = f32;
    const COUNT: usize = 4;

    fn splat(value: f32) -> Self {
        Self(platform::splat(value))
    }

    fn load(from: &[f32]) -> Self {
        Self(from.first_chunk().map_or(platform::splat(0.0), platform::load))
    }

    #[inline(always)]
    fn add_to_pairs([left, right]: [Self; 2], to: &mut [F64x2]) {
        if let Some([to_a, to_b, to_c, to_d]) = to.first_chunk_mut() {
            let ([a, b], [c, d]) = (platform::pairs(left.0), platform::pairs(right.0));
            *to_a = *to_a + a;
            *to_b = *to_b + b;
            *to_c = *to_c + c;
            *to_d = *to_d + d;
        }
    }
}
