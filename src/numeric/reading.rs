//! Decimal text as numbers, without the tables that the standard library's parser brings: those take 11 kB of a page.

use std::num::IntErrorKind;

use super::decimal::multiple;

/// Reads what the standard library reads as an `f64`: `-1.5e3`, `.5`, `inf`, `NaN`. Rounded as there for up to 15 digits and powers of
/// ten up to 22; beyond, within a share of 1e-14 of the number.
pub(crate) fn number(text: &str) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let is = |word: &str| digits.eq_ignore_ascii_case(word);
    if is("nan") {
        return Some(f64::NAN);
    }
    if is("inf") || is("infinity") {
        return Some(sign * f64::INFINITY);
    }
    let (digits, power) = match digits.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, exponent(power)?),
        None => (digits, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 {
        return None;
    }
    // Eighteen digits from the first that is not 0; the others only say how large the number is.
    let (mut value, mut power) = (0u64, power);
    for (digit, step) in whole.chars().map(|digit| (digit, 0)).chain(fraction.chars().map(|digit| (digit, 1))) {
        let digit = digit.to_digit(10)?;
        if value < 10u64.pow(17) {
            (value, power) = (value * 10 + u64::from(digit), power - step);
        } else {
            power += 1 - step;
        }
    }
    // Beyond these powers, the number is infinite or 0.
    Some(sign * multiple(value as f64, power.clamp(-400, 400) as i32))
}

fn exponent(text: &str) -> Option<i64> {
    match text.parse::<i32>() {
        Ok(power) => Some(power.into()),
        Err(error) => match error.kind() {
            IntErrorKind::PosOverflow => Some(i32::MAX.into()),
            IntErrorKind::NegOverflow => Some(i32::MIN.into()),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_the_standard_library_refuses_is_refused() {
        for text in [
            "", "-", "+", ".", "e5", ".e5", "1e", "1e+", "1_0", " 1", "1 ", "0x10", "--1", "1.2.3", "1e5.5", "١", "1,5",
        ] {
            assert_eq!(number(text), None, "{text:?}");
            assert!(text.parse::<f64>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_it_reads_is_read_alike() {
        for text in [
            "0",
            "-0",
            "0.482",
            "+.5e-3",
            "1.",
            "1e22",
            "123456789012345",
            "-1.5E+3",
            "inf",
            "-Infinity",
            "1e999",
            "-1e999",
            "1e-999",
            "0e99999999999",
            "1e99999999999",
            "1e-99999999999",
        ] {
            assert_eq!(number(text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text}");
        }
        assert!(number("NaN").is_some_and(f64::is_nan));
        let long = format!("0.{}1e400", "0".repeat(399));
        assert_eq!(number(&long), Some(1.0), "zeros do not count as digits");
    }

    proptest! {
        #[test]
        fn any_number_is_read_within_its_last_digit(value in any::<f64>().prop_filter("finite", |value| value.is_normal())) {
            for text in [value.to_string(), format!("{value:e}"), format!("{value:.20e}")] {
                let read = number(&text).expect("a number");
                prop_assert!((read / value - 1.0).abs() < 1e-14, "{text}: {read}");
            }
        }

        #[test]
        fn fifteen_digits_are_read_exactly(digits in 0..1_000_000_000_000_000u64, power in -22..=22i32) {
            let text = format!("{digits}e{power}");
            prop_assert_eq!(number(&text), text.parse().ok());
        }
    }
}
