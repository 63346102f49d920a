//! Elementary functions made of `+ − × ÷` only. The standard library's functions differ in their last bits between machines, but
//! a hydrated page must match the server's markup.

use std::f64::consts::{LN_2, SQRT_2};

/// ln `x` for a normal `x` > 0, within 1e-15, absolute or relative. Returns 0 below the smallest normal number, where x · ln x is
/// practically 0.
pub(crate) fn ln(x: f64) -> f64 {
    if x < f64::MIN_POSITIVE {
        return 0.0;
    }
    // x = m · 2^e with m in [1, 2), then in [√½, √2).
    let mut e = (x.to_bits() >> 52) as i32 - 1023;
    let mut m = f64::from_bits(x.to_bits() & ((1 << 52) - 1) | 1023 << 52);
    if m > SQRT_2 {
        (m, e) = (m / 2.0, e + 1);
    }
    // ln m = 2 artanh t with |t| ≤ 0.172: the omitted terms are below 1e-18.
    let t = (m - 1.0) / (m + 1.0);
    let series = (0..11).rev().fold(0.0, |sum, k| sum * t * t + 1.0 / f64::from(2 * k + 1));
    f64::from(e) * LN_2 + 2.0 * t * series
}

/// eˣ for 0 ≤ `x` ≤ 40, with a relative error below 1e-14.
pub(crate) fn exp(x: f64) -> f64 {
    let halvings = (x / LN_2 + 0.5) as u32;
    let rest = x - f64::from(halvings) * LN_2;
    // |rest| ≤ 0.35: the omitted terms are below 1e-17.
    let series = (1..16).rev().fold(1.0, |sum, k| 1.0 + sum * rest / f64::from(k));
    series * (1u64 << halvings.min(63)) as f64
}

/// Sine and cosine of `angle` ≥ 0 in radians, within 1e-13 up to a million radians.
///
/// The standard library's functions are accurate for any angle, but add 7 kB of wasm. A spring comes to rest long before its
/// angle is large.
pub(crate) fn sin_cos(angle: f64) -> (f64, f64) {
    const TURN: f64 = std::f64::consts::TAU;
    // One 32nd of the angle is below 0.2, where this many terms of the series are exact; five doublings restore the angle.
    let small = (angle - (angle / TURN).floor() * TURN) / 32.0;
    let square = small * small;
    let (mut sin, mut versine) = (1.0, 1.0);
    for n in [10.0, 8.0, 6.0, 4.0, 2.0] {
        sin = 1.0 - square / (n * (n + 1.0)) * sin;
        versine = 1.0 - square / ((n + 1.0) * (n + 2.0)) * versine;
    }
    let (mut sin, mut versine) = (small * sin, square / 2.0 * versine);
    for _ in 0..5 {
        // versine = 1 − cos, which keeps its digits for small angles.
        (sin, versine) = (2.0 * sin * (1.0 - versine), 2.0 * sin * sin);
    }
    (sin, 1.0 - versine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_and_cosine_agree_with_the_standard_library() {
        for i in 0..100_000u32 {
            let angle = f64::from(i) * 0.0137;
            let (sin, cos) = sin_cos(angle);
            assert!((sin - angle.sin()).abs() < 1e-12 && (cos - angle.cos()).abs() < 1e-12, "{angle}: {sin} {cos}");
        }
    }

    #[test]
    fn logarithm_and_exponential_agree_with_the_standard_library() {
        let mut x = 1e300;
        while x > 1e-300 {
            assert!((ln(x) - x.ln()).abs() <= 1e-15 * x.ln().abs().max(1.0), "ln {x}");
            x *= 0.931;
        }
        for i in 0..4000 {
            let x = f64::from(i) / 100.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-14, "exp {x}");
        }
        assert_eq!((ln(1.0), ln(0.0), exp(0.0)), (0.0, 0.0, 1.0));
    }
}
