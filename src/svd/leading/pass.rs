//! W·X and Wᵀ·(W·X) in one reading of W: the step that costs nearly all the time.
//!
//! W comes in blocks of rows that fit into a core's cache. A block is multiplied by X and its transpose by the result
//! before it leaves the cache. Both products run through one small kernel: four scalar streams times a panel of two
//! vectors, eight sums in registers. Sums in the matrix's own type are short, and are then added up in `f64`.

use crate::svd::entry::{Entry, sealed::Sealed};
use crate::svd::lanes::Lanes;
use crate::svd::pair::Pair;

/// Rows of W that are read at once.
pub(super) const HEIGHT: usize = 32;
/// The longest sum in the matrix's own type.
const DEPTH: usize = 256;
const STREAMS: usize = 4;
/// Panels packed together: as wide as a line of the cache, 64 bytes.
const ABREAST: usize = 2;

/// Two vectors side by side.
type Panel<T> = [<T as Sealed>::Lanes; 2];

#[inline(always)]
fn panel<T: Entry>(of: &[T]) -> Panel<T> {
    let (first, second) = of.split_at(T::Lanes::COUNT);
    [T::Lanes::load(first), T::Lanes::load(second)]
}

fn width<T: Entry>() -> usize {
    2 * T::Lanes::COUNT
}

/// X of `columns` columns, a multiple of 8, each of n entries, laid out for the kernel.
pub(super) struct Factor<T: Entry> {
    panels: Vec<Panel<T>>,
    columns: usize,
    /// [`HEIGHT`] rows of W·X, column after column, as the second product reads them.
    between: Vec<T>,
    packed: Vec<Panel<T>>,
    /// Wᵀ·Y so far: for every panel of W's columns, and for every column of Y, the panel's part.
    sums: Vec<Pair>,
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
        let packed = vec![[T::Lanes::splat(T::ZERO); 2]; ABREAST * HEIGHT];
        Self { panels: Vec::new(), columns, between: vec![T::ZERO; columns * HEIGHT], packed, sums: Vec::new() }
    }

    /// Takes the columns of `x`, one after another, each times `scales.before`, and begins a new Wᵀ·Y.
    pub(super) fn pack(&mut self, x: &[f64], scales: Scales) {
        let n = x.len() / self.columns;
        self.sums.clear();
        self.sums.resize(n.next_multiple_of(ABREAST * width::<T>()) * self.columns / 2, Pair::both(0.0));
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
        y.fill(0.0);
        for from in (0..n).step_by(DEPTH) {
            let to = n.min(from + DEPTH);
            for (panels, y) in self.panels.chunks_exact(n).zip(y.chunks_exact_mut(height * width::<T>())) {
                for first in (0..height).step_by(STREAMS) {
                    // Where fewer than four rows are left, the last stands in for the missing ones.
                    let streams = std::array::from_fn(|i| {
                        let row = (first + i).min(height - 1);
                        &block[row * n + from..row * n + to]
                    });
                    let sums = kernel::<T>(streams, &panels[from..to]);
                    for (i, [left, right]) in sums.into_iter().enumerate().take(height - first) {
                        left.add_to(scales.after, &mut y[first + i..], height);
                        right.add_to(scales.after, &mut y[first + i + T::Lanes::COUNT * height..], height);
                    }
                }
            }
        }
    }

    /// Adds blockᵀ·Y to the sums, where `y` holds as many rows as the block, column after column.
    pub(super) fn backward(&mut self, block: &[T], n: usize, scales: Scales, y: &[f64]) {
        let height = block.len() / n;
        for (between, y) in self.between.iter_mut().zip(y) {
            *between = T::rounded(y * scales.before);
        }
        let between = &self.between[..y.len()];
        let mut edge = [T::ZERO; 16];
        let of_panel = self.columns * width::<T>() / 2;
        for (from, sums) in (0..n).step_by(ABREAST * width::<T>()).zip(self.sums.chunks_exact_mut(ABREAST * of_panel)) {
            let (first, second) = self.packed.split_at_mut(HEIGHT);
            for ((row, first), second) in block.chunks_exact(n).zip(first).zip(second) {
                let [a, b, c, d] = row.get(from..).and_then(T::Lanes::load_four).unwrap_or_else(|| {
                    let rest = &row[from..];
                    edge.fill(T::ZERO);
                    edge[..rest.len()].copy_from_slice(rest);
                    T::Lanes::load_four(&edge).unwrap_or([T::Lanes::splat(T::ZERO); 4])
                });
                (*first, *second) = ([a, b], [c, d]);
            }
            for (panel, sums) in self.packed.chunks_exact(HEIGHT).zip(sums.chunks_exact_mut(of_panel)) {
                let streams = between.chunks_exact(STREAMS * height);
                for (columns, sums) in streams.zip(sums.chunks_exact_mut(STREAMS * width::<T>() / 2)) {
                    let streams = std::array::from_fn(|c| &columns[c * height..(c + 1) * height]);
                    let found = kernel::<T>(streams, &panel[..height]);
                    for (two, sums) in found.iter().zip(sums.chunks_exact_mut(width::<T>() / 2)) {
                        T::Lanes::add_to_pairs(*two, sums);
                    }
                }
            }
        }
    }

    /// Writes the sums to `z`, column after column.
    pub(super) fn take(&mut self, scales: Scales, z: &mut [f64]) {
        let n = z.len() / self.columns;
        for (c, z) in z.chunks_exact_mut(n).enumerate() {
            let pairs = self.sums.chunks_exact(width::<T>() / 2).skip(c).step_by(self.columns).flatten();
            for (two, pair) in z.chunks_mut(2).zip(pairs) {
                two.iter_mut().zip(pair.lanes()).for_each(|(z, sum)| *z = scales.after * sum);
            }
        }
    }
}

/// Σₖ streamᵢ[k]·panel[k] for every stream i.
#[inline(never)]
fn kernel<T: Entry>(streams: [&[T]; STREAMS], panel: &[Panel<T>]) -> [Panel<T>; STREAMS] {
    // Written out, since builds for size do not unroll a loop, and sums in memory take twice the time. Never inlined, since
    // they inline an iterator only where it is used once.
    let [s, t, u, v] = streams;
    let zero = [T::Lanes::splat(T::ZERO); 2];
    let (mut a, mut b, mut c, mut d) = (zero, zero, zero, zero);
    for ((((&by, &s), &t), &u), &v) in panel.iter().zip(s).zip(t).zip(u).zip(v) {
        a = plus_products::<T>(a, s, by);
        b = plus_products::<T>(b, t, by);
        c = plus_products::<T>(c, u, by);
        d = plus_products::<T>(d, v, by);
    }
    [a, b, c, d]
}

#[inline(always)]
fn plus_products<T: Entry>([left, right]: Panel<T>, value: T, by: Panel<T>) -> Panel<T> {
    let value = T::Lanes::splat(value);
    [left.plus_product(value, by[0]), right.plus_product(value, by[1])]
}
