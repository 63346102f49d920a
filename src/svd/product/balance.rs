//! Scales the columns of B and the rows of A before anything is rounded.

use crate::svd::error::{SvdError, zeros};
use crate::svd::kernel::scale::{exponent_of, halves_of_power_of_two};

/// B·A is the sum over k of column k of B times row k of A. Powers of two scale that column and row to the same size, so that the
/// k with the largest summand also has the largest column and the largest row. Otherwise a large column of B whose row of A is
/// small would drown the digits of others. No digit changes.
pub(crate) struct Balance {
    /// The scale of column k of B, and of row k of A, as two factors, since the power of two may not fit into one `f64`. 0 if the
    /// summand is 0.
    pub(crate) b: Vec<[f64; 2]>,
    pub(crate) a: Vec<[f64; 2]>,
    /// The k such that B·A is 2ᵏ times the product of the scaled factors.
    pub(crate) exponent: i32,
}

impl Balance {
    /// For an m × k matrix and a k × n matrix, row-major.
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

/// An entry times the two factors of its scale.
pub(crate) fn scaled(entry: f64, [half, rest]: [f64; 2]) -> f64 {
    entry * half * rest
}
