//! The singular values of a bidiagonal matrix by shifted quotient-difference transforms (dqds).
//!
//! With q the squares of the diagonal and e those of the superdiagonal, one transform maps (q, e) to the pair of a
//! matrix whose squared singular values are smaller by exactly the shift τ. It subtracts nothing but τ, which is why
//! even tiny values stay accurate (Fernando & Parlett 1994; Parlett & Marques 2000, doi:10.1016/S0024-3795(00)00010-0).
//! Repeated, it drives the last e to zero and leaves the smallest square at the end, where it is cut off.

/// After so many transforms in a row that found nothing, the smallest e is dropped, be it small or not. Ten are usual and
/// forty rare; no matrix is known to come here, but the end is certain.
const PATIENCE: usize = 200;

/// What a transform costs for each square, counted in additions: nearly all of it is waiting for the division.
const COST: u64 = 40;

/// A bidiagonal matrix on its way to its singular values.
pub(super) struct Iteration {
    q: Vec<f64>,
    /// As long as q; the last element is unused.
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
    pub(super) fn new(diagonal: Vec<f64>, above: Vec<f64>) -> Self {
        let (mut q, mut e) = (diagonal, above);
        for value in q.iter_mut().chain(&mut e) {
            *value *= *value;
        }
        e.push(0.0);
        let n = q.len();
        let largest = q.iter().zip(&e).fold(0.0, |largest: f64, (q, e)| largest.max(q + e));
        // Dropping an off-diagonal entry of at most ε/4·σ₁ moves no value by more than that.
        let negligible = largest * (f64::EPSILON * f64::EPSILON / 16.0);
        drop_negligible(&q, &mut e, 0.0, negligible);
        let zeros = vec![0.0; n];
        let (next_q, next_e, shifts) = (zeros.clone(), zeros.clone(), zeros);
        Self { q, e, next_q, next_e, shifts, negligible, end: n, under_way: None }
    }

    /// Goes on for about as many floating-point operations as are left in `operations`, and takes them off. Returns
    /// whether all is done. Never panics.
    pub(super) fn advance(&mut self, operations: &mut u64) -> bool {
        while self.end > 0 && *operations > 0 {
            let end = self.end;
            let (start, state) = self.under_way.take().unwrap_or_else(|| {
                let start = self.e[..end - 1].iter().rposition(|&e| e <= 0.0).map_or(0, |zero| zero + 1);
                (start, State::of(end - start, self.shifts[end - 1]))
            });
            let mut block = Block {
                q: &mut self.q[start..end],
                e: &mut self.e[start..end],
                next_q: &mut self.next_q[start..end],
                next_e: &mut self.next_e[start..end],
                negligible: self.negligible,
                state,
            };
            if block.run(operations) {
                let State { n, total, .. } = block.state;
                self.end = start + n;
                // What is left fell into several blocks, which share the shift.
                self.shifts[start..start + n].fill(total);
            } else {
                self.under_way = Some((start, block.state));
            }
        }
        self.end == 0
    }

    /// The part of the whole work that is done, in [0, 1].
    pub(super) fn progress(&self) -> f64 {
        let left = self.end as f64 / self.q.len() as f64;
        1.0 - left * left
    }

    /// Takes the singular values out, largest first.
    pub(super) fn take_values(&mut self) -> Vec<f64> {
        let mut values = std::mem::take(&mut self.q);
        for end in 0..values.len() {
            let value = values[end].sqrt();
            let mut place = end;
            // The squares arrive almost in order, so that insertion is both the shortest and the fastest sort.
            while place > 0 && values[place - 1] < value {
                values[place] = values[place - 1];
                place -= 1;
            }
            values[place] = value;
        }
        values
    }
}

/// How far a block has come.
struct State {
    /// How many leading squares are not found yet.
    n: usize,
    /// The sum of all shifts, what to add to a square of this block, and what its rounding lost.
    total: f64,
    lost: f64,
    /// The shift of the next transform.
    tau: f64,
    patience: usize,
    begun: bool,
}

impl State {
    fn of(n: usize, total: f64) -> Self {
        Self { n, total, lost: 0.0, tau: 0.0, patience: PATIENCE, begun: false }
    }
}

/// A part of the matrix with no zero e inside.
struct Block<'a> {
    q: &'a mut [f64],
    /// As long as q; the last element is not part of the block.
    e: &'a mut [f64],
    next_q: &'a mut [f64],
    next_e: &'a mut [f64],
    /// An e of at most this is lost in σ₁.
    negligible: f64,
    state: State,
}

impl Block<'_> {
    /// Transforms until nothing is left or an e inside is zero, and returns true; false where `operations` did not last.
    fn run(&mut self, operations: &mut u64) -> bool {
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
            self.state.tau = self.next_shift(n, bound);
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

    /// A shift close to, and mostly below, the smallest square of the first n ≥ 3, which is at most `bound`.
    fn next_shift(&self, n: usize, bound: f64) -> f64 {
        let (q, e) = (&self.q[..n], &self.e[..n - 1]);
        let last = n - 1;
        // In BBᵀ the corner couples to the rest by q·e. Where no digit shows that, the next transform brings e to zero.
        if q[last] <= self.state.total * (f64::EPSILON / 4.0) {
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
