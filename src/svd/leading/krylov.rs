//! The block Krylov iteration for one matrix.

use super::basis::{Basis, Orthonormaliser};
use super::core::{CoreSolver, Ritz, Triangle};
use super::pass::{Factor, HEIGHT, Scales};
use crate::seed::SplitMix64;
use crate::svd::SvdError;
use crate::svd::entry::Entry;
use crate::svd::error::reserve;
use crate::svd::pair::Pair;
use crate::svd::scale::power_of_two;

/// How many directions are multiplied by W at once. Fewer need more readings of W, more need more directions in all.
const BLOCK: usize = 8;

/// The bases may take this part of the memory of W, or this many entries where that is more.
const MEMORY: f64 = 0.22;
const SMALL: f64 = (1 << 20) as f64;

/// The largest number of directions, or `None` where so many would be needed that solving the whole matrix is better.
pub(super) fn directions(rows: usize, cols: usize, rank: usize) -> Option<usize> {
    let (rows_f, cols_f) = (rows as f64, cols as f64);
    let affordable = (MEMORY * rows_f * cols_f).max(SMALL) / (rows_f + cols_f);
    let wanted = (2 * rank + 8 * BLOCK)
        .max(rank + 16 * BLOCK)
        .min(affordable as usize)
        .max(rank + 4 * BLOCK)
        .next_multiple_of(BLOCK);
    (2 * wanted <= rows.min(cols)).then_some(wanted)
}

/// Values in falling order, in units of a power of two, and how many of the first are certain.
pub(super) struct Found {
    pub(super) values: Vec<f64>,
    pub(super) converged: usize,
}

pub(super) struct Krylov<T: Entry> {
    rows: usize,
    cols: usize,
    rank: usize,
    directions: usize,
    scales: Scales,
    random: SplitMix64,
    right: Basis<T>,
    left: Basis<T>,
    to_the_right: Orthonormaliser,
    to_the_left: Orthonormaliser,
    factor: Factor<T>,
    core: Triangle<T>,
    /// For a copy of the core: held from the beginning, so that a larger one never needs a place beside it.
    room: Vec<Pair>,
    /// The newest block of right directions, or Wᵀ·W times them; and W times them.
    x: Vec<f64>,
    y: Vec<f64>,
    /// W·X for the rows that are read at once.
    of_block: Vec<f64>,
    stage: Stage,
    /// With so many directions the values are looked at.
    next_look: usize,
    /// The next block is to be random, and how many random directions there were.
    begin_anew: bool,
    random_directions: usize,
}

enum Stage {
    Right,
    Multiply(usize),
    Left,
    Look(Box<CoreSolver>),
    Done,
}

impl<T: Entry> Krylov<T> {
    /// For a matrix whose largest entry lies in [2ᵏ, 2ᵏ⁺¹).
    pub(super) fn new(rows: usize, cols: usize, rank: usize, directions: usize, k: i32) -> Result<Self, SvdError> {
        let shift = k.clamp(-T::LARGEST_SHIFT, T::LARGEST_SHIFT);
        let scales = Scales { before: power_of_two(-shift), after: power_of_two(shift - k) };
        let (mut x, mut y) = (Vec::new(), Vec::new());
        reserve(&mut x, BLOCK * cols)?;
        reserve(&mut y, BLOCK * rows)?;
        let mut room = Vec::new();
        reserve(&mut room, directions * directions / 2)?;
        let mut random = SplitMix64::new(SEED);
        x.extend((0..BLOCK * cols).map(|_| random.next_centred()));
        y.resize(BLOCK * rows, 0.0);
        Ok(Self {
            rows,
            cols,
            rank,
            directions,
            scales,
            random,
            right: Basis::new(cols, directions + BLOCK),
            left: Basis::new(rows, directions),
            // What is dropped on the right only ends a Krylov space, what is dropped on the left is an error of B.
            to_the_right: Orthonormaliser::new(BLOCK, T::NOISE),
            to_the_left: Orthonormaliser::new(BLOCK, 4.0 * T::EPSILON),
            factor: Factor::new(BLOCK),
            core: Triangle::with_capacity(directions)?,
            room,
            x,
            y,
            of_block: vec![0.0; BLOCK * HEIGHT],
            stage: Stage::Right,
            next_look: (rank + rank / 2 + BLOCK).min(directions),
            begin_anew: false,
            random_directions: BLOCK,
        })
    }

