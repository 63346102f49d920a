//! The singular values of a bidiagonal matrix by shifted quotient-difference transforms (dqds).
//!
//! With q the squares of the diagonal and e those of the superdiagonal, one transform maps (q, e) to the pair of a
//! matrix whose squared singular values are smaller by exactly the shift τ. It subtracts nothing but τ, which is why
//! even tiny values stay accurate (Fernando & Parlett 1994; Parlett & Marques 2000, doi:10.1016/S0024-3795(00)00010-0).
//! Repeated, it drives the last e to zero and leaves the smallest square at the end, where it is cut off.

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
    // The total shift of the block that ends at an index; a block is ended by an e that is zero.
    let mut shifts = vec![0.0; n];
    for e in e.iter_mut() {
        if *e <= negligible {
            *e = 0.0;
        }
    }
    let mut end = n;
    while end > 0 {
        let mut start = end - 1;
        while start > 0 && e[start - 1] > 0.0 {
            start -= 1;
        }
        let shift = shifts[end - 1];
        let (q, e) = (&mut q[start..end], &mut e[start..end]);
        match q {
            [one] => {
                *one += shift;
                end -= 1;
            }
            [first, second] => {
                let (large, small) = two_by_two(*first, e[0], *second);
                *first = large + shift;
                *second = small + shift;
                end -= 2;
            }
            _ => {
                let (next_q, next_e) = (&mut next_q[..q.len()], &mut next_e[..q.len()]);
                let shift = split(q, e, next_q, next_e, shift, negligible);
                shifts[start..end].fill(shift);
            }
        }
    }
}

/// Transforms a block of three or more until at least one e is zero; returns its new total shift.
fn split(q: &mut [f64], e: &mut [f64], next_q: &mut [f64], next_e: &mut [f64], mut total: f64, negligible: f64) -> f64 {
    let last = q.len() - 1;
    // Transforms carry small values down: a block that grows downwards is turned over first.
    if q[0] < q[last] {
        q.reverse();
        e[..last].reverse();
    }
    let mut lost = 0.0;
    let mut tau = 0.0;
    let mut failed = false;
    loop {
        let pass = transform(q, e, next_q, next_e, tau);
        if pass.smallest < 0.0 {
            // Too far. Where only the end went negative, the shift less that excess is a bound from below; a second
            // failure is rounding, and without a shift there is none.
            let retreat = (tau + pass.smallest) * (1.0 - 4.0 * f64::EPSILON);
            tau = if pass.before_end > 0.0 && retreat > 0.0 && !failed { retreat } else { 0.0 };
            failed = true;
            continue;
        }
        failed = false;
        q.copy_from_slice(next_q);
        e.copy_from_slice(next_e);
        let step = tau - lost;
        let sum = total + step;
        lost = (sum - total) - step;
        total = sum;

        // No value of the block is below `total`, so an e this small is lost in each of them.
        let tiny = negligible + total * (f64::EPSILON * f64::EPSILON / 16.0);
        let tiny_at_end = tiny + q[last] * (f64::EPSILON * f64::EPSILON / 16.0);
        if pass.smallest_e <= tiny || e[last - 1] <= tiny_at_end {
            for e in &mut e[..last] {
                if *e <= tiny {
                    *e = 0.0;
                }
            }
            if e[last - 1] <= tiny_at_end {
                e[last - 1] = 0.0;
            }
            return total;
        }
        tau = next_shift(q, e, &pass);
    }
}

struct Pass {
    /// The least intermediate d: an upper bound of the smallest square, and negative if the shift was too large.
    smallest: f64,
    /// The least d but for the last.
    before_end: f64,
    smallest_e: f64,
}

/// One dqds transform by `tau`, from (q, e) to (next_q, next_e). All have one length, at least 2; the last e is unused.
fn transform(q: &[f64], e: &[f64], next_q: &mut [f64], next_e: &mut [f64], tau: f64) -> Pass {
    let mut d = q[0] - tau;
    let mut before_end = f64::INFINITY;
    let mut smallest_e = f64::INFINITY;
    let steps = q[1..].iter().zip(e).zip(next_q.iter_mut().zip(next_e));
    for ((q, e), (next_q, next_e)) in steps {
        before_end = if d < before_end { d } else { before_end };
        *next_q = d + e;
        let ratio = q / *next_q;
        *next_e = e * ratio;
        smallest_e = if *next_e < smallest_e { *next_e } else { smallest_e };
        d = d * ratio - tau;
    }
    if let Some(end) = next_q.last_mut() {
        *end = d;
    }
    Pass { smallest: if d < before_end { d } else { before_end }, before_end, smallest_e }
}

/// A shift close to, and mostly below, the smallest square of the block.
fn next_shift(q: &[f64], e: &[f64], pass: &Pass) -> f64 {
    let last = q.len() - 1;
    if pass.before_end < q[last] {
        return pass.smallest * 0.25;
    }
    // The lower 2×2 corner bounds it from above; its coupling to the row before says by how much to go below.
    let (_, corner) = two_by_two(q[last - 1], e[last - 1], q[last]);
    let gap = q[last - 1] + e[last - 1] - corner;
    let gap_before = q[last - 2] + e[last - 2] - corner;
    let excess = (q[last] * e[last - 1] / gap) * (q[last - 1] * e[last - 2] / gap) / gap_before;
    if gap > 0.0 && gap_before > 0.0 && excess < 0.5 * corner { corner - excess } else { pass.smallest * 0.25 }
}

/// The squared singular values, larger and smaller, of the block with squares q₁, e, q₂.
fn two_by_two(q1: f64, e: f64, q2: f64) -> (f64, f64) {
    let difference = q1 - q2;
    let root = (difference * difference + e * (2.0 * (q1 + q2) + e)).sqrt();
    let large = 0.5 * (q1 + q2 + e + root);
    (large, if large > 0.0 { q1 * (q2 / large) } else { 0.0 })
}
