//! Powers of two and orientation: what is done to the entries before the first rounding.

use super::bidiagonal::ROWS;
use super::pair::Pair;

/// The k for which the largest |entry| lies in [2ᵏ, 2ᵏ⁺¹); 0 when all are zero.
pub(super) fn exponent(entries: &[f64]) -> i32 {
    const TWO_54: f64 = (1u64 << 54) as f64;
    let largest = entries.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
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
pub(super) fn times_power_of_two(x: f64, k: i32) -> f64 {
    let k = k.clamp(-2040, 2040);
    let half = k / 2;
    x * power_of_two(half) * power_of_two(k - half)
}

fn power_of_two(k: i32) -> f64 {
    f64::from_bits(((k + 1023) as u64) << 52)
}

/// The entries times 2ᵏ, row after row in pairs, with at least as many rows as columns; then those two counts.
///
/// A wide matrix is transposed. Of a square one and its transpose the same one is returned, whichever came in. Rows of
/// odd length are filled up with 0, and so is their number up to a multiple of [`ROWS`].
pub(super) fn oriented(entries: &[f64], rows: usize, cols: usize, k: i32) -> (Vec<Pair>, usize, usize) {
    let scaled = |&entry: &f64| times_power_of_two(entry, k);
    let (long, short) = (rows.max(cols), rows.min(cols));
    let size = long.next_multiple_of(ROWS) * short.div_ceil(2);
    let mut pairs = Vec::with_capacity(size);
    if rows < cols || (rows == cols && below_wins(entries, rows)) {
        for column in 0..cols {
            push_row(&mut pairs, entries.iter().skip(column).step_by(cols).map(scaled));
        }
    } else {
        for row in entries.chunks_exact(cols) {
            push_row(&mut pairs, row.iter().map(scaled));
        }
    }
    pairs.resize(size, Pair::both(0.0));
    (pairs, long, short)
}

fn push_row(pairs: &mut Vec<Pair>, mut row: impl Iterator<Item = f64>) {
    while let Some(first) = row.next() {
        pairs.push(Pair::new(first, row.next().unwrap_or(0.0)));
    }
}

/// Whether, at the first place where a square matrix differs from its transpose, the lower entry is the greater.
fn below_wins(entries: &[f64], n: usize) -> bool {
    for (i, row) in entries.chunks_exact(n).enumerate() {
        let column = entries.iter().skip(i).step_by(n);
        for (right, below) in row.iter().zip(column).skip(i + 1) {
            if right != below {
                return below > right;
            }
        }
    }
    false
}
