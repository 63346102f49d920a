//! A block of the matrix that has no zero inside, until it has one.

use super::shift::next_shift;
use super::transform::{Pass, drop_negligible, transform, two_by_two};

/// After so many transforms in a row that found nothing, the smallest e is dropped, be it small or not. Ten are usual and
/// forty rare; no matrix is known to come here, but the end is certain.
const PATIENCE: usize = 200;

/// What a transform costs for each square, counted in additions: nearly all of it is waiting for the division.
const COST: u64 = 40;

/// How far a block has come.
pub(super) struct State {
    /// How many leading squares are not found yet.
    pub(super) n: usize,
    /// The sum of all shifts, what to add to a square of this block, and what its rounding lost.
    pub(super) total: f64,
    lost: f64,
    /// The shift of the next transform.
    tau: f64,
    patience: usize,
    begun: bool,
}

impl State {
    pub(super) fn of(n: usize, total: f64) -> Self {
        Self { n, total, lost: 0.0, tau: 0.0, patience: PATIENCE, begun: false }
    }
}

/// A part of the matrix with no zero e inside.
pub(super) struct Block<'a> {
    pub(super) q: &'a mut [f64],
    /// As long as q; the last element is not part of the block.
    pub(super) e: &'a mut [f64],
    pub(super) next_q: &'a mut [f64],
    pub(super) next_e: &'a mut [f64],
    /// An e of at most this is lost in σ₁.
    pub(super) negligible: f64,
    pub(super) state: State,
}

impl Block<'_> {
    /// Transforms until nothing is left or an e inside is zero, and returns true; false where `operations` did not last.
    pub(super) fn run(&mut self, operations: &mut u64) -> bool {
        // Transforms carry small values down: a block that grows downwards is turned over first.
        let n = self.state.n;
        if !self.state.begun && self.q[0] < self.q[n - 1] {
            self.q.reverse();
            self.e[..n - 1].reverse();
        }
        self.state.begun = true;
        loop {
            let n = self.state.n;
            match n {
                0 => return true,
                1 => {
                    self.q[0] += self.state.total;
                    self.state.n = 0;
                    return true;
                }
                2 => {
                    self.finish_pair(0);
                    self.state.n = 0;
                    return true;
                }
                _ => {}
            }
            if *operations == 0 {
                return false;
            }
            *operations = operations.saturating_sub(COST * n as u64);
            if self.transform_once() {
                return true;
            }
        }
    }

    /// Transforms the first n ≥ 3 squares once; returns whether an e inside is zero now.
    fn transform_once(&mut self) -> bool {
        let mut n = self.state.n;
        let pass = self.advance(n, self.state.tau);
        let step = pass.tau - self.state.lost;
        let sum = self.state.total + step;
        self.state.lost = (sum - self.state.total) - step;
        self.state.total = sum;

        let mut bound = pass.smallest;
        if drop_negligible(&self.q[..n], &mut self.e[..n], sum, self.negligible) {
            if self.e[n - 2] == 0.0 {
                self.q[n - 1] += sum;
                n -= 1;
                bound = pass.before_end;
            } else if self.e[n - 3] == 0.0 {
                self.finish_pair(n - 2);
                n -= 2;
                bound = pass.before_end;
            }
            self.state.n = n;
            if self.e[..n.saturating_sub(1)].contains(&0.0) {
                return true;
            }
            self.state.patience = PATIENCE;
        }
        self.state.patience -= 1;
        if self.state.patience == 0 {
            self.cut(n);
            return true;
        }
        if n > 2 {
            self.state.tau = next_shift(&self.q[..n], &self.e[..n - 1], self.state.total, bound);
        }
        false
    }

    /// Drops the smallest e.
    fn cut(&mut self, n: usize) {
        let least = self.e[..n - 1].iter_mut().reduce(|least, e| if *e < *least { e } else { least });
        if let Some(least) = least {
            *least = 0.0;
        }
    }

    fn finish_pair(&mut self, first: usize) {
        let (large, small) = two_by_two(self.q[first], self.e[first], self.q[first + 1]);
        self.q[first] = large + self.state.total;
        self.q[first + 1] = small + self.state.total;
    }

    /// Transforms the first n by `tau`, or by less where that is too much.
    fn advance(&mut self, n: usize, mut tau: f64) -> Pass {
        let (q, e) = (&mut self.q[..n], &mut self.e[..n]);
        let (next_q, next_e) = (&mut self.next_q[..n], &mut self.next_e[..n]);
        let mut attempt = 0;
        loop {
            let pass = transform(q, e, next_q, next_e, tau);
            if pass.smallest >= 0.0 {
                q.copy_from_slice(next_q);
                e[..n - 1].copy_from_slice(&next_e[..n - 1]);
                return pass;
            }
            // Where only the end went negative, the shift less that excess is a bound from below. Elsewhere twice the
            // excess is a guess. What fails again is cut down, and without a shift nothing can fail.
            let excess = if pass.before_end > 0.0 { -pass.smallest } else { -2.0 * pass.smallest };
            let retreat = (tau - excess) * (1.0 - 4.0 * f64::EPSILON);
            tau = match attempt {
                0 if retreat > 0.25 * tau => retreat,
                0..=2 => 0.25 * tau,
                _ => 0.0,
            };
            attempt += 1;
        }
    }
}
