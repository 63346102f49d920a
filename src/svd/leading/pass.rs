//! W·X and Wᵀ·(W·X) in one reading of W: the step that costs nearly all the time.
//!
//! W comes in blocks of rows that fit into a core's cache. A block is multiplied by X and its transpose by the result
//! before it leaves the cache. Both products take four rows at once and sum in the matrix's own type: W·X with eight sums in
//! registers along the rows, Wᵀ·Y with eight vectors of W in registers, added to one sum after another. Sums of at most
//! [`DEPTH`] terms are then added up in `f64`.

use crate::svd::entry::{Entry, sealed::Sealed};
use crate::svd::lanes::Lanes;
use crate::svd::pair::Pair;

/// Rows of W that are read at once: with X and Wᵀ·Y they leave room in a cache of half a megabyte.
pub(super) const HEIGHT: usize = 16;
/// The longest sum along a row in the matrix's own type.
const DEPTH: usize = 256;
/// The rows that are summed in the matrix's own type. Fewer than along a row, since here rounding grows: where little of a
/// block of U is new, small values of W drown in it.
const ROWS: usize = 64;
const STREAMS: usize = 4;

/// Two vectors side by side.
type Panel<T> = [<T as Sealed>::Lanes; 2];

#[inline(always)]
fn panel<T: Entry>(of: &[T]) -> Panel<T> {
    let (first, second) = of.split_at(T::Lanes::COUNT);
    [T::Lanes::load(first), T::Lanes::load(second)]
}

fn no_panel<T: Entry>() -> Panel<T> {
    [T::Lanes::splat(T::ZERO); 2]
}

fn width<T: Entry>() -> usize {
    2 * T::Lanes::COUNT
}

/// X of `columns` columns, a multiple of 8, each of n entries, laid out for the kernel.
pub(super) struct Factor<T: Entry> {
    panels: Vec<Panel<T>>,
    columns: usize,
    /// Y as the second product reads it: four rows of every column, then the next four.
    between: Vec<[T; STREAMS]>,
    /// Wᵀ·Y of the last rows, at most [`ROWS`]: for every panel of W's columns, and for every column of Y, the panel's part.
    sums: Vec<Panel<T>>,
    /// How many rows the sums hold.
    summed: usize,
    /// Wᵀ·Y of the rows before, in the same order.
    totals: Vec<Pair>,
}

/// Powers of two that keep the products of a pass inside the range of the matrix's type.
#[derive(Clone, Copy)]
pub(super) struct Scales {
    /// Applied to X when it is packed, and to W·X before it is multiplied by Wᵀ.
    pub(super) before: f64,
    /// Applied to what either product gives.
    pub(super) after: f64,
}

impl<T: Entry> Factor<T> {
    pub(super) fn new(columns: usize) -> Self {
        let between = vec![[T::ZERO; STREAMS]; columns * HEIGHT / STREAMS];
        Self { panels: Vec::new(), columns, between, sums: Vec::new(), summed: 0, totals: Vec::new() }
    }

    /// Takes the columns of `x`, one after another, each times `scales.before`, and begins a new Wᵀ·Y.
    pub(super) fn pack(&mut self, x: &[f64], scales: Scales) {
        let n = x.len() / self.columns;
        let sums = n.div_ceil(width::<T>()) * self.columns;
        self.sums.clear();
        self.sums.resize(sums, no_panel::<T>());
        self.totals.clear();
        self.totals.resize(sums * width::<T>() / 2, Pair::both(0.0));
        self.summed = 0;
        self.panels.clear();
        self.panels.reserve_exact(x.len() / width::<T>());
        let mut side = [T::ZERO; 8];
        let (side, _) = side.split_at_mut(width::<T>());
        for group in x.chunks_exact(n * width::<T>()) {
            for j in 0..n {
                for (value, column) in side.iter_mut().zip(group.chunks_exact(n)) {
                    *value = T::rounded(column[j] * scales.before);
                }
                self.panels.push(panel::<T>(side));
            }
        }
    }

    /// For a block of at most [`HEIGHT`] rows of W: overwrites `y` with block·X, column after column.
    pub(super) fn forward(&self, block: &[T], scales: Scales, y: &mut [f64]) {
        let n = self.panels.len() * width::<T>() / self.columns;
        let height = block.len() / n;
        for (panels, y) in self.panels.chunks_exact(n).zip(y.chunks_exact_mut(height * width::<T>())) {
            for first in (0..height).step_by(STREAMS) {
                let rows = four_rows(block, n, first);
                let mut totals = [[Pair::both(0.0); 4]; STREAMS];
                for (from, panels) in (0..n).step_by(DEPTH).zip(panels.chunks(DEPTH)) {
                    let sums = gather::<T>(rows.map(|row| &row[from..]), panels);
                    for (sums, totals) in sums.into_iter().zip(&mut totals) {
                        T::Lanes::add_to_pairs(sums, totals);
                    }
                }
                for (i, totals) in (first..height).zip(&totals) {
                    let values = totals.iter().flat_map(|pair| pair.lanes());
                    for (y, value) in y[i..].iter_mut().step_by(height).zip(values) {
                        *y = scales.after * value;
                    }
                }
            }
        }
    }

