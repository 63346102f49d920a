//! W·X and Wᵀ·(W·X) in one pass over W: the step that takes nearly all the time.
//!
//! W is read in blocks of rows that fit into a core's cache. Each block is multiplied by X, and its transpose by the result,
//! before it leaves the cache. Both products process four rows at once, and multiply each entry by the SIMD vectors of a few
//! columns of X or Y. They sum in the type of the entries: W·X with eight sums in registers, Wᵀ·Y with eight vectors of Y in
//! registers and the sums in memory. Sums of at most [`DEPTH`] terms are then added up in `f64`.

use crate::svd::entry::Entry;
use crate::svd::entry::sealed::Sealed;
use crate::svd::kernel::f32x4::Lanes;
use crate::svd::kernel::f64x2::F64x2;

/// The number of rows of W in a block. Together with X and Wᵀ·Y they fit into a cache of half a megabyte, with room to spare.
pub(super) const HEIGHT: usize = 16;
/// The longest sum along a row in the type of the entries.
const DEPTH: usize = 256;
/// The longest sum over rows in the type of the entries. It is shorter than [`DEPTH`], since rounding errors are amplified here:
/// if little of a block of U is new, they would hide small values of W.
const ROWS: usize = 128;
const STREAMS: usize = 4;

/// Two SIMD vectors: a row of a few columns.
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

/// X, laid out for the kernels. It has `columns` columns, a multiple of 8, of n entries each.
pub(super) struct Factor<T: Entry> {
    panels: Vec<Panel<T>>,
    columns: usize,
    /// The rows of Y for the current block of W, in panels.
    between: Vec<Panel<T>>,
    /// Wᵀ·Y over the last rows, at most [`ROWS`], in panels.
    sums: Vec<Panel<T>>,
    /// How many rows are in `sums`.
    summed: usize,
    /// Wᵀ·Y over all earlier rows, in the same order.
    totals: Vec<F64x2>,
}

/// Powers of two that keep the products of a pass inside the range of the type of the entries.
#[derive(Clone, Copy)]
pub(super) struct Scales {
    /// Applied to X when it is packed, and to W·X before it is multiplied by Wᵀ.
    pub(super) before: f64,
    /// Applied to the result of either product.
    pub(super) after: f64,
}

