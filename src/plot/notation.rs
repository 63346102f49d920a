//! Residuals and shares as text: fixed decimals, so that server and browser print the same page.

use crate::numeric::decimal::{fixed, scientific};
use crate::spectrum::curve::Metric;

/// A residual with three decimals, or in scientific notation if three decimals would show only zeros or too many digits. Only an
/// exact zero reads `0.000`.
pub(crate) fn residual(value: f64) -> String {
    if value == 0.0 || (1e-3..1e6).contains(&value) { fixed(value, 3) } else { scientific(value, 3) }
}

/// A share in [0, 1] as a percentage with one decimal. Only a share of exactly 1 reads `100.0%`.
pub(crate) fn percentage(share: f64) -> String {
    if (0.9995..1.0).contains(&share) { ">99.9%".to_owned() } else { fixed(share * 100.0, 1) + "%" }
}

/// An axis label: as many digits as the step of the axis needs, without a trailing zero.
pub(crate) fn tick(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value) {
        return fixed(value, 4).trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    // The mantissa is one digit, a point and one more digit.
    let text = scientific(value, 1);
    if text.as_bytes().get(2) == Some(&b'0') { scientific(value, 0) } else { text }
}

/// A residual where there is room for about six characters. Only an exact zero reads `0`.
pub(crate) fn short(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        _ if (1e-3..10.0).contains(&value) => fixed(value, 3),
        _ if (10.0..100.0).contains(&value) => fixed(value, 2),
        _ if (100.0..1e3).contains(&value) => fixed(value, 1),
        _ if (1e3..1e6).contains(&value) => fixed(value, 0),
        _ => scientific(value, 1),
    }
}

/// A score where there is room for about seven characters.
pub(crate) fn score(value: f64) -> String {
    signed(value, short)
}

/// The labels of an axis of scores with these `ticks`, a `step` apart: with as many digits as tell each from the next.
pub(crate) fn score_ticks(ticks: &[f64], step: f64) -> Vec<String> {
    let all = |print: &dyn Fn(f64) -> String| {
        let labels: Vec<(f64, String)> = ticks.iter().map(|tick| (tick.abs(), print(tick.abs()))).collect();
        let is_right =
            |(size, label): &(f64, String)| label.parse().is_ok_and(|read: f64| (read - size).abs() < step / 100.0);
        labels.iter().all(is_right).then(|| ticks.iter().map(|&tick| signed(tick, print)).collect())
    };
    let digits = |digits: usize| {
        let largest = ticks.iter().fold(0.0, |largest: f64, tick| largest.max(tick.abs()));
        all(&|size| if (1e-3..1e15).contains(&largest) { fixed(size, digits) } else { scientific(size, digits) })
    };
    all(&tick)
        .or_else(|| (0..18).find_map(digits))
        .unwrap_or_else(|| ticks.iter().map(|&value| signed(value, tick)).collect())
}

/// A number that may be negative, in a notation for those that are not.
fn signed(value: f64, print: impl Fn(f64) -> String) -> String {
    if value < 0.0 { "−".to_owned() + &print(-value) } else { print(value) }
}

/// The two ends of a range as text; a single one if both read the same.
pub(crate) fn either(low: &str, high: &str) -> String {
    if low == high { low.to_owned() } else { [low, " to ", high].concat() }
}

/// The symbol of the residual that names its axis, and its subscript.
pub(crate) fn symbol(metric: Metric) -> (&'static str, &'static str) {
    match metric {
        Metric::Frobenius => ("‖W − BA‖", "F"),
        Metric::Spectral => ("σ", "r+1"),
    }
}

/// A whole number with a comma after each third digit.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residuals_of_any_size_are_short_and_never_a_false_zero() {
        assert_eq!(residual(4.571_979), "4.572");
        assert_eq!(residual(0.0), "0.000");
        assert_eq!(residual(4.2e-7), "4.200e-7");
        assert_eq!(residual(1.5e300), "1.500e300");
    }

    #[test]
    fn short_residuals_have_six_characters_and_only_an_exact_zero_reads_0() {
        for (value, text) in
            [(4.571_979, "4.572"), (12.345, "12.35"), (46_168.124, "46168"), (7.642e-4, "7.6e-4"), (0.0, "0")]
        {
            assert_eq!(short(value), text);
        }
        assert_eq!((short(1e-300), short(1e300)), ("1.0e-300".into(), "1.0e300".into()));
    }

    #[test]
    fn only_a_share_of_1_reads_100_percent() {
        assert_eq!(percentage(0.908_003), "90.8%");
        assert_eq!(percentage(0.999_99), ">99.9%");
        assert_eq!(percentage(1.0), "100.0%");
    }

    #[test]
    fn ticks_have_no_trailing_zeros() {
        assert_eq!((tick(0.0), tick(5.0), tick(2.5)), ("0".into(), "5".into(), "2.5".into()));
        assert_eq!((tick(0.3), tick(0.002), tick(2e-4)), ("0.3".into(), "0.002".into(), "2e-4".into()));
        assert_eq!((tick(20_000.0), tick(5e300)), ("20000".into(), "5e300".into()));
    }

    #[test]
    fn a_tick_between_two_powers_of_ten_is_not_rounded_to_one() {
        assert_eq!((tick(1.5e6), tick(1.5e-4), tick(1e-4)), ("1.5e6".into(), "1.5e-4".into(), "1e-4".into()));
    }
}
