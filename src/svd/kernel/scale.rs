//! Scaling by powers of two, which rounds nothing.

/// The k such that the largest |entry| lies in [2ᵏ, 2ᵏ⁺¹); 0 if all entries are zero.
pub(crate) fn exponent(entries: &[f64]) -> i32 {
    // A comparison compiles to an instruction, `f64::max` to a call.
    exponent_of(entries.iter().fold(0.0, |largest, entry| if entry.abs() > largest { entry.abs() } else { largest }))
}

/// The k such that `largest` ≥ 0 lies in [2ᵏ, 2ᵏ⁺¹); 0 for 0.
pub(crate) fn exponent_of(largest: f64) -> i32 {
    const TWO_54: f64 = (1u64 << 54) as f64;
    if largest == 0.0 {
        0
    } else if largest < f64::MIN_POSITIVE {
        biased_exponent(largest * TWO_54) - 1023 - 54
    } else {
        biased_exponent(largest) - 1023
    }
}

fn biased_exponent(positive: f64) -> i32 {
    (positive.to_bits() >> 52) as i32
}

/// x · 2ᵏ for x between 1e-300 and 1e300 or |k| ≤ 1100. Multiplies by two factors, because an `f64` cannot hold 2¹⁰⁷⁴.
pub(crate) fn times_power_of_two(x: f64, k: i32) -> f64 {
    let [half, rest] = halves_of_power_of_two(k);
    x * half * rest
}

/// Two factors whose product is 2ᵏ; both are normal numbers. k is clamped to |k| ≤ 2040.
pub(crate) fn halves_of_power_of_two(k: i32) -> [f64; 2] {
    let k = k.clamp(-2040, 2040);
    let half = k / 2;
    [power_of_two(half), power_of_two(k - half)]
}

/// 2ᵏ for −1023 < k ≤ 1023.
pub(crate) const fn power_of_two(k: i32) -> f64 {
    f64::from_bits(((k + 1023) as u64) << 52)
}

/// Multiplies all values by 2ᵏ, at most to `f64::MAX`.
pub(crate) fn unscale(values: &mut [f64], k: i32) {
    for value in values {
        *value = times_power_of_two(*value, k).min(f64::MAX);
    }
}
