//! The singular values of a bidiagonal matrix by shifted quotient-difference transforms (dqds).
//!
//! With q the squares of the diagonal and e those of the superdiagonal, one transform maps (q, e) to the pair of a
//! matrix whose squared singular values are smaller by exactly the shift τ. It subtracts nothing but τ, which is why
//! even tiny values stay accurate (Fernando & Parlett 1994; Parlett & Marques 2000, doi:10.1016/S0024-3795(00)00010-0).
//! Repeated, it drives the last e to zero and leaves the smallest square at the end, where it is cut off.

/// After so many transforms in a row that found nothing, the smallest e is dropped, be it small or not. Ten are usual and
/// forty rare; no matrix is known to come here, but the end is certain.
const PATIENCE: usize = 200;

/// Replaces `diagonal` with the singular values, largest first, of the bidiagonal matrix with superdiagonal `above`.
///
/// The largest entry must lie between 1e-100 and 1e100, or all be zero. Never panics.
pub(super) fn singular_values(diagonal: &mut [f64], mut above: Vec<f64>) {
    for value in diagonal.iter_mut().chain(&mut above) {
        *value *= *value;
    }
    above.push(0.0);
    squares(diagonal, &mut above);
    for end in 0..diagonal.len() {
        let value = diagonal[end].sqrt();
        let mut place = end;
        // The squares arrive almost in order, so that insertion is both the shortest and the fastest sort.
        while place > 0 && diagonal[place - 1] < value {
            diagonal[place] = diagonal[place - 1];
            place -= 1;
        }
        diagonal[place] = value;
    }
}

/// Replaces q with the squares of the singular values, in no order. `e` has the length of `q`; its last element is unused.
fn squares(q: &mut [f64], e: &mut [f64]) {
    let n = q.len();
    let largest = q.iter().zip(&*e).fold(0.0, |largest: f64, (q, e)| largest.max(q + e));
    // Dropping an off-diagonal entry of at most ε/4·σ₁ moves no value by more than that.
    let negligible = largest * (f64::EPSILON * f64::EPSILON / 16.0);
    let (mut next_q, mut next_e) = (vec![0.0; n], vec![0.0; n]);
    // What a block was shifted by so far, kept at its last index. A block is ended by an e that is zero.
    let mut shifts = vec![0.0; n];
    drop_negligible(q, e, 0.0, negligible);
    let mut end = n;
    while end > 0 {
        let mut start = end - 1;
        while start > 0 && e[start - 1] > 0.0 {
            start -= 1;
        }
        let mut block = Block {
            q: &mut q[start..end],
            e: &mut e[start..end],
            next_q: &mut next_q[start..end],
            next_e: &mut next_e[start..end],
            total: shifts[end - 1],
            negligible,
        };
        let left = block.run();
        let total = block.total;
        end = start + left;
        // What is left fell into several blocks, which share the shift.
        shifts[start..end].fill(total);
    }
}

/// A part of the matrix with no zero e inside.
struct Block<'a> {
    q: &'a mut [f64],
    /// As long as q; the last element is not part of the block.
    e: &'a mut [f64],
    next_q: &'a mut [f64],
    next_e: &'a mut [f64],
    /// The sum of all shifts: what to add to a square of this block.
    total: f64,
    /// An e of at most this is lost in σ₁.
    negligible: f64,
}

