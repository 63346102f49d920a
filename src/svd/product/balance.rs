//! Factors B and A brought to one size, index by index, before anything is rounded.

use crate::svd::error::{SvdError, zeros};
use crate::svd::kernel::scale::{exponent_of, halves_of_power_of_two};

/// B·A is the sum of column k of B times row k of A, for every k. Powers of two make the two equally large, so that the k with
/// the largest summand also has the largest column and row: however large one factor is where the other is small, nothing is
/// lost beside it. No digit changes.
pub(crate) struct Balance {
    /// What column k of B, and row k of A, is to be multiplied by: two factors, since a power of two may not fit into one. 0
    /// where the summand is 0.
    pub(crate) b: Vec<[f64; 2]>,
    pub(crate) a: Vec<[f64; 2]>,
    /// B·A is 2ᵏ times the product of what that makes, for this k.
    pub(crate) exponent: i32,
}

impl Balance {
    /// Of an m × k matrix and a k × n one, row after row.
    pub(crate) fn of(b: &[f64], a: &[f64], k: usize) -> Result<Self, SvdError> {
        let mut largest = zeros(k, [0.0f64; 2])?;
        for row in b.chunks_exact(k) {
            for ([of_b, _], entry) in largest.iter_mut().zip(row) {
                *of_b = of_b.max(entry.abs());
            }
        }
        for ([_, of_a], row) in largest.iter_mut().zip(a.chunks_exact(a.len() / k)) {
            *of_a = row.iter().fold(0.0, |largest, entry| largest.max(entry.abs()));
        }
        let exponents =
            |&[of_b, of_a]: &[f64; 2]| (of_b > 0.0 && of_a > 0.0).then(|| (exponent_of(of_b), exponent_of(of_a)));
        let top = largest.iter().filter_map(exponents).map(|(of_b, of_a)| of_b + of_a).max().unwrap_or(0);
        let (mut to_b, mut to_a) = (zeros(k, [0.0; 2])?, zeros(k, [0.0; 2])?);
        for ((to_b, to_a), largest) in to_b.iter_mut().zip(&mut to_a).zip(&largest) {
            if let Some((of_b, of_a)) = exponents(largest) {
                let below = of_b + of_a - top;
                let half = below.div_euclid(2);
                *to_b = halves_of_power_of_two(half - of_b);
                *to_a = halves_of_power_of_two(below - half - of_a);
            }
        }
        Ok(Self { b: to_b, a: to_a, exponent: top })
    }
}

/// An entry times the factors of its index.
pub(crate) fn scaled(entry: f64, [half, rest]: [f64; 2]) -> f64 {
    entry * half * rest
}
