//! The block Krylov iteration for one matrix.

use super::basis::{Basis, Noise, Orthonormaliser};
use super::block::Block;
use super::capture::Capture;
use super::columns::{divide, upper_product};
use super::convergence::Convergence;
use super::core::{Core, CoreSolver, Ritz};
use super::pass::{HEIGHT, Scales};
use crate::numeric::seed::SplitMix64;
use crate::svd::entry::Entry;
use crate::svd::error::SvdError;
use crate::svd::kernel::scale::power_of_two;

/// How many directions are multiplied by W at once. A smaller block needs more passes over W, a larger one more directions.
pub(super) const BLOCK: usize = 8;

/// If less than this fraction of a column of W·X is new, Wᵀ·U takes another pass over W: dividing Wᵀ·(U·R), which we have, by R
/// would amplify rounding errors too much.
const WELL_CONDITIONED: f64 = 1.0 / 4.0;

/// The right basis may take this fraction of the memory of W, or this many entries if that is more.
const MEMORY: f64 = 0.18;
const SMALL: f64 = (1 << 20) as f64;

/// The limit on the number of directions, or `None` if so many are needed that computing all values is better.
pub(super) fn directions(rows: usize, cols: usize, rank: usize) -> Option<usize> {
    let affordable = (MEMORY * rows as f64).max(SMALL / cols as f64);
    let wanted = (2 * rank + rank / 2 + 9 * BLOCK)
        .max(rank + 16 * BLOCK)
        .min(affordable as usize)
        .max(rank + 4 * BLOCK)
        .next_multiple_of(BLOCK);
    (2 * wanted <= rows.min(cols)).then_some(wanted)
}

/// Values, largest first, in units of a power of two, and how many of the first have converged.
pub(super) struct Found {
    pub(super) values: Vec<f64>,
    pub(super) converged: usize,
}

/// V and U with W·V = U·B and Wᵀ·U = V·Bᵀ + X·(0 … T), where X is the next block. We keep all of V and make each block
/// orthogonal to it, but only the last block of U: if V is orthonormal, U is orthonormal where it matters, and B has the singular
/// values of W·V (Simon & Zha 2000, doi:10.1137/S1064827597327309; Barlow 2013, doi:10.1007/s00211-013-0518-8).
pub(super) struct Krylov<T: Entry> {
    rank: usize,
    directions: usize,
    random: SplitMix64,
    right: Basis<T>,
    /// The last block of U.
    left: Basis<T>,
    block: Block<T>,
    to_the_right: Orthonormaliser,
    to_the_left: Orthonormaliser,
    core: Core,
    step: Step,
    /// The number of directions at which to check convergence next.
    next_check: usize,
    /// Whether to add random directions to the next block, and how many have been added so far.
    widen: bool,
    random_directions: usize,
    /// Set where the energy along the directions matters and not each value.
    capture: Option<Capture<T>>,
}

enum Step {
    Right,
    Multiply(usize),
    Left,
    Transpose(usize),
    Check(Box<CoreSolver>, Vec<f64>),
    Done,
}

impl<T: Entry> Krylov<T> {
    /// For a matrix whose largest entry lies in [2ᵏ, 2ᵏ⁺¹).
    pub(super) fn new(rows: usize, cols: usize, rank: usize, directions: usize, k: i32) -> Result<Self, SvdError> {
        let shift = k.clamp(-T::LARGEST_SHIFT, T::LARGEST_SHIFT);
        let scales = Scales { before: power_of_two(-shift), after: power_of_two(shift - k) };
        let mut krylov = Self {
            rank,
            directions,
            random: SplitMix64::new(SEED),
            right: Basis::new(cols, directions + BLOCK),
            left: Basis::new(rows, BLOCK),
            block: Block::new(rows, cols, scales),
            // Whatever is dropped as noise becomes an error of B, so the threshold is near ε.
            to_the_right: Orthonormaliser::new(4.0 * T::EPSILON, Noise::Random),
            to_the_left: Orthonormaliser::new(4.0 * T::EPSILON, Noise::Zero),
            core: Core::default(),
            step: Step::Right,
            next_check: (rank + rank / 2 + BLOCK).min(directions),
            widen: false,
            random_directions: 0,
            capture: None,
        };
        krylov.widen()?;
        Ok(krylov)
    }

    /// Lets the iteration end when further directions would hardly capture more. `energy` is ‖W‖_F² in units of 4ᵏ.
    pub(super) fn until_captured(mut self, energy: f64) -> Self {
        let left = Basis::new(self.block.rows, self.directions + BLOCK);
        self.capture = Some(Capture::new(left, energy));
        self.next_check = (self.rank + 2 * BLOCK).min(self.next_check);
        self
    }

    /// V.
    pub(super) fn right(&self) -> &Basis<T> {
        &self.right
    }

    /// U, where it is kept: with [`until_captured`](Self::until_captured).
    pub(super) fn left(&self) -> Option<&Basis<T>> {
        self.capture.as_ref().map(|capture| &capture.left)
    }

    /// B.
    pub(super) fn core(&self) -> &Core {
        &self.core
    }

    /// Adds [`BLOCK`] random directions to the next block.
    fn widen(&mut self) -> Result<(), SvdError> {
        self.block.widen(BLOCK, &mut self.random)?;
        self.random_directions += BLOCK;
        Ok(())
    }

