//! The triangle R of a tall matrix W = Q·R, which has the singular values of W. Q is never formed.
//!
//! Rows are taken in blocks that fit into a core's cache. Each block is put below the triangle so far and both are reduced
//! together by Householder reflections (sequential TSQR: Demmel, Grigori, Hoemmen & Langou 2012, doi:10.1137/080731992), so
//! that a matrix of any height is read once.

use super::bidiagonal::{ROWS, Reflection, squares};
use super::pair::Pair;

/// As many pairs as fit into half of a usual second-level cache of 1 MB.
const BLOCK_PAIRS: usize = 1 << 15;

/// The n × n upper triangle R of the matrix with the `rows` given, each of ⌈n/2⌉ pairs, filled up with 0 where n is odd.
/// Row after row, as ⌈n/2⌉ pairs.
pub(super) fn triangle(n: usize, rows: usize, fill: impl Fn(usize, &mut [Pair])) -> Vec<Pair> {
    let stride = n.div_ceil(2);
    let block = (BLOCK_PAIRS / stride).max(2 * n).saturating_sub(n).min(rows).max(1);
    let height = (n + block).next_multiple_of(ROWS);
    let mut work = vec![Pair::both(0.0); height * stride];
    let mut found = vec![Pair::both(0.0); n * stride];
    let mut column = vec![0.0; height];
    let mut vectors = [vec![Pair::both(0.0); stride], vec![Pair::both(0.0); stride]];
    let mut next = 0;
    while next < rows {
        work[..n * stride].copy_from_slice(&found);
        for row in work[n * stride..].chunks_exact_mut(stride) {
            if next < rows && row.len() == stride {
                fill(next, row);
                next += 1;
            } else {
                row.fill(Pair::both(0.0));
            }
        }
        reduce(&mut work, n, &mut column, &mut vectors, &mut found);
    }
    found
}

/// Reduces `a` to its triangle, which overwrites `found`; leaves zeros in the first n rows of `a`.
fn reduce(a: &mut [Pair], n: usize, column: &mut [f64], [sum, y]: &mut [Vec<Pair>; 2], found: &mut [Pair]) {
    let stride = n.div_ceil(2);
    y.fill(Pair::both(0.0));
    column.fill(0.0);
    pass(a, stride, 0, column, y, sum);
    for k in 0..n {
        let left = Reflection::of(column[k], squares(&column[k + 1..]));
        column[k] = 0.0;
        let first = k / 2;
        let row = &mut a[k * stride..(k + 1) * stride];
        let found = &mut found[k * stride..(k + 1) * stride];
        found[..first].fill(Pair::both(0.0));
        let (factor, head, image) = (Pair::both(left.factor), Pair::both(left.head), Pair::both(left.image));
        for j in first..stride {
            y[j] = factor * (sum[j] - image * row[j]);
            found[j] = row[j] - head * y[j];
            row[j] = Pair::both(0.0);
        }
        let beside = found[first].lanes()[1];
        found[first] = if k % 2 == 0 { Pair::new(left.image, beside) } else { Pair::new(0.0, left.image) };
        let from = k + 1;
        if from == n {
            break;
        }
        let start = from / ROWS * ROWS;
        let first = from / 2;
        pass(&mut a[start * stride..], stride, from, &mut column[start..], &y[first..], &mut sum[first..]);
    }
}

/// r −= u·y for every row r of `a` with its weight u in `column`, from the pair on that holds the column `from`. Overwrites
/// `column` with the entries of that column, and `sum` with the sum of the rows, each times its entry there.
fn pass(a: &mut [Pair], stride: usize, from: usize, column: &mut [f64], y: &[Pair], sum: &mut [Pair]) {
    let (first, lane) = (from / 2, from % 2);
    sum.fill(Pair::both(0.0));
    for (rows, weights) in a.chunks_exact_mut(ROWS * stride).zip(column.as_chunks_mut().0) {
        let (ab, cd) = rows.split_at_mut(2 * stride);
        let ((a, b), (c, d)) = (ab.split_at_mut(stride), cd.split_at_mut(stride));
        update([&mut a[first..], &mut b[first..], &mut c[first..], &mut d[first..]], lane, weights, y, sum);
    }
}

/// [`pass`] over a few rows, so that y and `sum` are loaded once for all of them.
fn update(rows: [&mut [Pair]; ROWS], lane: usize, weights: &mut [f64; ROWS], y: &[Pair], sum: &mut [Pair]) {
    // Written out, since builds for size do not unroll a loop.
    let [a, b, c, d] = rows;
    let [wa, wb, wc, wd] = weights.map(Pair::both);
    *weights =
        [a[0] - wa * y[0], b[0] - wb * y[0], c[0] - wc * y[0], d[0] - wd * y[0]].map(|entry| entry.lanes()[lane]);
    let [na, nb, nc, nd] = weights.map(Pair::both);
    let count = y.len();
    let (sum, a, b, c, d) = (&mut sum[..count], &mut a[..count], &mut b[..count], &mut c[..count], &mut d[..count]);
    for j in 0..count {
        let y = y[j];
        a[j] = a[j] - wa * y;
        b[j] = b[j] - wb * y;
        c[j] = c[j] - wc * y;
        d[j] = d[j] - wd * y;
        sum[j] = sum[j] + na * a[j] + nb * b[j] + nc * c[j] + nd * d[j];
    }
}
