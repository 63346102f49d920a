//! An orthonormal basis, and the orthonormalisation of further columns against it.
//!
//! Block Gram–Schmidt. Each block takes at least two rounds, until no column loses more than half of its length in a round; the
//! rest is then not just rounding error (Giraud, Langou, Rozložník & van den Eshof 2005, doi:10.1007/s00211-005-0615-4). The
//! first round projects out only the last columns of the basis: in a Krylov space the block has nothing but rounding errors
//! along the others. The basis is stored as the rows of Vᵀ, so the projection X − V·(Vᵀ·X) is the same [pass](super::pass) as the
//! multiplication by W.

use super::columns::{ROUNDS, clear, upper_product};
use super::pass::{Factor, HEIGHT, Scales};
use crate::numeric::seed::SplitMix64;
use crate::svd::entry::Entry;
use crate::svd::error::{SvdError, reserve};
use crate::svd::kernel::scale::{exponent, power_of_two};
use crate::svd::kernel::sums::squares;

/// Columns of `length` entries each, orthonormal up to the rounding of `T`, in chunks of [`HEIGHT`].
pub(super) struct Basis<T> {
    pub(super) length: usize,
    chunks: Vec<Vec<T>>,
    capacity: usize,
}

impl<T: Entry> Basis<T> {
    pub(super) fn new(length: usize, capacity: usize) -> Self {
        Self { length, chunks: Vec::new(), capacity }
    }

    pub(super) fn columns(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len() / self.length).sum()
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &[T]> {
        self.chunks.iter().flat_map(|chunk| chunk.chunks_exact(self.length))
    }

    /// Removes all columns but keeps one chunk's allocation.
    pub(super) fn clear(&mut self) {
        self.chunks.truncate(1);
        self.chunks.iter_mut().for_each(Vec::clear);
    }

    pub(super) fn push(&mut self, columns: &[f64]) -> Result<(), SvdError> {
        for column in columns.chunks_exact(self.length) {
            let before = self.columns();
            if before == self.chunks.len() * HEIGHT {
                let mut chunk = Vec::new();
                reserve(&mut chunk, self.capacity.saturating_sub(before).clamp(1, HEIGHT) * self.length)?;
                self.chunks.push(chunk);
            }
            if let Some(chunk) = self.chunks.last_mut() {
                reserve(chunk, self.length)?;
                chunk.extend(column.iter().map(|&value| T::rounded(value)));
            }
        }
        Ok(())
    }
}

/// A block of columns X during its orthonormalisation against a basis V: X = V·C + Q·R.
pub(super) struct Orthonormaliser {
    /// A column is noise if the rest of it is at most this fraction of its length.
    noise: f64,
    noise_becomes: Noise,
    round: usize,
    step: Step,
    scales: Scales,
    /// V·(Vᵀ·X) in this round.
    part: Vec<f64>,
    /// Vᵀ·X for one chunk.
    of_chunk: Vec<f64>,
    /// C: the block's coefficients for every column of the basis, including those given to [`restart`](Self::restart).
    pub(super) coefficients: Vec<f64>,
    /// R, column-major.
    pub(super) triangle: Vec<f64>,
    /// How many columns were noise and were replaced by random ones.
    pub(super) replaced: usize,
    /// The squared lengths of the original columns.
    lengths: Vec<f64>,
}

/// The replacement for a column that is nothing but rounding error.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Noise {
    Random,
    Zero,
}

enum Step {
    Start,
    Chunk(usize),
    Done,
}

impl Orthonormaliser {
    pub(super) fn new(noise: f64, noise_becomes: Noise) -> Self {
        Self {
            noise,
            noise_becomes,
            round: 0,
            step: Step::Start,
            scales: Scales { before: 1.0, after: 1.0 },
            part: Vec::new(),
            of_chunk: Vec::new(),
            coefficients: Vec::new(),
            triangle: Vec::new(),
            replaced: 0,
            lengths: Vec::new(),
        }
    }

    /// Prepares for another block, from which V times the coefficients `known` has already been subtracted.
    pub(super) fn restart(&mut self, known: &[f64]) {
        (self.round, self.step, self.replaced) = (0, Step::Start, 0);
        self.coefficients.clear();
        self.coefficients.extend_from_slice(known);
    }

    /// The smallest fraction of a column's length that was new, over all columns that were not noise.
    pub(super) fn least_kept(&self) -> f64 {
        let columns = self.lengths.len();
        let diagonal = self.triangle.iter().step_by(columns + 1);
        let kept = diagonal.zip(&self.lengths).filter(|(r, _)| **r > 0.0).map(|(r, length)| r * r / length);
        kept.fold(1.0, f64::min).sqrt()
    }

