//! Sums of multiples of vectors, four vectors at a time: each sum is loaded and stored a quarter as often.

use crate::svd::entry::Entry;

/// Adds factorₖ·columnₖ for every k to `sums`.
pub(crate) fn add_multiples<T: Entry>(sums: &mut [f64], factors: &[f64], columns: &[&[T]]) {
    for (factors, columns) in factors.chunks(4).zip(columns.chunks(4)) {
        match (factors, columns) {
            (&[a, b, c, d], &[w, x, y, z]) => {
                for ((((sum, &w), &x), &y), &z) in sums.iter_mut().zip(w).zip(x).zip(y).zip(z) {
                    *sum += (a * w.into() + b * x.into()) + (c * y.into() + d * z.into());
                }
            }
            _ => {
                for (&factor, column) in factors.iter().zip(columns) {
                    sums.iter_mut().zip(*column).for_each(|(sum, &entry)| *sum += factor * entry.into());
                }
            }
        }
    }
}