impl<T: Entry> Factor<T> {
    pub(super) fn new(columns: usize) -> Self {
        let (panels, between, sums, totals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { panels, columns, between, sums, summed: 0, totals }
    }

    /// Packs `x`, column-major, times `scales.before`, and begins a new Wᵀ·Y.
    pub(super) fn pack(&mut self, x: &[f64], scales: Scales) {
        in_panels::<T>(&mut self.panels, x, x.len() / self.columns, scales);
        self.sums.clear();
        self.sums.resize(self.panels.len(), no_panel::<T>());
        self.totals.clear();
        self.totals.resize(x.len() / 2, F64x2::both(0.0));
        self.summed = 0;
    }

    /// Overwrites `y` with block·X, column-major, for a block of at most [`HEIGHT`] rows of W.
    pub(super) fn forward(&self, block: &[T], scales: Scales, y: &mut [f64]) {
        let n = self.panels.len() * width::<T>() / self.columns;
        let height = block.len() / n;
        for (panels, y) in self.panels.chunks_exact(n).zip(y.chunks_exact_mut(height * width::<T>())) {
            for first in (0..height).step_by(STREAMS) {
                let totals = gather::<T>(four_rows(block, n, first), panels);
                for (i, totals) in (first..height).zip(&totals) {
                    out_of_pairs(totals, &mut y[i..], height, scales);
                }
            }
        }
    }

    /// Adds blockᵀ·Y to the sums. `y`, column-major, has as many rows as the block.
    pub(super) fn backward(&mut self, block: &[T], n: usize, scales: Scales, y: &[f64]) {
        let height = block.len() / n;
        if self.summed + height > ROWS {
            self.total();
        }
        self.summed += height;
        in_panels::<T>(&mut self.between, y, height, scales);
        for (y, sums) in self.between.chunks_exact(height).zip(self.sums.chunks_exact_mut(n)) {
            for (first, y) in (0..height).step_by(STREAMS).zip(y.chunks(STREAMS)) {
                // If fewer than four rows are left, the missing ones have the factor 0.
                let mut ys = [no_panel::<T>(); STREAMS];
                ys[..y.len()].copy_from_slice(y);
                spread::<T>(four_rows(block, n, first), ys, sums);
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

    /// Writes Wᵀ·Y to `z`, column-major.
    pub(super) fn take(&mut self, scales: Scales, z: &mut [f64]) {
        self.total();
        let n = z.len() / self.columns;
        let pairs = width::<T>() / 2;
        for (z, totals) in z.chunks_exact_mut(n * width::<T>()).zip(self.totals.chunks_exact(n * pairs)) {
            for (j, totals) in totals.chunks_exact(pairs).enumerate() {
                out_of_pairs(totals, &mut z[j..], n, scales);
            }
        }
    }
}

/// Packs column-major columns of `length` numbers, times `scales.before`, into panels: all rows of the first few columns, then
/// all rows of the next few.
fn in_panels<T: Entry>(panels: &mut Vec<Panel<T>>, columns: &[f64], length: usize, scales: Scales) {
    panels.clear();
    panels.reserve_exact(columns.len() / width::<T>());
    let mut side = [T::ZERO; 8];
    let (side, _) = side.split_at_mut(width::<T>());
    for group in columns.chunks_exact(length * width::<T>()) {
        for i in 0..length {
            for (value, column) in side.iter_mut().zip(group.chunks_exact(length)) {
                *value = T::rounded(column[i] * scales.before);
            }
            panels.push(panel::<T>(side));
        }
    }
}

/// Writes one row of a few columns, times `scales.after`. The columns are `length` numbers apart.
fn out_of_pairs(row: &[F64x2], columns: &mut [f64], length: usize, scales: Scales) {
    let numbers = row.iter().flat_map(|pair| pair.lanes());
    columns.iter_mut().step_by(length).zip(numbers).for_each(|(to, number)| *to = scales.after * number);
}

/// Four rows of a block, from `first` on. The block's last row stands in for missing ones.
fn four_rows<T>(block: &[T], n: usize, first: usize) -> [&[T]; STREAMS] {
    let rows = block.len() / n;
    std::array::from_fn(|i| {
        let row = (first + i).min(rows - 1);
        &block[row * n..(row + 1) * n]
    })
}

// Both products are unrolled by hand: builds for size do not unroll loops, and sums kept in memory take twice the time. They are
// never inlined, since such builds inline an iterator only if it is used once.

/// Σₖ rowᵢ[k]·panels[k] for every row i.
#[inline(never)]
fn gather<T: Entry>(rows: [&[T]; STREAMS], panels: &[Panel<T>]) -> [[F64x2; 4]; STREAMS] {
    let mut totals = [[F64x2::both(0.0); 4]; STREAMS];
    let [s, t, u, v] = rows.map(|row| row.chunks(DEPTH));
    for ((((panels, s), t), u), v) in panels.chunks(DEPTH).zip(s).zip(t).zip(u).zip(v) {
        let [mut a, mut b, mut c, mut d] = [no_panel::<T>(); STREAMS];
        for ((((&by, &s), &t), &u), &v) in panels.iter().zip(s).zip(t).zip(u).zip(v) {
            a = plus::<T>(a, product(s, by));
            b = plus::<T>(b, product(t, by));
            c = plus::<T>(c, product(u, by));
            d = plus::<T>(d, product(v, by));
        }
        for (sums, totals) in [a, b, c, d].into_iter().zip(&mut totals) {
            T::Lanes::add_to_pairs(sums, totals);
        }
    }
    totals
}

/// Adds Σᵢ rowᵢ[j]·y[i] to every `sums[j]`.
#[inline(never)]
fn spread<T: Entry>(rows: [&[T]; STREAMS], [a, b, c, d]: [Panel<T>; STREAMS], sums: &mut [Panel<T>]) {
    let [s, t, u, v] = rows;
    for ((((sum, &s), &t), &u), &v) in sums.iter_mut().zip(s).zip(t).zip(u).zip(v) {
        let two = plus::<T>(product(s, a), product(t, b));
        *sum = plus::<T>(*sum, plus::<T>(plus::<T>(two, product(u, c)), product(v, d)));
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
