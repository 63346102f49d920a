//! Pseudorandom numbers, the same on every platform.

/// A linear congruential generator modulo 2⁶⁴ with Knuth's multiplier. The field is the seed.
pub struct Numbers(pub u64);

impl Numbers {
    /// The next number, in [−½, ½).
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    }
}
