//! Powers of two and orientation: what is done to the entries before the first rounding.

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

/// x · 2ᵏ for |k| ≤ 1100, in two factors because 2¹⁰⁷⁴ is not an `f64`.
pub(super) fn times_power_of_two(x: f64, k: i32) -> f64 {
    let half = k / 2;
    x * power_of_two(half) * power_of_two(k - half)
}

fn power_of_two(k: i32) -> f64 {
    f64::from_bits(((k + 1023) as u64) << 52)
}

/// The entries times 2ᵏ, row after row, with at least as many rows as columns; then those two counts.
///
/// A wide matrix is transposed. Of a square one and its transpose the same one is returned, whichever came in.
pub(super) fn oriented(entries: &[f64], rows: usize, cols: usize, k: i32) -> (Vec<f64>, usize, usize) {
    let transpose = rows < cols || (rows == cols && below_wins(entries, rows));
    if !transpose {
        return (entries.iter().map(|&entry| times_power_of_two(entry, k)).collect(), rows, cols);
    }
    let mut flipped = Vec::with_capacity(entries.len());
    for column in 0..cols {
        flipped.extend(entries.iter().skip(column).step_by(cols).map(|&entry| times_power_of_two(entry, k)));
    }
    (flipped, cols, rows)
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
