//! Householder reduction to upper bidiagonal form (Golub & Van Loan, 4th ed., algorithm 5.4.2), in one pass per column.
//!
//! The textbook algorithm reads the matrix four times per column. Here each row is loaded into the cache once: it receives the
//! left update, is multiplied by the right vector, receives the right update, and is added to the sum that the next left update
//! needs. That is possible because the next left vector is the next column, and this row's entry of it is known by then.
//!
//! Columns are processed in pairs and rows in fours, counted from the first. If a pair or a four begins before the part that is
//! left to reduce, the vectors or the matrix are zero there and contribute nothing.

use crate::svd::kernel::f64x2::F64x2;
use crate::svd::kernel::reflection::Reflection;
use crate::svd::kernel::sums::{squared_length, squares};

/// How many rows share one load of a vector. Eight rows would need more than a CPU's sixteen registers.
pub(crate) const ROWS: usize = 4;

/// A matrix during its reduction to a bidiagonal one with the same singular values.
pub(crate) struct Reduction {
    /// Row-major, each row as ⌈n/2⌉ pairs, padded with rows of zeros to a multiple of [`ROWS`]. If n is odd, the last number of
    /// each row is 0.
    a: Vec<F64x2>,
    m: usize,
    n: usize,
    /// The n values on the diagonal and the n − 1 on the superdiagonal; the first `done` of each are known.
    pub(crate) diagonal: Vec<f64>,
    pub(crate) above: Vec<f64>,
    /// How many reflections were not the identity.
    pub(crate) reflections: usize,
    /// How many columns are reduced.
    done: usize,
    /// The next row of the current pass.
    next: usize,
    /// The column to reduce next, and the sum of the rows weighted by its entries.
    column: Vec<f64>,
    sum: Vec<F64x2>,
    y: Vec<F64x2>,
    v: Vec<F64x2>,
    gamma: f64,
}

impl Reduction {
    /// For the matrix of m ≥ n rows and n ≥ 1 columns in `a`, laid out as the field `a` requires.
    pub(crate) fn new(a: Vec<F64x2>, m: usize, n: usize) -> Self {
        let stride = n.div_ceil(2);
        let zeros = vec![F64x2::both(0.0); stride];
        let column = vec![0.0; m.next_multiple_of(ROWS)];
        let (diagonal, above) = (vec![0.0; n], vec![0.0; n - 1]);
        let (sum, y, v) = (zeros.clone(), zeros.clone(), zeros);
        // The first pass updates nothing; it only extracts the first column and its weighted sum of the rows.
        Self { a, m, n, diagonal, above, reflections: 0, done: 0, next: 0, column, sum, y, v, gamma: 0.0 }
    }

    /// Does about `operations` floating-point operations and subtracts them from `operations`. Returns whether the reduction is
    /// complete.
    pub(crate) fn advance(&mut self, operations: &mut u64) -> bool {
        let stride = self.n.div_ceil(2);
        while self.done < self.n && *operations > 0 {
            let left = (self.column.len() - self.next) / ROWS;
            if left == 0 {
                self.eliminate();
                continue;
            }
            let (first, lane) = (self.done / 2, self.done % 2);
            let cost = (16 * ROWS * (stride - first)) as u64;
            let groups = usize::try_from(*operations / cost).unwrap_or(left).clamp(1, left);
            *operations = operations.saturating_sub(cost * groups as u64);
            let rows = self.next..self.next + groups * ROWS;
            let weights = self.column[rows.clone()].as_chunks_mut().0;
            let by = Updates { y: tail(&mut self.y, first), v: tail(&mut self.v, first), gamma: self.gamma };
            let sum = tail(&mut self.sum, first);
            for (rows, weights) in
                self.a[rows.start * stride..rows.end * stride].chunks_exact_mut(ROWS * stride).zip(weights)
            {
                let (ab, cd) = rows.split_at_mut(2 * stride);
                let ((a, b), (c, d)) = (ab.split_at_mut(stride), cd.split_at_mut(stride));
                let rows = [tail(a, first), tail(b, first), tail(c, first), tail(d, first)];
                update(rows, lane, weights, by, sum);
            }
            self.next = rows.end;
        }
        self.done == self.n
    }

    /// The part of the whole work that is done, in [0, 1].
    pub(crate) fn progress(&self) -> f64 {
        let work = |left: f64| left * left * ((self.m - self.n) as f64 / 2.0 + left / 3.0);
        1.0 - work((self.n - self.done) as f64) / work(self.n as f64)
    }