    /// Goes on with the matrix of `entries`, which must be the same at every step.
    pub(super) fn advance(&mut self, entries: &[T], operations: &mut u64) -> Result<Option<Found>, SvdError> {
        while *operations > 0 {
            match &mut self.stage {
                Stage::Right => {
                    *operations = operations.saturating_sub((8 * BLOCK * HEIGHT * self.cols) as u64);
                    if self.to_the_right.step(&mut self.x, &mut self.right, &mut self.factor, &mut self.random)? {
                        self.random_directions += self.to_the_right.replaced;
                        self.stage = if self.core.columns >= self.next_look {
                            Stage::Look(Box::new(CoreSolver::new(&self.core, BLOCK, std::mem::take(&mut self.room))))
                        } else {
                            Stage::Multiply(0)
                        };
                    }
                }
                Stage::Multiply(first) => {
                    *operations = operations.saturating_sub((4 * BLOCK * HEIGHT * self.cols) as u64);
                    let first = *first;
                    self.multiply(entries, first);
                    self.stage = if first + HEIGHT < self.rows {
                        Stage::Multiply(first + HEIGHT)
                    } else {
                        self.to_the_left.restart();
                        Stage::Left
                    };
                }
                Stage::Left => {
                    *operations = operations.saturating_sub((8 * BLOCK * HEIGHT * self.rows) as u64);
                    if self.to_the_left.step(&mut self.y, &mut self.left, &mut self.factor, &mut self.random)? {
                        self.core.extend(&self.to_the_left.coefficients, &self.to_the_left.triangle, BLOCK);
                        self.to_the_right.restart();
                        if std::mem::take(&mut self.begin_anew) {
                            self.x.fill_with(|| self.random.next_centred());
                            self.random_directions += BLOCK;
                        }
                        self.stage = Stage::Right;
                    }
                }
                Stage::Look(solver) => {
                    let Some(ritz) = solver.advance(&self.to_the_right.triangle, operations) else {
                        return Ok(None);
                    };
                    self.room = solver.take_room();
                    if let Some(found) = self.judge(ritz) {
                        self.stage = Stage::Done;
                        return Ok(Some(found));
                    }
                    self.stage = Stage::Multiply(0);
                }
                Stage::Done => return Ok(None),
            }
        }
        Ok(None)
    }

    fn multiply(&mut self, entries: &[T], first: usize) {
        if first == 0 {
            self.factor.pack(&self.x, self.scales);
            self.x.fill(0.0);
        }
        let height = HEIGHT.min(self.rows - first);
        let block = &entries[first * self.cols..(first + height) * self.cols];
        let of_block = &mut self.of_block[..BLOCK * height];
        self.factor.multiply(block, self.scales, of_block, &mut self.x);
        for (y, of_block) in self.y.chunks_exact_mut(self.rows).zip(of_block.chunks_exact(height)) {
            y[first..first + height].copy_from_slice(of_block);
        }
    }

    /// The result, if it is good enough or there is no room to go on.
    fn judge(&mut self, mut ritz: Ritz) -> Option<Found> {
        let tolerance = T::TOLERANCE * ritz.values[0];
        let (values, residuals) = (&mut ritz.values[..self.rank], &ritz.residuals[..self.rank]);
        let rounding = T::rounding(self.rows.max(self.cols)) * values[0];
        let noise = T::NOISE * values[0] * values[0];
        let mut converged = 0;
        for (j, (value, residual)) in values.iter_mut().zip(residuals).enumerate() {
            let lost = *value <= rounding;
            let certain = *residual <= tolerance || (lost && residual * *value <= noise);
            if certain && j == converged {
                converged += 1;
            }
            if lost {
                *value = 0.0;
            }
        }
        // From one random direction a Krylov space gets one vector of an eigenspace. As many equal values as there were
        // random directions may hide more of them, which matters where smaller ones follow.
        let mut runs = values.windows(self.random_directions);
        let least = values[self.rank - 1] + 2.0 * tolerance;
        let hidden = runs.position(|run| run[0] > least && run[0] - run[run.len() - 1] <= tolerance);
        let columns = self.core.columns;
        if columns < self.directions && (converged < self.rank || hidden.is_some()) {
            self.begin_anew = converged == self.rank;
            self.next_look = (columns + (columns / 8).next_multiple_of(BLOCK)).min(self.directions);
            return None;
        }
        converged = converged.min(hidden.unwrap_or(self.rank));
        Some(Found { values: values.to_vec(), converged })
    }

    /// The part of the directions that is done, in [0, 1).
    pub(super) fn progress(&self) -> f64 {
        let part = match self.stage {
            Stage::Multiply(first) => first as f64 / self.rows as f64,
            Stage::Left => 1.0,
            _ => 0.0,
        };
        (self.core.columns as f64 + part * BLOCK as f64) / (self.directions + BLOCK) as f64
    }
}

/// Any number would do; it must only never change.
const SEED: u64 = 4;
