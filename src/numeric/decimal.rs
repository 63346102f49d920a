//! Numbers as decimal text. Uses only `+ − × ÷` on values well inside the range of an `f64`, so server and browser print the same
//! digits.
//!
//! The standard library's float formatting finds the shortest or the exact digits of any number, which adds 15 kB of wasm. The
//! labels of a plot need neither.

/// Appends `value` with `decimals` digits after the point. Rounds half away from zero. |value| · 10^decimals must be below 2⁵³.
pub(crate) fn push_fixed(text: &mut String, value: f64, decimals: usize) {
    let scale = (0..decimals).fold(1.0, |scale, _| scale * 10.0);
    let scaled = (value.abs() * scale + 0.5) as u64;
    if value < 0.0 && scaled > 0 {
        text.push('-');
    }
    let one = scale as u64;
    text.push_str(&(scaled / one.max(1)).to_string());
    if decimals > 0 {
        let digits = (scaled % one.max(1)).to_string();
        text.push('.');
        for _ in digits.len()..decimals {
            text.push('0');
        }
        text.push_str(&digits);
    }
}

/// `value` with `decimals` digits after the point: `fixed(4.5, 3)` is `4.500`.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let mut text = String::new();
    push_fixed(&mut text, value, decimals);
    text
}

/// A positive `value` in scientific notation: `scientific(4.2e-7, 3)` is `4.200e-7`.
pub(crate) fn scientific(value: f64, decimals: usize) -> String {
    let (mut mantissa, mut exponent) = (value, 0);
    while mantissa >= 10.0 {
        (mantissa, exponent) = (mantissa / 10.0, exponent + 1);
    }
    while mantissa < 1.0 && mantissa > 0.0 {
        (mantissa, exponent) = (mantissa * 10.0, exponent - 1);
    }
    let mut text = fixed(mantissa, decimals);
    if text.starts_with("10") {
        text = fixed(1.0, decimals); // such as 9.9996, which rounds up to the next power of ten
        exponent += 1;
    }
    text.push('e');
    text.push_str(&i32::to_string(&exponent));
    text
}

/// A `value` ≥ 0 with up to six decimals and no trailing zeros: `plain(0.9500)` is `0.95`, `plain(1e-10)` is `1e-10`.
pub(crate) fn plain(value: f64) -> String {
    let trimmed = |digits: String| digits.trim_end_matches('0').trim_end_matches('.').to_owned();
    if value == 0.0 || (1e-4..1e9).contains(&value) {
        return trimmed(fixed(value, 6));
    }
    let text = scientific(value, 6);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    trimmed(mantissa.to_owned()) + "e" + exponent
}

/// n·10^power, rounded as few times as the exponent allows: 3·10⁻¹ is 3/10, not 3·0.1.
pub(crate) fn multiple(n: f64, power: i32) -> f64 {
    let mut value = n;
    let mut left = power.unsigned_abs();
    while left > 0 {
        let now = left.min(22); // 10²² is the last power of ten that an f64 holds exactly
        let ten_to = (0..now).fold(1.0, |product, _| product * 10.0);
        value = if power < 0 { value / ten_to } else { value * ten_to };
        left -= now;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_is_within_half_of_its_last_digit() {
        for i in 0..100_000u32 {
            let value = f64::from(i) * 0.073_137 - 1234.567;
            for (decimals, half) in [(0, 0.5), (1, 0.05), (2, 0.005), (3, 0.0005)] {
                let text = fixed(value, decimals);
                let read: f64 = text.parse().expect("a number");
                assert!((read - value).abs() < half + 1e-9, "{value}: {text}");
                assert_eq!(text.len() - text.find('.').map_or(text.len(), |point| point + 1), decimals);
            }
        }
    }

    #[test]
    fn scientific_agrees_with_the_standard_library() {
        let mut value = 1e-300;
        while value < 1e300 {
            assert_eq!(scientific(value, 3), format!("{value:.3e}"));
            value *= 7.31;
        }
        assert_eq!(scientific(9.9999, 3), "1.000e1");
    }

    #[test]
    fn plain_numbers_have_no_trailing_zeros() {
        for (value, text) in [
            (0.0, "0"),
            (0.95, "0.95"),
            (10.0, "10"),
            (1.0 / 3.0, "0.333333"),
            (1e-10, "1e-10"),
            (2.5e-7, "2.5e-7"),
            (1e9, "1e9"),
        ] {
            assert_eq!(plain(value), text);
        }
    }

    #[test]
    fn zero_has_no_minus_sign() {
        assert_eq!((fixed(-0.04, 1), fixed(-0.06, 1), fixed(0.0, 2)), ("0.0".into(), "-0.1".into(), "0.00".into()));
    }
}