    /// Continues the iteration. The `entries` of W must be the same in every call.
    pub(super) fn advance(&mut self, entries: &[T], operations: &mut u64) -> Result<Option<Found>, SvdError> {
        let bounded = (8 * self.block.width * HEIGHT) as u64;
        while *operations > 0 {
            let block = &mut self.block;
            match &mut self.step {
                Step::Right => {
                    *operations = operations.saturating_sub(bounded * block.cols as u64);
                    if self.to_the_right.step(&mut block.x, &self.right, &mut block.factor, &mut self.random) {
                        self.right.push(&block.x)?;
                        self.random_directions += self.to_the_right.replaced;
                        self.transpose_triangle();
                        self.step = Step::Multiply(0);
                        if self.core.columns >= self.next_check {
                            let core = CoreSolver::new(&self.core);
                            self.step = Step::Check(Box::new(core), self.triangle_of_gram());
                        }
                    }
                }
                Step::Multiply(first) => {
                    *operations = operations.saturating_sub(bounded * block.cols as u64 / 2);
                    let first = *first;
                    block.multiply(entries, first, &self.left);
                    self.step = Step::Multiply(first + HEIGHT);
                    if first + HEIGHT >= block.rows {
                        self.to_the_left.restart(&block.along);
                        self.step = Step::Left;
                    }
                }
                Step::Left => {
                    *operations = operations.saturating_sub(bounded * block.rows as u64);
                    if self.to_the_left.step(&mut block.y, &self.left, &mut block.factor, &mut self.random) {
                        self.left.clear();
                        self.left.push(&block.y)?;
                        if let Some(capture) = &mut self.capture {
                            capture.left.push(&block.y)?;
                        }
                        self.core.extend(&self.to_the_left.coefficients, &self.to_the_left.triangle, block.width);
                        if self.to_the_left.least_kept() < WELL_CONDITIONED {
                            self.step = Step::Transpose(0);
                            continue;
                        }
                        divide(&mut block.x, self.core.corner(), block.width);
                        self.next()?;
                    }
                }
                Step::Transpose(first) => {
                    *operations = operations.saturating_sub(bounded * block.cols as u64 / 4);
                    let first = *first;
                    block.multiply_transpose(entries, first);
                    self.step = Step::Transpose(first + HEIGHT);
                    if first + HEIGHT >= block.rows {
                        self.next()?;
                    }
                }
                Step::Check(solver, triangle) => {
                    let Some(ritz) = solver.advance(triangle, operations) else {
                        return Ok(None);
                    };
                    if let Some(found) = self.check_convergence(ritz) {
                        self.step = Step::Done;
                        return Ok(Some(found));
                    }
                    self.step = Step::Multiply(0);
                }
                Step::Done => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Begins the next block, from Wᵀ·U in `x`.
    fn next(&mut self) -> Result<(), SvdError> {
        if std::mem::take(&mut self.widen) {
            self.widen()?;
        }
        self.to_the_right.restart(&[]);
        self.step = Step::Right;
        Ok(())
    }

    /// Stores Uᵀ·W·X = Tᵀ of the last blocks in `along`, row-major.
    fn transpose_triangle(&mut self) {
        let rows = self.left.columns();
        self.block.along.clear();
        // T column-major is Tᵀ row-major.
        self.block.along.extend_from_slice(&self.to_the_right.triangle[..rows * self.block.width]);
    }

    /// T·R in Wᵀ·W·V = V·BᵀB + X·(0 … T·R), column-major, where R is the last triangle of B.
    fn triangle_of_gram(&self) -> Vec<f64> {
        let columns = self.left.columns();
        let square: Vec<f64> = self
            .to_the_right
            .triangle
            .chunks_exact(self.block.width)
            .take(columns)
            .flat_map(|t| &t[..columns])
            .copied()
            .collect();
        upper_product(&square, self.core.corner(), columns)
    }

    /// The result, if the values have converged or the limit on the directions is reached.
    fn check_convergence(&mut self, ritz: Ritz) -> Option<Found> {
        let terms = self.block.rows.max(self.block.cols);
        let Convergence { values, converged, hidden } =
            Convergence::of::<T>(ritz, self.rank, terms, self.random_directions);
        let columns = self.core.columns;
        let is_enough = self.capture.as_mut().is_some_and(|capture| capture.is_enough(&values));
        if is_enough || columns + self.block.width > self.directions || (converged == self.rank && hidden.is_none()) {
            return Some(Found { values, converged: converged.min(hidden.unwrap_or(self.rank)) });
        }
        self.widen = converged == self.rank;
        // The fewer values have converged, the later we check again.
        let missing = columns * (self.rank - converged) / self.rank;
        let widest = self.block.width + if self.widen { BLOCK } else { 0 };
        let later = if self.capture.is_some() { 2 * BLOCK } else { missing.max(columns / 8) };
        self.next_check = (columns + later).min((self.directions + 1).saturating_sub(widest));
        None
    }

    /// The part of all directions that is done, in [0, 1).
    pub(super) fn progress(&self) -> f64 {
        let part = match self.step {
            Step::Multiply(first) => first as f64 / self.block.rows as f64,
            Step::Left => 1.0,
            _ => 0.0,
        };
        (self.core.columns as f64 + part * self.block.width as f64) / (self.directions + BLOCK) as f64
    }
}

/// An arbitrary seed, but it must never change.
const SEED: u64 = 4;
