//! Householder reduction to upper bidiagonal form (Golub & Van Loan, 4th ed., algorithm 5.4.2), one pass a column.
//!
//! The textbook goes through the matrix four times a column. Here every row comes into the cache once: it receives the
//! left update, is multiplied by the right vector, receives the right update, and joins the sum that the next left
//! update needs. That works because the next left vector is the next column, of which this row's entry is then known.
//!
//! Columns are held in pairs and rows taken in fours, counted from the first. Where a pair or a four begins before what
//! is left to reduce, the part before is zero, in the vectors or in the matrix, and so adds nothing.

use super::pair::Pair;

/// A column or row whose squared length is below this, where the largest entry is in [1, 2), is zero: its square would
/// underflow, and 1e-140 is far below the last digit of σ₁.
const NEGLIGIBLE: f64 = 1e-280;

/// How many rows share one load of a vector. Eight would not fit into the sixteen registers of a CPU.
pub(super) const ROWS: usize = 4;

/// What is left of the matrix: a bidiagonal one with the same singular values.
pub(super) struct Bidiagonal {
    /// n values.
    pub(super) diagonal: Vec<f64>,
    /// n − 1 values.
    pub(super) above: Vec<f64>,
    /// How many reflections were not the identity.
    pub(super) reflections: usize,
}

/// Reduces the matrix of m ≥ n rows and n ≥ 1 columns in `a`, which it overwrites.
///
/// `a` holds row after row, each as ⌈n/2⌉ pairs, then rows of zeros up to a multiple of [`ROWS`]. Where n is odd the
/// last number of a row is 0.
pub(super) fn reduce(a: &mut [Pair], m: usize, n: usize) -> Bidiagonal {
    let stride = n.div_ceil(2);
    let mut diagonal = vec![0.0; n];
    let mut above = vec![0.0; n - 1];
    let mut reflections = 0;
    // The column being reduced, and the sum of the rows with its entries as weights.
    let mut column = vec![0.0; m.next_multiple_of(ROWS)];
    let mut sum = vec![Pair::both(0.0); stride];
    let (mut y, mut v) = (sum.clone(), sum.clone());
    // Updates nothing, but takes out the first column and its sum.
    pass(a, stride, 0, &mut column, Updates { y: &y, v: &v, gamma: 0.0 }, &mut sum);
    for k in 0..n {
        let left = Reflection::of(column[k], squares(&column[k + 1..]));
        column[k] = 0.0;
        diagonal[k] = left.image;
        reflections += usize::from(left.factor != 0.0);
        let Some(beside) = above.get_mut(k) else { break };

        let from = k + 1;
        let first = from / 2;
        let (sum, y, v) = (&mut sum[first..], &mut y[first..], &mut v[first..]);
        let row = &mut a[k * stride + first..(k + 1) * stride];
        let (factor, head, image) = (Pair::both(left.factor), Pair::both(left.head), Pair::both(left.image));
        for (((y, v), sum), row) in y.iter_mut().zip(&mut *v).zip(&*sum).zip(row) {
            // The sum holds this row with the weight that its entry has, not that of the reflection's head.
            *y = factor * (*sum - image * *row);
            *v = *row - head * *y;
            *row = Pair::both(0.0);
        }
        let [even, odd] = v[0].lanes();
        let right = if from % 2 == 0 {
            v[0] = Pair::new(0.0, odd);
            let right = Reflection::of(even, squared_length(v));
            v[0] = Pair::new(right.head, odd);
            right
        } else {
            y[0] = Pair::new(0.0, y[0].lanes()[1]);
            v[0] = Pair::both(0.0);
            let right = Reflection::of(odd, squared_length(v));
            v[0] = Pair::new(0.0, right.head);
            right
        };
        *beside = right.image;
        reflections += usize::from(right.factor != 0.0);
        let start = from / ROWS * ROWS;
        pass(&mut a[start * stride..], stride, from, &mut column[start..], Updates { y, v, gamma: right.factor }, sum);
    }
    Bidiagonal { diagonal, above, reflections }
}

