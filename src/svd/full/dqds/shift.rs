//! The choice of the shift. The closer it is to the smallest square, the faster the iteration converges; a shift beyond that
//! square wastes a transform.

use super::transform::two_by_two;

/// A shift close to, and mostly below, the smallest squared singular value of the block with the n ≥ 3 squares q and the n − 1
/// couplings e. That value is at most `bound`. `total` is the sum of the earlier shifts; with it added, no square is below it.
pub(crate) fn next_shift(q: &[f64], e: &[f64], total: f64, bound: f64) -> f64 {
    let last = q.len() - 1;
    // In BBᵀ the corner couples to the rest by q·e. If that is below the last digit, a transform without shift brings e to zero.
    if q[last] <= total * (f64::EPSILON / 4.0) {
        return 0.0;
    }
    // The smaller square of the lower 2×2 corner is an upper bound; the rows before it tell how far below to go.
    let (_, corner) = two_by_two(q[last - 1], e[last - 1], q[last]);
    if corner <= bound * 1.5 {
        let mut pivot = f64::INFINITY;
        for k in last.saturating_sub(4)..last - 1 {
            let coupling = if pivot == f64::INFINITY { 0.0 } else { q[k] * e[k - 1] / pivot };
            pivot = q[k] + e[k] - corner - coupling;
            if pivot <= 0.0 {
                return cautious_shift(q, e, bound);
            }
        }
        let gap = q[last - 1] + e[last - 1] - corner;
        let excess = (q[last] * e[last - 1] / gap) * (q[last - 1] * e[last - 2] / gap) / pivot;
        if gap > 0.0 && excess < 0.5 * corner {
            return corner - 1.05 * excess;
        }
    }
    cautious_shift(q, e, bound)
}

/// Gershgorin's lower bound, which is close if the block is nearly diagonal; otherwise a quarter of `bound`.
fn cautious_shift(q: &[f64], e: &[f64], bound: f64) -> f64 {
    let least_q = q.iter().fold(f64::INFINITY, |least, &q| if q < least { q } else { least });
    let largest_e = e.iter().fold(0.0, |largest, &e| if e > largest { e } else { largest });
    let disc = least_q - 2.0 * (least_q * largest_e).sqrt();
    if disc > 0.25 * bound { disc } else { 0.25 * bound }
}
