//! The svd, with singular vectors, of a small matrix: one-sided Jacobi (Hestenes 1958) with de Rijk's pivoting (1989,
//! doi:10.1137/0910023). Slower than dqds, but simple, and accurate in every vector of a nonzero value.

use crate::svd::error::{SvdError, collected, reserve};
use crate::svd::kernel::iteration_limit;
use crate::svd::kernel::rotation::Rotation;
use crate::svd::kernel::scale::power_of_two;
use crate::svd::kernel::sums::dot;

/// A singular value and its singular vectors. The vectors have length 1, except that if the value is 0, the one with more entries
/// (of a square matrix, the left one) is all 0.
pub(crate) struct Triple {
    pub(crate) value: f64,
    /// One entry for each row of the matrix.
    pub(crate) left: Vec<f64>,
    /// One entry for each column of the matrix.
    pub(crate) right: Vec<f64>,
}

/// The iteration limit, more than any matrix is known to need: about ten sweeps are enough.
const SWEEPS: usize = 60;

/// The squared length of a column that is rounding of rounding, beside a largest entry in [1, 2). A matrix whose columns all lie
/// along one line ends there: each sweep leaves ε of what there was, and no further one makes that orthogonal.
const NEGLIGIBLE: f64 = power_of_two(-400);

/// The min(rows, cols) triples of the matrix with these entries, the largest value first. The entries are row-major, and the
/// largest |entry| is in [1, 2).
pub(crate) fn svd(entries: &[f64], rows: usize, cols: usize) -> Result<Vec<Triple>, SvdError> {
    let wide = rows < cols;
    let count = rows.min(cols);
    let (mut columns, mut right, mut triples) = (Vec::new(), Vec::new(), Vec::new());
    reserve(&mut columns, count)?;
    reserve(&mut right, count)?;
    reserve(&mut triples, count)?;
    for j in 0..count {
        let (first, step) = if wide { (j * cols, 1) } else { (j, cols) };
        let column = entries[first..].iter().step_by(step).take(rows.max(cols)).copied();
        columns.push(collected(rows.max(cols), column)?);
        right.push(collected(count, (0..count).map(|i| if i == j { 1.0 } else { 0.0 }))?);
    }
    let tolerance = f64::EPSILON * (rows.max(cols) as f64).sqrt();
    orthogonalise(&mut columns, &mut right, tolerance, SWEEPS);
    triples.extend(columns.into_iter().zip(right).map(|(mut column, turn)| {
        let square = dot(&column, &column);
        let value = if square > NEGLIGIBLE { square.sqrt() } else { 0.0 };
        if value == 0.0 {
            column.fill(0.0);
        } else {
            column.iter_mut().for_each(|entry| *entry /= value);
        }
        let (left, right) = if wide { (turn, column) } else { (column, turn) };
        Triple { value, left, right }
    }));
    // The triples are almost sorted, and the standard library's stable sort would allocate.
    for end in 1..count {
        let value = triples[end].value;
        let place = triples[..end].partition_point(|triple| triple.value >= value);
        triples[place..=end].rotate_right(1);
    }
    Ok(triples)
}

/// Makes all columns orthogonal to each other, in at most `sweeps` sweeps.
fn orthogonalise(columns: &mut [Vec<f64>], right: &mut [Vec<f64>], tolerance: f64, sweeps: usize) {
    if (0..sweeps).all(|_| sweep(columns, right, tolerance)) {
        iteration_limit::count_reached();
    }
}

/// Makes every pair of columns orthogonal, one pair after another. Returns whether any rotation was needed.
fn sweep(columns: &mut [Vec<f64>], right: &mut [Vec<f64>], tolerance: f64) -> bool {
    let mut rotated = false;
    for p in 0..columns.len() {
        let norms = columns.iter().enumerate().skip(p).map(|(j, column)| (j, dot(column, column)));
        let (largest, _) = norms.fold((p, -1.0), |best, next| if next.1 > best.1 { next } else { best });
        columns.swap(p, largest);
        right.swap(p, largest);
        let (head, tail) = columns.split_at_mut(p + 1);
        let (turn_head, turn_tail) = right.split_at_mut(p + 1);
        for (q, turn) in tail.iter_mut().zip(turn_tail) {
            if let Some(rotation) = rotation(&head[p], q, tolerance) {
                rotation.turn_all(&mut head[p], q);
                rotation.turn_all(&mut turn_head[p], turn);
                rotated = true;
            }
        }
    }
    rotated
}

/// The rotation that makes two columns orthogonal; `None` if they already are.
fn rotation(p: &[f64], q: &[f64], tolerance: f64) -> Option<Rotation> {
    let (pp, qq, pq) = (dot(p, p), dot(q, q), dot(p, q));
    if pp.min(qq) <= NEGLIGIBLE || pq.abs() <= tolerance * (pp.sqrt() * qq.sqrt()) {
        return None;
    }
    let zeta = (qq - pp) / (2.0 * pq);
    // Beyond this, 1 + ζ² rounds to ζ², which might overflow.
    let tangent =
        if zeta.abs() > 1e9 { 0.5 / zeta } else { (1.0 / (zeta.abs() + (1.0 + zeta * zeta).sqrt())).copysign(zeta) };
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    Some(Rotation { cosine, sine: cosine * tangent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeps_that_reach_the_iteration_limit_are_counted() {
        for (sweeps, lost) in [(1, 1), (SWEEPS, 0)] {
            let mut columns = vec![vec![1.0, 0.5, 0.25], vec![1.0, 1.0, 0.0], vec![0.0, 1.0, 3.0]];
            let mut right = columns.clone();
            let before = iteration_limit::iterations_cut_off();
            orthogonalise(&mut columns, &mut right, f64::EPSILON, sweeps);
            assert_eq!(iteration_limit::iterations_cut_off(), before + lost, "{sweeps} sweeps");
        }
    }
}
