//! The test for convergence.

use super::core::Ritz;
use crate::svd::entry::Entry;

pub(super) struct Convergence {
    /// The requested values; those that cannot be told from rounding errors are 0.
    pub(super) values: Vec<f64>,
    /// How many of the first values have converged.
    pub(super) converged: usize,
    /// The first index of a run of equal values so long that more of them may be hidden.
    pub(super) hidden: Option<usize>,
}

impl Convergence {
    /// Tests the first `rank` values, after `random_directions` random directions, where the longest sums have `terms` terms.
    pub(super) fn of<T: Entry>(ritz: Ritz, rank: usize, terms: usize, random_directions: usize) -> Self {
        let mut values = ritz.values;
        values.truncate(rank);
        let tolerance = T::TOLERANCE * values[0];
        let rounding = T::rounding(terms) * values[0];
        let noise = T::NOISE * values[0] * values[0];
        let mut converged = 0;
        for (j, (value, residual)) in values.iter_mut().zip(&ritz.residuals).enumerate() {
            let lost = *value <= rounding;
            let certain = *residual <= tolerance || (lost && residual * *value <= noise);
            if certain && j == converged {
                converged += 1;
            }
            if lost {
                *value = 0.0;
            }
        }
        // From each random direction a Krylov space gets only one vector of an eigenspace. A run of as many equal values as there
        // were random directions may therefore hide more of them. That matters if smaller values follow.
        let mut runs = values.windows(random_directions);
        let least = values[rank - 1] + 2.0 * tolerance;
        let hidden = runs.position(|run| run[0] > least && run[0] - run[run.len() - 1] <= tolerance);
        Self { values, converged, hidden }
    }
}