/// I − factor·w·wᵀ maps x to `image`·e₁, where w is x with its first entry replaced by `head`.
pub(super) struct Reflection {
    pub(super) image: f64,
    pub(super) head: f64,
    pub(super) factor: f64,
}

impl Reflection {
    /// For the x that begins with `head` and whose other entries have the squares' sum `below`.
    pub(super) fn of(head: f64, below: f64) -> Self {
        if below < NEGLIGIBLE {
            return Self { image: head, head: 0.0, factor: 0.0 };
        }
        let length = (head * head + below).sqrt();
        let signed = if head < 0.0 { -length } else { length };
        Self { image: -signed, head: head + signed, factor: 1.0 / (length * (length + head.abs())) }
    }
}

/// What a pass does to a row r with weight u: r −= u·y, then r −= γ·(r·v)·v.
#[derive(Clone, Copy)]
struct Updates<'a> {
    y: &'a [Pair],
    v: &'a [Pair],
    gamma: f64,
}

/// Updates the rows in `a` by their weights in `column`, from the pair on that holds the column `from`. Overwrites
/// `column` with the entries of that column, and `sum` with the sum of the rows, each times its entry there.
fn pass(a: &mut [Pair], stride: usize, from: usize, column: &mut [f64], by: Updates, sum: &mut [Pair]) {
    let (first, lane) = (from / 2, from % 2);
    sum.fill(Pair::both(0.0));
    for (rows, weights) in a.chunks_exact_mut(ROWS * stride).zip(column.as_chunks_mut().0) {
        let (ab, cd) = rows.split_at_mut(2 * stride);
        let ((a, b), (c, d)) = (ab.split_at_mut(stride), cd.split_at_mut(stride));
        update([&mut a[first..], &mut b[first..], &mut c[first..], &mut d[first..]], lane, weights, by, sum);
    }
}

/// [`pass`] over a few rows, so that y, v and `sum` are loaded once for all of them.
fn update(rows: [&mut [Pair]; ROWS], lane: usize, weights: &mut [f64; ROWS], by: Updates, sum: &mut [Pair]) {
    let count = sum.len();
    let rows = rows.map(|row| &mut row[..count]);
    let (y, v) = (&by.y[..count], &by.v[..count]);
    let old = weights.map(Pair::both);
    let mut dots = [Pair::both(0.0); ROWS];
    for j in 0..count {
        let (y, v) = (y[j], v[j]);
        for i in 0..ROWS {
            let value = rows[i][j] - old[i] * y;
            rows[i][j] = value;
            dots[i] = dots[i] + value * v;
        }
    }
    let along = dots.map(|dot| Pair::both(by.gamma * dot.sum()));
    for i in 0..ROWS {
        weights[i] = (rows[i][0] - along[i] * v[0]).lanes()[lane];
    }
    let new = weights.map(Pair::both);
    for j in 0..count {
        let (v, mut total) = (v[j], sum[j]);
        for i in 0..ROWS {
            let value = rows[i][j] - along[i] * v;
            rows[i][j] = value;
            total = total + new[i] * value;
        }
        sum[j] = total;
    }
}

/// Σ xᵢ² in four interleaved sums: as fast as the additions allow, and a smaller error than one long sum.
pub(super) fn squares(x: &[f64]) -> f64 {
    let (fours, rest) = x.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, x) in sums.iter_mut().zip(four) {
            *sum += x * x;
        }
    }
    let rest: f64 = rest.iter().fold(0.0, |sum, x| sum + x * x);
    let [a, b, c, d] = sums;
    ((a + c) + (b + d)) + rest
}

/// [`squares`] of pairs.
fn squared_length(x: &[Pair]) -> f64 {
    let (twos, rest) = x.as_chunks::<2>();
    let (mut a, mut b) = (Pair::both(0.0), Pair::both(0.0));
    for &[x, y] in twos {
        a = a + x * x;
        b = b + y * y;
    }
    for &x in rest {
        a = a + x * x;
    }
    (a + b).sum()
}
