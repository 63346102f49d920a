//! The seeded random number generator. The same seed gives the same numbers on every platform.

/// SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195).
pub(crate) struct SplitMix64(u64);

impl SplitMix64 {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Uniform in [−½, ½), with all 53 bits of an `f64`.
    pub(crate) fn next_centred(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        const STEP: f64 = 1.0 / (1u64 << 53) as f64;
        (bits >> 11) as f64 * STEP - 0.5
    }
}
