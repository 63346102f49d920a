//! A logarithm and an exponential of `+ − × ÷` only, for the entropy and for logarithmic axes: the standard library's differ
//! in their last bits between machines, and a page that a server renders must say the same in the browser.

use std::f64::consts::{LN_2, SQRT_2};

/// ln `x` for a normal `x`, and 0 below the smallest normal number, where x · ln x is 0 for any purpose. Within 1e-15, absolute or
/// relative.
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
    // ln m = 2 artanh t, with |t| ≤ 0.172: the terms left out are below 1e-18.
    let t = (m - 1.0) / (m + 1.0);
    let series = (0..11).rev().fold(0.0, |sum, k| sum * t * t + 1.0 / f64::from(2 * k + 1));
    f64::from(e) * LN_2 + 2.0 * t * series
}

/// eˣ for 0 ≤ `x` ≤ 40, within 1e-14 relative.
pub(super) fn exp(x: f64) -> f64 {
    let halvings = (x / LN_2 + 0.5) as u32;
    let rest = x - f64::from(halvings) * LN_2;
    // |rest| ≤ 0.35: the terms left out are below 1e-17.
    let series = (1..16).rev().fold(1.0, |sum, k| 1.0 + sum * rest / f64::from(k));
    series * (1u64 << halvings.min(63)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_agree_with_the_standard_library() {
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
