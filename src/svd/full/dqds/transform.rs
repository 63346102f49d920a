//! One dqds transform, and the test for negligible couplings after it.

/// Sets every negligible e to zero. Returns whether there was one.
pub(crate) fn drop_negligible(q: &[f64], e: &mut [f64], total: f64, negligible: f64) -> bool {
    // No square of the block is below `total`, so a change of at most this does not affect their digits.
    let unseen = total * (f64::EPSILON / 4.0);
    let mut any = false;
    for (q, e) in q.iter().zip(e) {
        // e is added to one diagonal entry of BᵀB, and its coupling to the next has the square q·e.
        if *e <= negligible || (*e <= unseen && q * *e <= unseen * unseen) {
            *e = 0.0;
            any = true;
        }
    }
    any
}

/// The by-products of a transform.
pub(crate) struct Pass {
    pub(crate) tau: f64,
    /// The smallest intermediate d: an upper bound of the smallest square, and negative if the shift was too large.
    pub(crate) smallest: f64,
    /// The smallest d before the last.
    pub(crate) before_end: f64,
}

/// One dqds transform by `tau`, from (q, e) to (next_q, next_e): n ≥ 2 squares and n − 1 couplings between them.
pub(crate) fn transform(q: &[f64], e: &[f64], next_q: &mut [f64], next_e: &mut [f64], tau: f64) -> Pass {
    let mut rest = q.iter();
    let mut d = rest.next().map_or(0.0, |first| first - tau);
    let mut before_end = f64::INFINITY;
    let steps = rest.zip(e).zip(next_q.iter_mut().zip(next_e));
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

/// The squared singular values of the 2×2 block with squares q₁, e, q₂, the larger one first.
pub(crate) fn two_by_two(q1: f64, e: f64, q2: f64) -> (f64, f64) {
    let difference = q1 - q2;
    let root = (difference * difference + e * (2.0 * (q1 + q2) + e)).sqrt();
    let large = 0.5 * (q1 + q2 + e + root);
    (large, if large > 0.0 { q1 * (q2 / large) } else { 0.0 })
}