    /// Does one bounded part of the work on the columns `x`. When complete, `x` holds Q and the result is true.
    pub(super) fn step<T: Entry>(
        &mut self,
        x: &mut [f64],
        basis: &Basis<T>,
        factor: &mut Factor<T>,
        random: &mut SplitMix64,
    ) -> bool {
        let columns = x.len() / basis.length;
        match self.step {
            Step::Start => {
                self.coefficients.resize(basis.columns() * columns, 0.0);
                if self.round == 0 {
                    self.lengths = x.chunks_exact(basis.length).map(squares).collect();
                }
                let exponent = exponent(x);
                self.scales = Scales { before: power_of_two(-exponent), after: power_of_two(exponent) };
                factor.pack(x, self.scales);
                let newest = basis.columns().saturating_sub(columns) / HEIGHT;
                self.step = Step::Chunk(if self.round == 0 { newest } else { 0 });
            }
            Step::Chunk(index) if index < basis.chunks.len() => {
                let chunk = &basis.chunks[index];
                let height = chunk.len() / basis.length;
                self.of_chunk.resize(columns * height, 0.0);
                factor.forward(chunk, self.scales, &mut self.of_chunk);
                factor.backward(chunk, basis.length, self.scales, &self.of_chunk);
                self.note(index * HEIGHT, height, columns);
                self.step = Step::Chunk(index + 1);
            }
            Step::Chunk(_) => {
                self.part.resize(x.len(), 0.0);
                factor.take(self.scales, &mut self.part);
                for (x, part) in x.iter_mut().zip(&self.part) {
                    *x -= part;
                }
                let settled = self.factorise(x, basis.length, random);
                self.round += 1;
                self.step = Step::Start;
                if (settled && self.round >= 2) || self.round == ROUNDS {
                    // Free the memory for the other side's columns until the next block.
                    self.part = Vec::new();
                    self.step = Step::Done;
                }
            }
            Step::Done => {}
        }
        matches!(self.step, Step::Done)
    }

    /// C += Vᵀ·X·R for the chunk that begins with column `first`, where R is the product of the earlier rounds' triangles.
    fn note(&mut self, first: usize, height: usize, columns: usize) {
        for i in 0..height {
            let row = &mut self.coefficients[(first + i) * columns..][..columns];
            for (c, coefficient) in row.iter_mut().enumerate() {
                if self.round > 0 {
                    for k in 0..=c {
                        *coefficient += self.of_chunk[k * height + i] * self.triangle[c * columns + k];
                    }
                } else {
                    *coefficient += self.of_chunk[c * height + i];
                }
            }
        }
    }

    /// X = Q·R by modified Gram–Schmidt. Q overwrites `x`, and R is multiplied by the R of the earlier rounds. Returns whether
    /// every column kept half of its length, measured before the projection.
    ///
    /// A column that is nothing but rounding error is replaced by a random or a zero column, with a zero in R. Q·R then still
    /// equals X up to rounding, and the other columns of Q are orthonormal.
    fn factorise(&mut self, x: &mut [f64], length: usize, random: &mut SplitMix64) -> bool {
        let columns = x.len() / length;
        let mut triangle = vec![0.0; columns * columns];
        let mut settled = true;
        for c in 0..columns {
            let (before, column) = x.split_at_mut(c * length);
            let column = &mut column[..length];
            let mut whole = squares(&self.part[c * length..(c + 1) * length]) + squares(column);
            if self.round == 0 {
                whole = self.coefficients.iter().skip(c).step_by(columns).fold(squares(column), |sum, x| sum + x * x);
            }
            let mut left = clear(column, before, &mut triangle[c * columns..]);
            if left > self.noise * self.noise * whole {
                triangle[c * columns + c] = left.sqrt();
                settled &= left > 0.25 * whole;
            } else if self.noise_becomes == Noise::Random {
                self.replaced += 1;
                settled = false;
                column.fill_with(|| random.next_centred());
                left = clear(column, before, &mut vec![0.0; columns]);
            } else {
                column.fill(0.0);
                continue;
            }
            let inverse = 1.0 / left.sqrt();
            for value in column {
                *value *= inverse;
            }
        }
        if self.round > 0 {
            triangle = upper_product(&triangle, &self.triangle, columns);
        }
        self.triangle = triangle;
        settled
    }
}
