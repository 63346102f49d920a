//! Numbers as people read them.

use crate::plan::MIB;

/// Bytes with three significant digits: `512 B`, `80.0 MiB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{} {}", three_digits(value), UNITS[unit])
}

/// `12,345`.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 layer`, `2,000 layers`.
pub fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number as u64))
}

/// A share as a percentage with one decimal. Only the whole is printed as `100.0%`; `None` as `–`.
pub fn share(share: Option<f64>) -> String {
    match share {
        None => "–".to_owned(),
        Some(share) if (0.9995..1.0).contains(&share) => ">99.9%".to_owned(),
        Some(share) => format!("{:.1}%", 100.0 * share),
    }
}

/// Any number with three significant digits.
pub fn number(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) { three_digits(value) } else { format!("{value:.2e}") }
}

/// Bytes as a number of MiB: at least so many, and at most a thousandth more.
pub fn in_mib(bytes: u64) -> String {
    let exact = bytes as f64 / MIB;
    let hundredths = (exact * 100.0).ceil() / 100.0;
    if hundredths <= exact * 1.001 { format!("{hundredths:.2}") } else { format!("{:.6}", (exact * 1e6).ceil() / 1e6) }
}

/// A number on an axis, without zeros at its end.
pub fn number_short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn three_digits(value: f64) -> String {
    let decimals = match value.abs() {
        below if below < 1.0 => 3,
        below if below < 10.0 => 2,
        below if below < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_only_the_whole_is_100_percent() {
        assert_eq!(
            (bytes(512), bytes(83_886_080), bytes(1_030_000)),
            ("512 B".into(), "80.0 MiB".into(), "0.982 MiB".into())
        );
        assert_eq!((count(0), count(41_943_040)), ("0".into(), "41,943,040".into()));
        assert_eq!([0, 1, 2000].map(|number| counted(number, "layer")), ["0 layers", "1 layer", "2,000 layers"]);
        assert_eq!(
            (share(Some(0.99999)), share(Some(1.0)), share(None)),
            (">99.9%".into(), "100.0%".into(), "–".into())
        );
        assert_eq!((number(2.0), number(0.125), number(1e-9)), ("2.00".into(), "0.125".into(), "1.00e-9".into()));
    }

    #[test]
    fn the_size_in_the_field_is_enough_for_the_bytes() {
        for bytes in [1, 928, 1024, 75_000, 503_000, 5_310_000, u64::from(u32::MAX)] {
            let mib: f64 = in_mib(bytes).parse().expect("a number");
            let enough = (mib * MIB) as u64;
            assert!(enough >= bytes && enough <= bytes + bytes / 1000 + 1, "{bytes}: {mib}");
        }
        assert_eq!(in_mib(262_144), "0.25");
    }
}
