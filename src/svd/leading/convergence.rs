//! Which values have converged.

use super::core::Ritz;
use crate::svd::entry::Entry;

pub(super) struct Convergence {
    /// As many as are asked for; what is rounding is 0.
    pub(super) values: Vec<f64>,
    /// How many of the first have converged.
    pub(super) converged: usize,
    /// The first of so many equal values that there may be more of them.
    pub(super) hidden: Option<usize>,
}

impl Convergence {
    /// On the first `rank` values of a matrix with sums of `terms` terms, after so many random directions.
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
        // From one random direction a Krylov space gets one vector of an eigenspace. As many equal values as there were
        // random directions may hide more of them, which matters where smaller ones follow.
        let mut runs = values.windows(random_directions);
        let least = values[rank - 1] + 2.0 * tolerance;
        let hidden = runs.position(|run| run[0] > least && run[0] - run[run.len() - 1] <= tolerance);
        Self { values, converged, hidden }
    }
}
