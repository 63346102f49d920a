//! A block of the matrix between zeros of e, transformed until one of its own e is zero.

use super::shift::next_shift;
use super::transform::{Pass, drop_negligible, transform, two_by_two};
use crate::svd::kernel::iteration_limit;

/// The iteration limit. After this many transforms in a row without a negligible e, the smallest e is dropped, whatever its
/// size. Ten are usual and forty rare; no known matrix reaches the limit, but it guarantees that the iteration ends.
const MOST_STEPS: usize = 200;

/// The cost of a transform per square, in additions: almost all of it is the latency of the division.
const COST: u64 = 40;

/// The state of the iteration on a block.
pub(crate) struct State {
    /// The sum of all shifts, to be added to the squares of this block, and the rounding error of that sum.
    pub(crate) total: f64,
    lost: f64,
    /// The shift of the next transform.
    tau: f64,
    steps_left: usize,
    begun: bool,
}

impl State {
    pub(crate) fn of(total: f64) -> Self {
        Self { total, lost: 0.0, tau: 0.0, steps_left: MOST_STEPS, begun: false }
    }
}

/// A part of the matrix without a zero e inside; squares that are found leave it.
pub(crate) struct Block<'a> {
    pub(crate) q: &'a mut [f64],
    /// One element fewer than `q`.
    pub(crate) e: &'a mut [f64],
    pub(crate) next_q: &'a mut [f64],
    pub(crate) next_e: &'a mut [f64],
    /// An e of at most this is negligible beside σ₁.
    pub(crate) negligible: f64,
    pub(crate) state: State,
}

impl Block<'_> {
    /// Transforms until all squares are found or an e inside is zero; then returns true. Returns false if `operations` ran out
    /// first.
    pub(crate) fn run(&mut self, operations: &mut u64) -> bool {
        // Transforms move small values to the end, so a block whose values grow towards the end is reversed first.
        if !self.state.begun && self.q.first() < self.q.last() {
            self.q.reverse();
            self.e.reverse();
        }
        self.state.begun = true;
        loop {
            match self.q.len() {
                0 => return true,
                1 => self.finish_last(),
                2 => self.finish_pair(),
                _ if *operations == 0 => return false,
                n => {
                    *operations = operations.saturating_sub(COST * n as u64);
                    if self.transform_once() {
                        return true;
                    }
                }
            }
        }
    }

    /// Transforms the n ≥ 3 squares once. Returns whether an e inside is now zero.
    fn transform_once(&mut self) -> bool {
        let pass = self.advance(self.state.tau);
        let step = pass.tau - self.state.lost;
        let sum = self.state.total + step;
        self.state.lost = (sum - self.state.total) - step;
        self.state.total = sum;

        let mut bound = pass.smallest;
        if drop_negligible(self.q, self.e, sum, self.negligible) {
            if let [.., before, last] = *self.e
                && (before == 0.0 || last == 0.0)
            {
                bound = pass.before_end;
                if last == 0.0 { self.finish_last() } else { self.finish_pair() }
            }
            if self.e.contains(&0.0) {
                return true;
            }
            self.state.steps_left = MOST_STEPS;
        }
        self.state.steps_left -= 1;
        if self.state.steps_left == 0 {
            self.cut();
            return true;
        }
        if self.q.len() > 2 {
            self.state.tau = next_shift(self.q, self.e, self.state.total, bound);
        }
        false
    }

    /// Drops the smallest e.
    fn cut(&mut self) {
        iteration_limit::count_reached();
        let least = self.e.iter_mut().reduce(|least, e| if *e < *least { e } else { least });
        if let Some(least) = least {
            *least = 0.0;
        }
    }

    fn finish_last(&mut self) {
        if let [.., last] = self.q {
            *last += self.state.total;
        }
        self.leave_out(1);
    }

    fn finish_pair(&mut self) {
        if let ([.., large, small], [.., e]) = (&mut *self.q, &*self.e) {
            let squares = two_by_two(*large, *e, *small);
            *large = squares.0 + self.state.total;
            *small = squares.1 + self.state.total;
        }
        self.leave_out(2);
    }

    /// Removes the last `count` squares, which are found.
    fn leave_out(&mut self, count: usize) {
        for values in [&mut self.q, &mut self.e, &mut self.next_q, &mut self.next_e] {
            let left = values.len().saturating_sub(count);
            *values = std::mem::take(values).split_at_mut(left).0;
        }
    }

    /// Transforms with shift `tau`, or with a smaller one if `tau` is too large.
    fn advance(&mut self, mut tau: f64) -> Pass {
        let Self { q, e, next_q, next_e, .. } = self;
        let mut attempt = 0;
        loop {
            let pass = transform(q, e, next_q, next_e, tau);
            if pass.smallest >= 0.0 {
                q.copy_from_slice(next_q);
                e.copy_from_slice(next_e);
                return pass;
            }
            // If only the last d is negative, τ less its size is a lower bound of the smallest square. Otherwise we subtract
            // twice the size, as a guess. After further failures we shrink the shift; a transform without a shift cannot fail.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_that_reaches_the_iteration_limit_is_counted() {
        let [mut q, mut e, mut next_q, mut next_e] = [[1.0; 8], [0.5; 8], [0.0; 8], [0.0; 8]];
        let state = State { steps_left: 1, ..State::of(0.0) };
        let (e, next_e) = (&mut e[1..], &mut next_e[1..]);
        let mut block = Block { q: &mut q, e, next_q: &mut next_q, next_e, negligible: 0.0, state };
        let before = iteration_limit::iterations_cut_off();
        assert!(block.run(&mut u64::MAX.clone()) && block.e.contains(&0.0));
        assert_eq!(iteration_limit::iterations_cut_off(), before + 1);
    }
}
