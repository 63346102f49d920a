//! What every solver is made of: pairs and fours of numbers, plane rotations, reflections, sums, and powers of two.

pub(crate) mod f32x4;
pub(crate) mod f64x2;
pub(crate) mod patience;
pub(crate) mod reflection;
pub(crate) mod rotation;
pub(crate) mod scale;
pub(crate) mod sums;
