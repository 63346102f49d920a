//! Eigenvalues of a symmetric tridiagonal matrix by implicit QL steps, with a few rows of the eigenvectors.
//!
//! Golub & Van Loan, 4th ed., §8.3.5, in the form of EISPACK's `tql2`. The leading solver needs only the last rows of the
//! eigenvectors, which give the residual of each Ritz pair.

use crate::svd::kernel::iteration_limit;
use crate::svd::kernel::rotation::Rotation;

/// The iteration limit per eigenvalue, more than any is known to need. At the limit the current value is kept, and then no value
/// counts as converged.
const MOST_STEPS: usize = 60;

/// A symmetric tridiagonal matrix during the iteration for its eigenvalues.
#[derive(Default)]
pub(super) struct Diagonalisation {
    /// After the iteration, the eigenvalues, unsorted.
    pub(super) diagonal: Vec<f64>,
    /// The off-diagonal entries; the last number is unused.
    beside: Vec<f64>,
    first: usize,
    steps: usize,
    /// Whether the eigenvalues are exact up to rounding: none has reached the iteration limit.
    pub(super) is_exact: bool,
}

impl Diagonalisation {
    /// BᵀB for the bidiagonal B with `q` on the diagonal and `e` above it.
    pub(super) fn of_squares(q: &[f64], e: &[f64]) -> Self {
        let before = std::iter::once(&0.0).chain(e);
        let diagonal = q.iter().zip(before).map(|(q, e)| q * q + e * e).collect();
        let beside = q.iter().zip(e).map(|(q, e)| q * e).chain([0.0]).collect();
        Self { diagonal, beside, first: 0, steps: 0, is_exact: true }
    }

    /// Continues the iteration, and multiplies the rows in `rows`, stored column-major, by the matrix of eigenvectors. Returns
    /// whether the iteration is complete.
    pub(super) fn advance(&mut self, rows: &mut [f64], operations: &mut u64) -> bool {
        let n = self.diagonal.len();
        while self.first < n && *operations > 0 {
            let (d, e) = (&self.diagonal, &self.beside);
            let small = |i: &usize| e[*i].abs() <= f64::EPSILON * (d[*i].abs() + d[*i + 1].abs());
            let last = (self.first..n - 1).find(small).unwrap_or(n - 1);
            if last == self.first || self.steps == MOST_STEPS {
                if last > self.first {
                    iteration_limit::count_reached();
                    self.is_exact = false;
                }
                (self.first, self.steps) = (self.first + 1, 0);
                continue;
            }
            self.step(last, rows);
            self.steps += 1;
            let cost = (last - self.first) * (6 * rows.len() / n + Rotation::COST);
            *operations = operations.saturating_sub(cost as u64);
        }
        self.first == n
    }

    /// Does one step with Wilkinson's shift on the block from `first` to `last`.
    fn step(&mut self, last: usize, rows: &mut [f64]) {
        let (first, each) = (self.first, rows.len() / self.diagonal.len());
        let (d, e) = (&mut self.diagonal, &mut self.beside);
        let half = (d[first + 1] - d[first]) / (2.0 * e[first]);
        let root = (half * half + 1.0).sqrt().copysign(half);
        let mut g = d[last] - d[first] + e[first] / (half + root);
        let (mut sine, mut cosine, mut p) = (1.0, 1.0, 0.0);
        for i in (first..last).rev() {
            let (f, b) = (sine * e[i], cosine * e[i]);
            let length = (f * f + g * g).sqrt();
            e[i + 1] = length;
            if length == 0.0 {
                // The block splits here.
                d[i + 1] -= p;
                e[last] = 0.0;
                return;
            }
            (sine, cosine) = (f / length, g / length);
            let shifted = d[i + 1] - p;
            let sum = (d[i] - shifted) * sine + 2.0 * cosine * b;
            p = sine * sum;
            d[i + 1] = shifted + p;
            g = cosine * sum - b;
            Rotation { cosine, sine }.turn_halves(&mut rows[i * each..(i + 2) * each]);
        }
        d[first] -= p;
        e[first] = g;
        e[last] = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eigenvalue_that_reaches_the_iteration_limit_is_counted_and_not_exact() {
        for (steps, is_exact) in [(0, true), (MOST_STEPS, false)] {
            let mut squares = Diagonalisation::of_squares(&[3.0, 2.0, 1.0], &[1.0, 1.0]);
            squares.steps = steps;
            let before = iteration_limit::iterations_cut_off();
            assert!(squares.advance(&mut [0.0, 0.0, 1.0], &mut u64::MAX.clone()));
            assert_eq!((squares.is_exact, iteration_limit::iterations_cut_off() == before), (is_exact, is_exact));
        }
    }
}
