//! The triangle R of a tall matrix W = Q·R. R has the singular values of W; Q is never formed.
//!
//! The rows are read in blocks that fit into a core's cache. Each block is placed below the current triangle, and both are
//! reduced together by Householder reflections (sequential TSQR: Demmel, Grigori, Hoemmen & Langou 2012,
//! doi:10.1137/080731992), so a matrix of any height is read only once.

use crate::svd::error::{SvdError, zeros};
use crate::svd::full::bidiagonal::ROWS;
use crate::svd::kernel::f64x2::F64x2;
use crate::svd::kernel::reflection::Reflection;
use crate::svd::kernel::sums::squares;

/// The number of pairs that fill half of a typical second-level cache of 1 MB.
const BLOCK_PAIRS: usize = 1 << 15;

/// A pair of columns in [`ROWS`] rows, which are updated at once and so are adjacent in memory.
type Rows = [F64x2; ROWS];

/// The n × n upper triangle R of a matrix of `rows` rows: row-major, each row as ⌈n/2⌉ pairs, padded with 0 if n is odd.
/// `pair(row, j)` returns the j-th pair of a row of the matrix.
pub(crate) fn triangle(n: usize, rows: usize, pair: impl Fn(usize, usize) -> F64x2) -> Result<Vec<F64x2>, SvdError> {
    let stride = n.div_ceil(2);
    let block = (BLOCK_PAIRS / stride).max(2 * n).saturating_sub(n).min(rows).max(1);
    let groups = (n + block).div_ceil(ROWS);
    let mut work = zeros(groups * stride, [F64x2::both(0.0); ROWS])?;
    let mut found = zeros(n * stride, F64x2::both(0.0))?;
    let mut column = zeros(groups * ROWS, 0.0)?;
    let mut vectors = [zeros(stride, F64x2::both(0.0))?, zeros(stride, F64x2::both(0.0))?];
    let mut next = 0;
    while next < rows {
        for i in 0..groups * ROWS {
            let (group, lane) = (&mut work[i / ROWS * stride..][..stride], i % ROWS);
            let row = next + i.max(n) - n;
            for (j, rows_of_pair) in group.iter_mut().enumerate() {
                rows_of_pair[lane] = if i < n {
                    found[i * stride + j]
                } else if row < rows {
                    pair(row, j)
                } else {
                    F64x2::both(0.0)
                };
            }
        }
        next += groups * ROWS - n;
        reduce(&mut work, n, &mut column, &mut vectors, &mut found);
    }
    Ok(found)
}

/// Reduces `a` to its triangle, which overwrites `found`. Leaves zeros in the first n rows of `a`.
fn reduce(a: &mut [Rows], n: usize, column: &mut [f64], [sum, y]: &mut [Vec<F64x2>; 2], found: &mut [F64x2]) {
    let stride = n.div_ceil(2);
    y.fill(F64x2::both(0.0));
    column.fill(0.0);
    pass(a, stride, 0, column, y, sum);
    for k in 0..n {
        let left = Reflection::of(column[k], squares(&column[k + 1..]));
        column[k] = 0.0;
        let first = k / 2;
        let found = &mut found[k * stride..(k + 1) * stride];
        found[..first].fill(F64x2::both(0.0));
        let (factor, head, image) = (F64x2::both(left.factor), F64x2::both(left.head), F64x2::both(left.image));
        for j in first..stride {
            let entry = &mut a[k / ROWS * stride + j][k % ROWS];
            y[j] = factor * (sum[j] - image * *entry);
            found[j] = *entry - head * y[j];
            *entry = F64x2::both(0.0);
        }
        let beside = found[first].lanes()[1];
        found[first] = if k % 2 == 0 { F64x2::new(left.image, beside) } else { F64x2::new(0.0, left.image) };
        let from = k + 1;
        if from == n {
            break;
        }
        let (start, first) = (from / ROWS, from / 2);
        pass(&mut a[start * stride..], stride, from, &mut column[start * ROWS..], &y[first..], &mut sum[first..]);
    }
}

/// r −= u·y for every row r of `a` with its weight u in `column`, from the pair that holds column `from` on. Overwrites `column`
/// with the entries of column `from`, and `sum` with the sum of the rows, each times its entry there.
fn pass(a: &mut [Rows], stride: usize, from: usize, column: &mut [f64], y: &[F64x2], sum: &mut [F64x2]) {
    let (first, lane) = (from / 2, from % 2);
    sum.fill(F64x2::both(0.0));
    for (group, weights) in a.chunks_exact_mut(stride).zip(column.as_chunks_mut().0) {
        update(&mut group[first..], lane, weights, y, sum);
    }
}

/// [`pass`] over [`ROWS`] rows, so that y and `sum` are loaded once for all of them.
fn update(rows: &mut [Rows], lane: usize, weights: &mut [f64; ROWS], y: &[F64x2], sum: &mut [F64x2]) {
    // Unrolled by hand: builds for size do not unroll loops, and do not inline a closure that is used more than once.
    let [wa, wb, wc, wd] = *weights;
    let (wa, wb, wc, wd) = (F64x2::both(wa), F64x2::both(wb), F64x2::both(wc), F64x2::both(wd));
    let (&first, [a, b, c, d]) = (&y[0], rows[0]);
    let (a, b, c, d) = (a - wa * first, b - wb * first, c - wc * first, d - wd * first);
    let (na, nb, nc, nd) = (a.lanes()[lane], b.lanes()[lane], c.lanes()[lane], d.lanes()[lane]);
    *weights = [na, nb, nc, nd];
    let (na, nb, nc, nd) = (F64x2::both(na), F64x2::both(nb), F64x2::both(nc), F64x2::both(nd));
    for ((sum, &y), [a, b, c, d]) in sum.iter_mut().zip(y).zip(rows) {
        *a = *a - wa * y;
        *b = *b - wb * y;
        *c = *c - wc * y;
        *d = *d - wd * y;
        *sum = *sum + na * *a + nb * *b + nc * *c + nd * *d;
    }
}
