//! The singular values of a bidiagonal matrix by shifted quotient-difference transforms (dqds).
//!
//! Let q be the squares of the diagonal and e the squares of the superdiagonal. One transform maps (q, e) to the (q, e) of a
//! matrix whose squared singular values are smaller by exactly the shift τ. It subtracts only τ, so even tiny values stay
//! accurate (Fernando & Parlett 1994; Parlett & Marques 2000, doi:10.1016/S0024-3795(00)00010-0). Repeated transforms drive the
//! last e to zero, and the smallest square is then deflated from the end.

mod block;
mod shift;
mod transform;

use self::block::{Block, State};
use self::transform::drop_negligible;

/// A bidiagonal matrix during the iteration for its singular values.
pub(crate) struct Iteration {
    q: Vec<f64>,
    /// One element fewer than `q`.
    e: Vec<f64>,
    next_q: Vec<f64>,
    next_e: Vec<f64>,
    /// The total shift of each block so far, at the block's last index. A block ends where e is zero.
    shifts: Vec<f64>,
    negligible: f64,
    /// The squares before this index are still unknown.
    end: usize,
    /// The start of an interrupted block, and its state.
    under_way: Option<(usize, State)>,
}

impl Iteration {
    /// For the matrix with this `diagonal` and the superdiagonal `above`. The largest |entry| must lie between 1e-100 and 1e100,
    /// or all entries must be zero.
    pub(crate) fn new(diagonal: Vec<f64>, above: Vec<f64>) -> Self {
        let (mut q, mut e) = (diagonal, above);
        for value in q.iter_mut().chain(&mut e) {
            *value *= *value;
        }
        let n = q.len();
        let last = q.last().copied().unwrap_or_default();
        let largest = q.iter().zip(&e).fold(last, |largest: f64, (q, e)| largest.max(q + e));
        // Dropping an off-diagonal entry of at most ε/4·σ₁ moves each value by at most that much.
        let negligible = largest * (f64::EPSILON * f64::EPSILON / 16.0);
        drop_negligible(&q, &mut e, 0.0, negligible);
        let zeros = vec![0.0; n];
        let (next_q, next_e, shifts) = (zeros.clone(), zeros.clone(), zeros);
        Self { q, e, next_q, next_e, shifts, negligible, end: n, under_way: None }
    }

    /// Does about `operations` floating-point operations and subtracts them from `operations`. Returns whether all values are
    /// known. Never panics.
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
                // The rest has split into several blocks, which all start from this shift.
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
        // The squares are almost sorted, so insertion sort is both the shortest and the fastest.
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
