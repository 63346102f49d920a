//! The block Krylov iteration for one matrix.

use super::basis::{Basis, Orthonormaliser};
use super::core::{CoreSolver, Ritz, Triangle};
use super::pass::{Factor, HEIGHT, Scales};
use crate::seed::SplitMix64;
use crate::svd::SvdError;
use crate::svd::entry::Entry;
use crate::svd::error::reserve;
use crate::svd::scale::power_of_two;

/// How many directions are multiplied by W at once. Fewer need more readings of W, more need more directions in all.
const BLOCK: usize = 8;

/// The largest number of directions, or `None` where so many would be needed that solving the whole matrix is better.
pub(super) fn directions(rows: usize, cols: usize, rank: usize) -> Option<usize> {
    // The two bases then take 0.23 of the memory of W.
    let affordable = (0.23 * (rows as f64) * (cols as f64) / (rows + cols) as f64) as usize;
    let wanted = (2 * rank + 8 * BLOCK).min(affordable).max(rank + 4 * BLOCK).next_multiple_of(BLOCK);
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
    orthonormaliser: Orthonormaliser,
    factor: Factor<T>,
    core: Triangle<T>,
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
    Look(CoreSolver),
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
            orthonormaliser: Orthonormaliser::new(BLOCK),
            factor: Factor::new(BLOCK),
            core: Triangle::with_capacity(directions)?,
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
                    if self.orthonormaliser.step(&mut self.x, &mut self.right, &mut self.factor, &mut self.random)? {
                        self.random_directions += self.orthonormaliser.replaced;
                        self.stage = if self.core.columns >= self.next_look {
                            Stage::Look(CoreSolver::new(&self.core, BLOCK)?)
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
                        self.orthonormaliser.restart();
                        Stage::Left
                    };
                }
                Stage::Left => {
                    *operations = operations.saturating_sub((8 * BLOCK * HEIGHT * self.rows) as u64);
                    if self.orthonormaliser.step(&mut self.y, &mut self.left, &mut self.factor, &mut self.random)? {
                        self.core.extend(&self.orthonormaliser.coefficients, &self.orthonormaliser.triangle, BLOCK);
                        self.orthonormaliser.restart();
                        if std::mem::take(&mut self.begin_anew) {
                            self.x.fill_with(|| self.random.next_centred());
                            self.random_directions += BLOCK;
                        }
                        self.stage = Stage::Right;
                    }
                }
                Stage::Look(solver) => {
                    let Some(ritz) = solver.advance(&self.orthonormaliser.triangle, operations) else {
                        return Ok(None);
                    };
                    if let Some(found) = self.judge(&ritz) {
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
    fn judge(&mut self, ritz: &Ritz) -> Option<Found> {
        let tolerance = T::TOLERANCE * ritz.values[0];
        let (values, residuals) = (&ritz.values[..self.rank], &ritz.residuals[..self.rank]);
        let mut converged = residuals.iter().take_while(|&&residual| residual <= tolerance).count();
        // From one random direction a Krylov space gets one vector of an eigenspace. As many equal values as there were
        // random directions may hide more.
        let hidden = self.random_directions < self.rank
            && values.windows(self.random_directions).any(|run| run[0] - run[run.len() - 1] <= 10.0 * tolerance);
        let columns = self.core.columns;
        if columns < self.directions && (converged < self.rank || hidden) {
            self.begin_anew = converged == self.rank;
            self.next_look = (columns + (columns / 8).next_multiple_of(BLOCK)).min(self.directions);
            return None;
        }
        if hidden {
            let run = values.windows(self.random_directions);
            let first = run.take_while(|run| run[0] - run[run.len() - 1] > 10.0 * tolerance).count();
            converged = converged.min(first);
        }
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
