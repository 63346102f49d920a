//! The current block of directions, and its products with W and Wᵀ.

use super::basis::Basis;
use super::pass::{Factor, HEIGHT, Scales};
use crate::numeric::seed::SplitMix64;
use crate::svd::entry::Entry;
use crate::svd::error::{SvdError, reserve};

/// X and Y = W·X, with `width` columns each, column-major.
pub(super) struct Block<T: Entry> {
    pub(super) rows: usize,
    pub(super) cols: usize,
    scales: Scales,
    pub(super) factor: Factor<T>,
    pub(super) width: usize,
    /// The current block of V, or Wᵀ times the current block of U.
    pub(super) x: Vec<f64>,
    /// W·X, or the current block of U.
    pub(super) y: Vec<f64>,
    /// The rows of `y` that belong to the rows of W that are being read.
    of_block: Vec<f64>,
    /// The coefficients of W·X along the previous block of U, row-major.
    pub(super) along: Vec<f64>,
}

impl<T: Entry> Block<T> {
    pub(super) fn new(rows: usize, cols: usize, scales: Scales) -> Self {
        Self {
            rows,
            cols,
            scales,
            factor: Factor::new(0),
            width: 0,
            x: Vec::new(),
            y: Vec::new(),
            of_block: Vec::new(),
            along: Vec::new(),
        }
    }

    /// Adds `columns` random directions.
    pub(super) fn widen(&mut self, columns: usize, random: &mut SplitMix64) -> Result<(), SvdError> {
        reserve(&mut self.x, columns * self.cols)?;
        reserve(&mut self.y, columns * self.rows)?;
        self.x.extend((0..columns * self.cols).map(|_| random.next_centred()));
        self.width += columns;
        self.y.resize(self.width * self.rows, 0.0);
        self.of_block.resize(self.width * HEIGHT, 0.0);
        self.factor = Factor::new(self.width);
        Ok(())
    }

    /// Processes up to [`HEIGHT`] rows of W from `first` on. After the last row, `y` holds the part of W·X that is orthogonal to
    /// the previous block, `left`, and `x` holds Wᵀ times that part.
    pub(super) fn multiply(&mut self, entries: &[T], first: usize, left: &Basis<T>) {
        let (block, height) = self.begin(entries, first);
        let of_block = &mut self.of_block[..self.width * height];
        self.factor.forward(block, self.scales, of_block);
        // The rest is the new part, U·R, so Wᵀ times it has no component along older directions.
        for (u, along) in left.each().zip(self.along.chunks_exact(self.width)) {
            let u = &u[first..first + height];
            for (of_block, along) in of_block.chunks_exact_mut(height).zip(along) {
                of_block.iter_mut().zip(u).for_each(|(y, &u)| *y -= along * u.into());
            }
        }
        for (y, of_block) in self.y.chunks_exact_mut(self.rows).zip(of_block.chunks_exact(height)) {
            y[first..first + height].copy_from_slice(of_block);
        }
        self.end(block, first, height);
    }

    /// Processes up to [`HEIGHT`] rows of W from `first` on. After the last row, `x` holds Wᵀ·Y.
    pub(super) fn multiply_transpose(&mut self, entries: &[T], first: usize) {
        let (block, height) = self.begin(entries, first);
        for (y, of_block) in self.y.chunks_exact(self.rows).zip(self.of_block.chunks_exact_mut(height)) {
            of_block.copy_from_slice(&y[first..first + height]);
        }
        self.end(block, first, height);
    }

    /// The rows of W from `first` on, at most [`HEIGHT`], and their number. Packs X before the first row.
    fn begin<'a>(&mut self, entries: &'a [T], first: usize) -> (&'a [T], usize) {
        if first == 0 {
            self.factor.pack(&self.x, self.scales);
        }
        let height = HEIGHT.min(self.rows - first);
        (&entries[first * self.cols..(first + height) * self.cols], height)
    }

    /// Adds the transpose of these rows of W, times `of_block`, to the sum. After the last row, writes the sum to `x`.
    fn end(&mut self, block: &[T], first: usize, height: usize) {
        self.factor.backward(block, self.cols, self.scales, &self.of_block[..self.width * height]);
        if first + height == self.rows {
            self.factor.take(self.scales, &mut self.x);
        }
    }
}
