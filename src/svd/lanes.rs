//! Several numbers side by side, four of `f32` or two of `f64`: one vector register of WebAssembly's SIMD.
//!
//! Every lane is computed alone and rounded as the plain number is; nothing is fused. All forms give the same bits.

use super::pair::Pair;

/// A vector of `COUNT` numbers.
pub trait Lanes: Copy {
    type Scalar: Copy;
    const COUNT: usize;

    fn splat(value: Self::Scalar) -> Self;
    /// The first `COUNT` numbers of a slice that has as many.
    fn load(from: &[Self::Scalar]) -> Self;
    /// `self` + x·y, rounded twice.
    fn plus_product(self, x: Self, y: Self) -> Self;
    /// Adds lane c times `scale` to `to[c · stride]`.
    fn add_to(self, scale: f64, to: &mut [f64], stride: usize);
    /// The first four vectors of a slice, where it has as many numbers.
    fn load_four(from: &[Self::Scalar]) -> Option<[Self; 4]>;
    /// Adds every lane of two vectors to its place in half as many pairs.
    fn add_to_pairs(two: [Self; 2], to: &mut [Pair]);
}

impl Lanes for Pair {
    type Scalar = f64;
    const COUNT: usize = 2;

    fn splat(value: f64) -> Self {
        Self::both(value)
    }

    fn load(from: &[f64]) -> Self {
        Self::new(from[0], from[1])
    }

    fn plus_product(self, x: Self, y: Self) -> Self {
        self + x * y
    }

    fn add_to(self, scale: f64, to: &mut [f64], stride: usize) {
        let [first, second] = self.lanes();
        to[0] += scale * first;
        to[stride] += scale * second;
    }

    #[inline(always)]
    fn load_four(from: &[f64]) -> Option<[Self; 4]> {
        let [a, b, c, d] = from.as_chunks().0.first_chunk()?;
        let pair = |&[first, second]: &[f64; 2]| Self::new(first, second);
        Some([pair(a), pair(b), pair(c), pair(d)])
    }

    #[inline(always)]
    fn add_to_pairs([a, b]: [Self; 2], to: &mut [Pair]) {
        if let Some([to_a, to_b]) = to.first_chunk_mut() {
            *to_a = *to_a + a;
            *to_b = *to_b + b;
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod four {
    use core::arch::wasm32::{
        f32x4, f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, f64x2_promote_low_f32x4, i64x2_shuffle, v128,
    };

    use super::Pair;

    pub(super) type Four = v128;

    pub(super) fn splat(value: f32) -> Four {
        f32x4_splat(value)
    }

    pub(super) fn load(&[a, b, c, d]: &[f32; 4]) -> Four {
        f32x4(a, b, c, d)
    }

    pub(super) fn plus_product(sum: Four, x: Four, y: Four) -> Four {
        f32x4_add(sum, f32x4_mul(x, y))
    }

    pub(super) fn get(four: Four) -> [f32; 4] {
        [
            f32x4_extract_lane::<0>(four),
            f32x4_extract_lane::<1>(four),
            f32x4_extract_lane::<2>(four),
            f32x4_extract_lane::<3>(four),
        ]
    }

    pub(super) fn pairs(four: Four) -> [Pair; 2] {
        let upper = i64x2_shuffle::<1, 1>(four, four);
        [Pair::of(f64x2_promote_low_f32x4(four)), Pair::of(f64x2_promote_low_f32x4(upper))]
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod four {
    use super::Pair;

    pub(super) type Four = [f32; 4];

    pub(super) fn splat(value: f32) -> Four {
        [value; 4]
    }

    pub(super) fn load(four: &[f32; 4]) -> Four {
        *four
    }

    pub(super) fn plus_product(sum: Four, x: Four, y: Four) -> Four {
        [sum[0] + x[0] * y[0], sum[1] + x[1] * y[1], sum[2] + x[2] * y[2], sum[3] + x[3] * y[3]]
    }

    pub(super) fn get(four: Four) -> [f32; 4] {
        four
    }

    pub(super) fn pairs(four: Four) -> [Pair; 2] {
        let [a, b, c, d] = four.map(f64::from);
        [Pair::new(a, b), Pair::new(c, d)]
    }
}

#[derive(Clone, Copy)]
pub struct Quad(four::Four);

impl Lanes for Quad {
    type Scalar = f32;
    const COUNT: usize = 4;

    fn splat(value: f32) -> Self {
        Self(four::splat(value))
    }

    fn load(from: &[f32]) -> Self {
        Self(from.first_chunk().map_or(four::splat(0.0), four::load))
    }

    fn plus_product(self, x: Self, y: Self) -> Self {
        Self(four::plus_product(self.0, x.0, y.0))
    }

    fn add_to(self, scale: f64, to: &mut [f64], stride: usize) {
        for (c, lane) in four::get(self.0).into_iter().enumerate() {
            to[c * stride] += scale * f64::from(lane);
        }
    }

    #[inline(always)]
    fn load_four(from: &[f32]) -> Option<[Self; 4]> {
        let [a, b, c, d] = from.as_chunks().0.first_chunk()?;
        // Written out, since builds for size would call a closure for each.
        Some([Self(four::load(a)), Self(four::load(b)), Self(four::load(c)), Self(four::load(d))])
    }

    #[inline(always)]
    fn add_to_pairs([left, right]: [Self; 2], to: &mut [Pair]) {
        if let Some([to_a, to_b, to_c, to_d]) = to.first_chunk_mut() {
            let ([a, b], [c, d]) = (four::pairs(left.0), four::pairs(right.0));
            *to_a = *to_a + a;
            *to_b = *to_b + b;
            *to_c = *to_c + c;
            *to_d = *to_d + d;
        }
    }
}
