//! Powers of two: what is done to the entries before the first rounding.

/// The k for which the largest |entry| lies in [2ᵏ, 2ᵏ⁺¹); 0 when all are zero.
pub(crate) fn exponent(entries: &[f64]) -> i32 {
    // `f64::max` is a call where a comparison is an instruction.
    exponent_of(entries.iter().fold(0.0, |largest, entry| if entry.abs() > largest { entry.abs() } else { largest }))
}

/// The k for which `largest` ≥ 0 lies in [2ᵏ, 2ᵏ⁺¹); 0 for 0.
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

/// x · 2ᵏ for x between 1e-300 and 1e300 or |k| ≤ 1100, in two factors because 2¹⁰⁷⁴ is not an `f64`.
pub(crate) fn times_power_of_two(x: f64, k: i32) -> f64 {
    let [half, rest] = halves_of_power_of_two(k);
    x * half * rest
}

/// Two factors whose product is 2ᵏ, each in range for |k| ≤ 2040.
pub(crate) fn halves_of_power_of_two(k: i32) -> [f64; 2] {
    let k = k.clamp(-2040, 2040);
    let half = k / 2;
    [power_of_two(half), power_of_two(k - half)]
}

/// 2ᵏ for −1023 < k ≤ 1023.
pub(crate) const fn power_of_two(k: i32) -> f64 {
    f64::from_bits(((k + 1023) as u64) << 52)
}

/// Multiplies by 2ᵏ; what becomes too large for an `f64` becomes the largest.
pub(crate) fn unscale(values: &mut [f64], k: i32) {
    for value in values {
        *value = times_power_of_two(*value, k).min(f64::MAX);
    }
}
