//! The singular values of a bidiagonal matrix by shifted quotient-difference transforms (dqds).
//!
//! With q the squares of the diagonal and e those of the superdiagonal, one transform maps (q, e) to the pair of a
//! matrix whose squared singular values are smaller by exactly the shift τ. It subtracts nothing but τ, which is why
//! even tiny values stay accurate (Fernando & Parlett 1994; Parlett & Marques 2000, doi:10.1016/S0024-3795(00)00010-0).
//! Repeated, it drives the last e to zero and leaves the smallest square at the end, where it is cut off.

mod block;
mod shift;
mod transform;

use self::block::{Block, State};
use self::transform::drop_negligible;

/// A bidiagonal matrix on its way to its singular values.
pub(crate) struct Iteration {
    q: Vec<f64>,
    /// One less than q.
    e: Vec<f64>,
    next_q: Vec<f64>,
    next_e: Vec<f64>,
    /// What a block was shifted by so far, kept at its last index. A block is ended by an e that is zero.
    shifts: Vec<f64>,
    negligible: f64,
    /// How many squares, the first ones, are not found yet.
    end: usize,
    /// Where the block under way begins, and what it needs to go on.
    under_way: Option<(usize, State)>,
}

impl Iteration {
    /// With `diagonal` and the superdiagonal `above`. The largest entry must lie between 1e-100 and 1e100, or all be zero.
    pub(crate) fn new(diagonal: Vec<f64>, above: Vec<f64>) -> Self {
        let (mut q, mut e) = (diagonal, above);
        for value in q.iter_mut().chain(&mut e) {
            *value *= *value;
        }
        let n = q.len();
        let last = q.last().copied().unwrap_or_default();
        let largest = q.iter().zip(&e).fold(last, |largest: f64, (q, e)| largest.max(q + e));
        // Dropping an off-diagonal entry of at most ε/4·σ₁ moves no value by more than that.
        let negligible = largest * (f64::EPSILON * f64::EPSILON / 16.0);
        drop_negligible(&q, &mut e, 0.0, negligible);
        let zeros = vec![0.0; n];
        let (next_q, next_e, shifts) = (zeros.clone(), zeros.clone(), zeros);
        Self { q, e, next_q, next_e, shifts, negligible, end: n, under_way: None }
    }

    /// Goes on for about as many floating-point operations as are left in `operations`, and takes them off. Returns
    /// whether all is done. Never panics.
    pub(crate) fn advance(&mut self, operations: &mut u64) -> bool {
        while self.end > 0 && *operations > 0 {
            let end = self.end;
            let (start, state) = self.under_way.take().unwrap_or_else(|| {
                let zero = self.e.iter().take(end - 1).rposition(|&e| e <= 0.0);
                (zero.map_or(0, |zero| zero + 1), State::of(self.shifts[end - 1]))
            });
            let [q, next_q] = [&mut self.q, &mut self.next_q].map(|values| &mut values[start..end]);
            let [e, next_e] = [&mut self.e, &mut self.next_e].map(|values| &mut values[start..end - 1]);
            let mut block = Block { q, e, next_q, next_e, negligible: self.negligible, state };
            let is_done = block.run(operations);
            let (left, state) = (block.q.len(), block.state);
            self.end = start + left;
            if is_done {
                // What is left fell into several blocks, which share the shift.
                self.shifts[start..self.end].fill(state.total);
            } else {
                self.under_way = Some((start, state));
            }
        }
        self.end == 0
    }

    /// The part of the whole work that is done, in [0, 1].
    pub(crate) fn progress(&self) -> f64 {
        let left = self.end as f64 / self.q.len() as f64;
        1.0 - left * left
    }

    /// Takes the singular values out, largest first.
    pub(crate) fn take_values(&mut self) -> Vec<f64> {
        let mut values = std::mem::take(&mut self.q);
        for value in &mut values {
            *value = value.sqrt();
        }
        // The squares arrive almost in order, so that insertion is both the shortest and the fastest sort.
        for end in 1..values.len() {
            for place in (1..=end).rev() {
                match values.get_mut(place - 1..=place) {
                    Some([before, value]) if *before < *value => std::mem::swap(before, value),
                    _ => break,
                }
            }
        }
        values
    }
}
