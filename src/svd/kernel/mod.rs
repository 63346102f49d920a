//! The building blocks of all solvers: SIMD vectors, plane rotations, reflections, sums, multiples, powers of two, iteration limits.

pub(crate) mod f32x4;
pub(crate) mod f64x2;
pub(crate) mod iteration_limit;
pub(crate) mod multiples;
pub(crate) mod reflection;
pub(crate) mod rotation;
pub(crate) mod scale;
pub(crate) mod sums;