    /// Computes the two reflections of the next column from a completed pass, and begins the pass that applies them. The last
    /// column has no reflection from the right.
    fn eliminate(&mut self) {
        let (k, stride) = (self.done, self.n.div_ceil(2));
        let left = Reflection::of(self.column[k], squares(&self.column[k + 1..]));
        self.column[k] = 0.0;
        self.diagonal[k] = left.image;
        self.reflections += usize::from(left.factor != 0.0);
        self.done += 1;
        let Some(beside) = self.above.get_mut(k) else { return };

        let from = k + 1;
        let first = from / 2;
        let (sum, y, v) = (tail(&mut self.sum, first), tail(&mut self.y, first), tail(&mut self.v, first));
        let row = tail(&mut self.a, k * stride + first);
        let (factor, head, image) = (F64x2::both(left.factor), F64x2::both(left.head), F64x2::both(left.image));
        for (((y, v), sum), row) in y.iter_mut().zip(&mut *v).zip(&*sum).zip(row) {
            // In the sum, the weight of this row is its entry, not the reflection's head.
            *y = factor * (*sum - image * *row);
            *v = *row - head * *y;
            *row = F64x2::both(0.0);
        }
        let [even, odd] = first_of(v).lanes();
        let right = if from % 2 == 0 {
            v[0] = F64x2::new(0.0, odd);
            let right = Reflection::of(even, squared_length(v));
            v[0] = F64x2::new(right.head, odd);
            right
        } else {
            y[0] = F64x2::new(0.0, first_of(y).lanes()[1]);
            v[0] = F64x2::both(0.0);
            let right = Reflection::of(odd, squared_length(v));
            v[0] = F64x2::new(0.0, right.head);
            right
        };
        *beside = right.image;
        self.reflections += usize::from(right.factor != 0.0);
        self.gamma = right.factor;
        sum.fill(F64x2::both(0.0));
        self.next = from / ROWS * ROWS;
    }
}

// Every line that may panic adds a location record to the wasm file, so all lines share these two functions.

fn tail(pairs: &mut [F64x2], from: usize) -> &mut [F64x2] {
    &mut pairs[from..]
}

fn first_of(pairs: &[F64x2]) -> F64x2 {
    pairs[0]
}

/// The updates of a row r with weight u: r −= u·y, then r −= γ·(r·v)·v.
#[derive(Clone, Copy)]
struct Updates<'a> {
    y: &'a [F64x2],
    v: &'a [F64x2],
    gamma: f64,
}

/// Updates [`ROWS`] rows by their weights, so that y, v and `sum` are loaded once for all of them. The first pair of each slice
/// contains the next column, in `lane`. Overwrites `weights` with the rows' entries in that column, and adds the rows to `sum`,
/// each times its entry there.
fn update(rows: [&mut [F64x2]; ROWS], lane: usize, weights: &mut [f64; ROWS], by: Updates, sum: &mut [F64x2]) {
    // Unrolled by hand: builds for size do not unroll loops, and sums kept in memory take twice the time.
    let [a, b, c, d] = rows;
    let [wa, wb, wc, wd] = weights.map(F64x2::both);
    let zero = F64x2::both(0.0);
    let (mut da, mut db, mut dc, mut dd) = (zero, zero, zero, zero);
    for (((((&y, &v), a), b), c), d) in
        by.y.iter().zip(by.v).zip(a.iter_mut()).zip(b.iter_mut()).zip(c.iter_mut()).zip(d.iter_mut())
    {
        *a = *a - wa * y;
        da = da + *a * v;
        *b = *b - wb * y;
        db = db + *b * v;
        *c = *c - wc * y;
        dc = dc + *c * v;
        *d = *d - wd * y;
        dd = dd + *d * v;
    }
    let [da, db, dc, dd] = [da, db, dc, dd].map(|dot| F64x2::both(by.gamma * dot.sum()));
    let v = first_of(by.v);
    *weights = [first_of(a) - da * v, first_of(b) - db * v, first_of(c) - dc * v, first_of(d) - dd * v]
        .map(|entry| entry.lanes()[lane]);
    let [wa, wb, wc, wd] = weights.map(F64x2::both);
    for (((((&v, sum), a), b), c), d) in by.v.iter().zip(sum).zip(a).zip(b).zip(c).zip(d) {
        *a = *a - da * v;
        *b = *b - db * v;
        *c = *c - dc * v;
        *d = *d - dd * v;
        *sum = *sum + wa * *a + wb * *b + wc * *c + wd * *d;
    }
}