impl Block<'_> {
    /// Transforms until nothing is left or an e inside is zero; returns how many leading squares are not found yet.
    fn run(&mut self) -> usize {
        let mut n = self.q.len();
        // Transforms carry small values down: a block that grows downwards is turned over first.
        if self.q[0] < self.q[n - 1] {
            self.q.reverse();
            self.e[..n - 1].reverse();
        }
        let mut lost = 0.0;
        let mut tau = 0.0;
        let mut patience = PATIENCE;
        loop {
            match n {
                0 => return 0,
                1 => {
                    self.q[0] += self.total;
                    return 0;
                }
                2 => {
                    self.finish_pair(0);
                    return 0;
                }
                _ => {}
            }
            let pass = self.advance(n, tau);
            let step = pass.tau - lost;
            let sum = self.total + step;
            lost = (sum - self.total) - step;
            self.total = sum;

            let mut bound = pass.smallest;
            if drop_negligible(&self.q[..n], &mut self.e[..n], self.total, self.negligible) {
                if self.e[n - 2] == 0.0 {
                    self.q[n - 1] += self.total;
                    n -= 1;
                    bound = pass.before_end;
                } else if self.e[n - 3] == 0.0 {
                    self.finish_pair(n - 2);
                    n -= 2;
                    bound = pass.before_end;
                }
                if self.e[..n.saturating_sub(1)].contains(&0.0) {
                    return n;
                }
                patience = PATIENCE;
            }
            patience -= 1;
            if patience == 0 {
                self.cut(n);
                return n;
            }
            if n > 2 {
                tau = self.next_shift(n, bound);
            }
        }
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
        self.q[first] = large + self.total;
        self.q[first + 1] = small + self.total;
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

    /// A shift close to, and mostly below, the smallest square of the first n ≥ 3, which is at most `bound`.
    fn next_shift(&self, n: usize, bound: f64) -> f64 {
        let (q, e) = (&self.q[..n], &self.e[..n - 1]);
        let last = n - 1;
        // In BBᵀ the corner couples to the rest by q·e. Where no digit shows that, the next transform brings e to zero.
        if q[last] <= self.total * (f64::EPSILON / 4.0) {
            return 0.0;
        }
        // The lower 2×2 corner bounds the smallest square from above; the rows before it say how far to go below.
        let (_, corner) = two_by_two(q[last - 1], e[last - 1], q[last]);
        if corner <= bound * 1.5 {
            let mut pivot = f64::INFINITY;
            for k in last.saturating_sub(4)..last - 1 {
                let coupling = if pivot == f64::INFINITY { 0.0 } else { q[k] * e[k - 1] / pivot };
                pivot = q[k] + e[k] - corner - coupling;
                if pivot <= 0.0 {
                    return self.cautious_shift(n, bound);
                }
            }
            let gap = q[last - 1] + e[last - 1] - corner;
            let excess = (q[last] * e[last - 1] / gap) * (q[last - 1] * e[last - 2] / gap) / pivot;
            if gap > 0.0 && excess < 0.5 * corner {
                return corner - 1.05 * excess;
            }
        }
        self.cautious_shift(n, bound)
    }

    /// Gershgorin's bound from below, which is close where the block is nearly diagonal; else a part of `bound`.
    fn cautious_shift(&self, n: usize, bound: f64) -> f64 {
        let least_q = self.q[..n].iter().fold(f64::INFINITY, |least, &q| if q < least { q } else { least });
        let largest_e = self.e[..n - 1].iter().fold(0.0, |largest, &e| if e > largest { e } else { largest });
        let disc = least_q - 2.0 * (least_q * largest_e).sqrt();
        if disc > 0.25 * bound { disc } else { 0.25 * bound }
    }
}

/// Sets every e to zero whose loss no value can show; returns whether there was one.
fn drop_negligible(q: &[f64], e: &mut [f64], total: f64, negligible: f64) -> bool {
    // No square of the block is below `total`: what moves none by more than this leaves their digits alone.
    let unseen = total * (f64::EPSILON / 4.0);
    let last = q.len() - 1;
    let mut any = false;
    for (q, e) in q.iter().zip(&mut e[..last]) {
        // e is added to one diagonal entry of BᵀB, and its coupling to the next has the square q·e.
        if *e <= negligible || (*e <= unseen && q * *e <= unseen * unseen) {
            *e = 0.0;
            any = true;
        }
    }
    any
}

/// What a transform leaves besides its matrix.
struct Pass {
    tau: f64,
    /// The least intermediate d: an upper bound of the smallest square, and negative if the shift was too large.
    smallest: f64,
    /// The least d but for the last.
    before_end: f64,
}

/// One dqds transform by `tau`, from (q, e) to (next_q, next_e). All have one length, at least 2; the last e is unused.
fn transform(q: &[f64], e: &[f64], next_q: &mut [f64], next_e: &mut [f64], tau: f64) -> Pass {
    let mut d = q[0] - tau;
    let mut before_end = f64::INFINITY;
    let steps = q[1..].iter().zip(e).zip(next_q.iter_mut().zip(next_e));
    for ((q, e), (next_q, next_e)) in steps {
        before_end = if d < before_end { d } else { before_end };
        *next_q = d + e;
        let ratio = q / *next_q;
        *next_e = e * ratio;
        d = d * ratio - tau;
    }
    if let Some(end) = next_q.last_mut() {
        *end = d;
    }
    Pass { tau, smallest: if d < before_end { d } else { before_end }, before_end }
}

/// The squared singular values, larger and smaller, of the block with squares q₁, e, q₂.
fn two_by_two(q1: f64, e: f64, q2: f64) -> (f64, f64) {
    let difference = q1 - q2;
    let root = (difference * difference + e * (2.0 * (q1 + q2) + e)).sqrt();
    let large = 0.5 * (q1 + q2 + e + root);
    (large, if large > 0.0 { q1 * (q2 / large) } else { 0.0 })
}
