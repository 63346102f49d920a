//! A SIMD vector of two `f64`: one 128-bit register in WebAssembly; elsewhere an array, which fits one register on x86-64.
//!
//! Every lane is computed and rounded like a scalar, so all forms give the same bits.

use std::ops::{Add, Mul, Sub};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod platform {
    use core::arch::wasm32::{f64x2, f64x2_add, f64x2_extract_lane, f64x2_mul, f64x2_sub, v128};

    pub(super) type Lanes = v128;

    pub(super) fn new(first: f64, second: f64) -> Lanes {
        f64x2(first, second)
    }

    pub(super) fn get(lanes: Lanes) -> [f64; 2] {
        [f64x2_extract_lane::<0>(lanes), f64x2_extract_lane::<1>(lanes)]
    }

    pub(super) fn add(a: Lanes, b: Lanes) -> Lanes {
        f64x2_add(a, b)
    }

    pub(super) fn sub(a: Lanes, b: Lanes) -> Lanes {
        f64x2_sub(a, b)
    }

    pub(super) fn mul(a: Lanes, b: Lanes) -> Lanes {
        f64x2_mul(a, b)
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod platform {
    pub(super) type Lanes = [f64; 2];

    pub(super) fn new(first: f64, second: f64) -> Lanes {
        [first, second]
    }

    pub(super) fn get(lanes: Lanes) -> [f64; 2] {
        lanes
    }

    pub(super) fn add(a: Lanes, b: Lanes) -> Lanes {
        [a[0] + b[0], a[1] + b[1]]
    }

    pub(super) fn sub(a: Lanes, b: Lanes) -> Lanes {
        [a[0] - b[0], a[1] - b[1]]
    }

    pub(super) fn mul(a: Lanes, b: Lanes) -> Lanes {
        [a[0] * b[0], a[1] * b[1]]
    }
}

#[derive(Clone, Copy)]
pub struct F64x2(platform::Lanes);

impl F64x2 {
    pub(crate) fn new(first: f64, second: f64) -> Self {
        Self(platform::new(first, second))
    }

    pub(crate) fn both(value: f64) -> Self {
        Self::new(value, value)
    }

    /// Wraps the platform's register type.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    pub(crate) fn of(lanes: platform::Lanes) -> Self {
        Self(lanes)
    }

    pub(crate) fn lanes(self) -> [f64; 2] {
        platform::get(self.0)
    }

    /// The sum of the two lanes.
    pub(crate) fn sum(self) -> f64 {
        let [first, second] = self.lanes();
        first + second
    }
}

impl Add for F64x2 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(platform::add(self.0, other.0))
    }
}

impl Sub for F64x2 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(platform::sub(self.0, other.0))
    }
}

impl Mul for F64x2 {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(platform::mul(self.0, other.0))
    }
}
