//! W·X and Wᵀ·(W·X) in one reading of W: the step that costs nearly all the time.
//!
//! W comes in blocks of rows that fit into a core's cache. A block is multiplied by X and its transpose by the result
//! before it leaves the cache. Both products run through one small kernel: four scalar streams times a panel of two
//! vectors, eight sums in registers. Sums in the matrix's own type are short, and are then added up in `f64`.

use crate::svd::entry::{Entry, sealed::Sealed};
use crate::svd::lanes::Lanes;

/// Rows of W that are read at once.
pub(super) const HEIGHT: usize = 128;
/// The longest sum in the matrix's own type.
const DEPTH: usize = 512;
const STREAMS: usize = 4;
/// Panels packed together: as wide as a line of the cache, 64 bytes.
const ABREAST: usize = 2;

/// Two vectors side by side.
type Panel<T> = [<T as Sealed>::Lanes; 2];

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
        Self { panels: Vec::new(), columns, between: vec![T::ZERO; columns * HEIGHT], packed }
    }

    /// Takes the columns of `x`, one after another, each times `scales.before`.
    pub(super) fn pack(&mut self, x: &[f64], scales: Scales) {
        let n = x.len() / self.columns;
        self.panels.clear();
        self.panels.reserve_exact(x.len() / width::<T>());
        let mut side = [T::ZERO; 8];
        let (side, _) = side.split_at_mut(width::<T>());
        for group in x.chunks_exact(n * width::<T>()) {
            for j in 0..n {
                for (value, column) in side.iter_mut().zip(group.chunks_exact(n)) {
                    *value = T::rounded(column[j] * scales.before);
                }
                let (first, second) = side.split_at(T::Lanes::COUNT);
                self.panels.push([T::Lanes::load(first), T::Lanes::load(second)]);
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

    /// Adds blockᵀ·Y to `z`, where `y` holds as many rows as the block, column after column; so does `z`.
    pub(super) fn backward(&mut self, block: &[T], scales: Scales, y: &[f64], z: &mut [f64]) {
        let n = z.len() / self.columns;
        for (between, y) in self.between.iter_mut().zip(y) {
            *between = T::rounded(y * scales.before);
        }
        backward::<T>(block, n, &self.between[..y.len()], scales, &mut self.packed, z);
    }
}

fn backward<T: Entry>(block: &[T], n: usize, between: &[T], scales: Scales, packed: &mut [Panel<T>], z: &mut [f64]) {
    let height = block.len() / n;
    let mut edge = [T::ZERO; 8];
    for from in (0..n).step_by(ABREAST * width::<T>()) {
        for (i, row) in block.chunks_exact(n).enumerate() {
            for beside in 0..ABREAST {
                let start = from + beside * width::<T>();
                let part = match row.get(start..start + width::<T>()) {
                    Some(whole) => whole,
                    None => {
                        let rest = row.get(start..).unwrap_or_default();
                        edge.fill(T::ZERO);
                        edge[..rest.len()].copy_from_slice(rest);
                        &edge[..width::<T>()]
                    }
                };
                let (first, second) = part.split_at(T::Lanes::COUNT);
                packed[beside * HEIGHT + i] = [T::Lanes::load(first), T::Lanes::load(second)];
            }
        }
        for (beside, panel) in packed.chunks_exact(HEIGHT).enumerate() {
            let start = from + beside * width::<T>();
            if start >= n {
                break;
            }
            for (columns, z) in between.chunks_exact(STREAMS * height).zip(z.chunks_exact_mut(STREAMS * n)) {
                let streams = std::array::from_fn(|c| &columns[c * height..(c + 1) * height]);
                let sums = kernel::<T>(streams, &panel[..height]);
                for ([left, right], z) in sums.into_iter().zip(z.chunks_exact_mut(n)) {
                    let z = &mut z[start..n.min(start + width::<T>())];
                    if z.len() == width::<T>() {
                        left.add_to(scales.after, z, 1);
                        right.add_to(scales.after, &mut z[T::Lanes::COUNT..], 1);
                    } else {
                        let mut whole = [0.0; 8];
                        left.add_to(scales.after, &mut whole, 1);
                        right.add_to(scales.after, &mut whole[T::Lanes::COUNT..], 1);
                        z.iter_mut().zip(whole).for_each(|(z, sum)| *z += sum);
                    }
                }
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