    /// Adds blockᵀ·Y to the sums, where `y` holds as many rows as the block, column after column.
    pub(super) fn backward(&mut self, block: &[T], n: usize, scales: Scales, y: &[f64]) {
        let height = block.len() / n;
        if self.summed + height > ROWS {
            self.total();
        }
        self.summed += height;
        // Where fewer than four rows are left, the missing ones count nothing.
        self.between.fill([T::ZERO; STREAMS]);
        for (c, y) in y.chunks_exact(height).enumerate() {
            for (i, &y) in y.iter().enumerate() {
                self.between[i / STREAMS * self.columns + c][i % STREAMS] = T::rounded(y * scales.before);
            }
        }
        let whole = n - n % width::<T>();
        let (sums, last_sums) = self.sums.split_at_mut(whole / width::<T>() * self.columns);
        for (first, ys) in (0..height).step_by(STREAMS).zip(self.between.chunks_exact(self.columns)) {
            let rows = four_rows(block, n, first);
            spread::<T>(rows.map(|row| &row[..whole]), ys, sums);
            if whole < n {
                let edges = rows.map(|row| {
                    let mut edge = [T::ZERO; 8];
                    edge[..n - whole].copy_from_slice(&row[whole..]);
                    edge
                });
                spread::<T>(edges.each_ref().map(|edge| &edge[..width::<T>()]), ys, last_sums);
            }
        }
    }

    /// Adds the sums to the totals.
    fn total(&mut self) {
        for (sums, totals) in self.sums.iter_mut().zip(self.totals.chunks_exact_mut(width::<T>() / 2)) {
            T::Lanes::add_to_pairs(std::mem::replace(sums, no_panel::<T>()), totals);
        }
        self.summed = 0;
    }

    /// Writes Wᵀ·Y to `z`, column after column.
    pub(super) fn take(&mut self, scales: Scales, z: &mut [f64]) {
        self.total();
        let n = z.len() / self.columns;
        for (c, z) in z.chunks_exact_mut(n).enumerate() {
            let pairs = self.totals.chunks_exact(width::<T>() / 2).skip(c).step_by(self.columns).flatten();
            for (two, pair) in z.chunks_mut(2).zip(pairs) {
                two.iter_mut().zip(pair.lanes()).for_each(|(z, total)| *z = scales.after * total);
            }
        }
    }
}

/// Rows of a block, from `first` on. The last stands in for those that it does not have.
fn four_rows<T>(block: &[T], n: usize, first: usize) -> [&[T]; STREAMS] {
    let rows = block.len() / n;
    std::array::from_fn(|i| {
        let row = (first + i).min(rows - 1);
        &block[row * n..(row + 1) * n]
    })
}

// Both products are written out, since builds for size do not unroll a loop, and sums in memory take twice the time. They
// are never inlined, since such builds inline an iterator only where it is used once.

/// Σₖ rowᵢ[k]·panels[k] for every row i.
#[inline(never)]
fn gather<T: Entry>(rows: [&[T]; STREAMS], panels: &[Panel<T>]) -> [Panel<T>; STREAMS] {
    let [s, t, u, v] = rows;
    let [mut a, mut b, mut c, mut d] = [no_panel::<T>(); STREAMS];
    for ((((&by, &s), &t), &u), &v) in panels.iter().zip(s).zip(t).zip(u).zip(v) {
        a = plus::<T>(a, product(s, by));
        b = plus::<T>(b, product(t, by));
        c = plus::<T>(c, product(u, by));
        d = plus::<T>(d, product(v, by));
    }
    [a, b, c, d]
}

/// Adds Σᵢ y[i]·rowᵢ to the sums: for every panel of the rows, and for every y, the panel's part.
#[inline(never)]
fn spread<T: Entry>(rows: [&[T]; STREAMS], ys: &[[T; STREAMS]], sums: &mut [Panel<T>]) {
    let [a, b, c, d] = rows.map(|row| row.chunks_exact(width::<T>()));
    for ((((sums, a), b), c), d) in sums.chunks_exact_mut(ys.len()).zip(a).zip(b).zip(c).zip(d) {
        let (a, b, c, d) = (panel::<T>(a), panel::<T>(b), panel::<T>(c), panel::<T>(d));
        for (sum, &[s, t, u, v]) in sums.iter_mut().zip(ys) {
            let two = plus::<T>(product(s, a), product(t, b));
            *sum = plus::<T>(*sum, plus::<T>(plus::<T>(two, product(u, c)), product(v, d)));
        }
    }
}

#[inline(always)]
fn product<T: Entry>(value: T, [left, right]: Panel<T>) -> Panel<T> {
    let value = T::Lanes::splat(value);
    [value * left, value * right]
}

#[inline(always)]
fn plus<T: Entry>([left, right]: Panel<T>, [more_left, more_right]: Panel<T>) -> Panel<T> {
    [left + more_left, right + more_right]
}
