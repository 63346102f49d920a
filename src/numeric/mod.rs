//! Numbers and texts of numbers that are the same on every machine: decimal notation, seeded random numbers, elementary functions.

pub(crate) mod decimal;
pub(crate) mod elementary;
pub(crate) mod seed;
