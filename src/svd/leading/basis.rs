//! Orthonormal columns, and making further ones orthonormal to them.
//!
//! Block Gram–Schmidt, each block done twice: once leaves what rounding left over, twice does not (Giraud, Langou,
//! Rozložník & van den Eshof 2005, doi:10.1007/s00211-005-0615-4). The columns already there are the rows of a matrix Vᵀ,
//! so that taking their part out of X is X − V·(Vᵀ·X): the [pass](super::pass) that W itself is multiplied by.

use super::pass::{Factor, HEIGHT, Scales};
use crate::seed::SplitMix64;
use crate::svd::SvdError;
use crate::svd::bidiagonal::squares;
use crate::svd::entry::Entry;
use crate::svd::error::reserve;
use crate::svd::scale::{exponent, power_of_two};

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

    fn push(&mut self, columns: &[f64]) -> Result<(), SvdError> {
        for column in columns.chunks_exact(self.length) {
            let before = self.columns();
            if before.is_multiple_of(HEIGHT) {
                let mut chunk = Vec::new();
                reserve(&mut chunk, (self.capacity - before).min(HEIGHT) * self.length)?;
                self.chunks.push(chunk);
            }
            if let Some(chunk) = self.chunks.last_mut() {
                chunk.extend(column.iter().map(|&value| T::rounded(value)));
            }
        }
        Ok(())
    }
}

/// A block of columns on its way into a basis, with X = V·C + Q·R.
pub(super) struct Orthonormaliser {
    second: bool,
    stage: Stage,
    scales: Scales,
    /// V·(Vᵀ·X) so far.
    part: Vec<f64>,
    /// Vᵀ·X of one chunk.
    of_chunk: Vec<f64>,
    /// C: for every column of the basis, the block's coefficients.
    pub(super) coefficients: Vec<f64>,
    /// R, column after column.
    pub(super) triangle: Vec<f64>,
    /// How many columns held nothing but rounding.
    pub(super) replaced: usize,
}

enum Stage {
    Start,
    Chunk(usize),
    Done,
}

impl Orthonormaliser {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            second: false,
            stage: Stage::Start,
            scales: Scales { before: 1.0, after: 1.0 },
            part: Vec::new(),
            of_chunk: Vec::new(),
            coefficients: Vec::new(),
            triangle: vec![0.0; columns * columns],
            replaced: 0,
        }
    }

    /// Makes ready for another block.
    pub(super) fn restart(&mut self) {
        (self.second, self.stage, self.replaced) = (false, Stage::Start, 0);
    }

    /// One bounded part of the work on the columns `x`. Once it is all done, `x` holds Q and `basis` has it as well; then
    /// returns true.
    pub(super) fn step<T: Entry>(
        &mut self,
        x: &mut [f64],
        basis: &mut Basis<T>,
        factor: &mut Factor<T>,
        random: &mut SplitMix64,
    ) -> Result<bool, SvdError> {
        let columns = x.len() / basis.length;
        match self.stage {
            Stage::Start => {
                if !self.second {
                    self.coefficients.clear();
                    self.coefficients.resize(basis.columns() * columns, 0.0);
                }
                let exponent = exponent(x);
                self.scales = Scales { before: power_of_two(-exponent), after: power_of_two(exponent) };
                self.part.clear();
                self.part.resize(x.len(), 0.0);
                factor.pack(x, self.scales);
                self.stage = Stage::Chunk(0);
            }
            Stage::Chunk(index) if index < basis.chunks.len() => {
                let chunk = &basis.chunks[index];
                let height = chunk.len() / basis.length;
                self.of_chunk.resize(columns * height, 0.0);
                factor.multiply(chunk, self.scales, &mut self.of_chunk, &mut self.part);
                self.note(index * HEIGHT, height, columns);
                self.stage = Stage::Chunk(index + 1);
            }
            Stage::Chunk(_) => {
                for (x, part) in x.iter_mut().zip(&self.part) {
                    *x -= part;
                }
                self.factorise(x, basis.length, T::EPSILON, random);
                if self.second {
                    basis.push(x)?;
                }
                self.stage = if self.second { Stage::Done } else { Stage::Start };
                self.second = true;
            }
            Stage::Done => {}
        }
        Ok(matches!(self.stage, Stage::Done))
    }

    /// C += Vᵀ·X·R for the chunk that begins with column `first`; R is that of the first round, and I in that round.
    fn note(&mut self, first: usize, height: usize, columns: usize) {
        for i in 0..height {
            let row = &mut self.coefficients[(first + i) * columns..][..columns];
            for (c, coefficient) in row.iter_mut().enumerate() {
                if self.second {
                    for k in 0..=c {
                        *coefficient += self.of_chunk[k * height + i] * self.triangle[c * columns + k];
                    }
                } else {
                    *coefficient += self.of_chunk[c * height + i];
                }
            }
        }
    }

    /// X = Q·R by modified Gram–Schmidt; Q overwrites `x`, and R is multiplied by that of the round before.
    ///
    /// A column of which only rounding is left becomes a random one with a zero in R: the product stays X to the last
    /// digit, and Q is orthonormal in spite of it.
    fn factorise(&mut self, x: &mut [f64], length: usize, epsilon: f64, random: &mut SplitMix64) {
        let columns = x.len() / length;
        let mut triangle = vec![0.0; columns * columns];
        for c in 0..columns {
            let (before, column) = x.split_at_mut(c * length);
            let column = &mut column[..length];
            let part = &self.part[c * length..(c + 1) * length];
            let mut taken = squares(part);
            for (k, earlier) in before.chunks_exact(length).enumerate() {
                let along = dot(earlier, column);
                subtract(column, along, earlier);
                triangle[c * columns + k] = along;
                taken += along * along;
            }
            let left = squares(column);
            if left > 16.0 * epsilon * epsilon * taken && left > 0.0 {
                triangle[c * columns + c] = left.sqrt();
            } else {
                self.replaced += 1;
                column.fill_with(|| random.next_centred());
                for earlier in before.chunks_exact(length) {
                    subtract(column, dot(earlier, column), earlier);
                }
            }
            let inverse = 1.0 / squares(column).sqrt();
            for value in column {
                *value *= inverse;
            }
        }
        if self.second {
            let first = std::mem::take(&mut self.triangle);
            self.triangle = upper_product(&triangle, &first, columns);
        } else {
            self.triangle = triangle;
        }
    }
}

/// The product of two upper triangles, column after column.
fn upper_product(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
    let mut product = vec![0.0; n * n];
    for c in 0..n {
        for k in 0..=c {
            for i in 0..=k {
                product[c * n + i] += a[k * n + i] * b[c * n + k];
            }
        }
    }
    product
}

/// Σ xᵢyᵢ in eight interleaved sums.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let ((x8, x), (y8, y)) = (x.as_chunks::<8>(), y.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (x, y) in x8.iter().zip(y8) {
        for i in 0..8 {
            sums[i] += x[i] * y[i];
        }
    }
    let rest: f64 = x.iter().zip(y).fold(0.0, |sum, (x, y)| sum + x * y);
    let [a, b, c, d, e, f, g, h] = sums;
    (((a + e) + (c + g)) + ((b + f) + (d + h))) + rest
}

fn subtract(from: &mut [f64], factor: f64, x: &[f64]) {
    for (from, x) in from.iter_mut().zip(x) {
        *from -= factor * x;
    }
}
