//! Numerics with the same result on every machine: decimal notation, seeded random numbers, elementary functions.

pub(crate) mod decimal;
pub(crate) mod elementary;
pub(crate) mod seed;
