//! Householder reduction to upper bidiagonal form (Golub & Van Loan, 4th ed., algorithm 5.4.2), row by row.

/// A column or row whose squared length is below this, where the largest entry is in [1, 2), is zero: its square would
/// underflow, and 1e-140 is far below the last digit of σ₁.
const NEGLIGIBLE: f64 = 1e-280;

/// Reduces the m × n matrix in `a` (row after row, m ≥ n ≥ 1), which it overwrites.
///
/// Returns the diagonal (n values), the superdiagonal (n − 1 values) and how many reflections were not the identity.
pub(super) fn reduce(a: &mut [f64], m: usize, n: usize) -> (Vec<f64>, Vec<f64>, usize) {
    let mut diagonal = vec![0.0; n];
    let mut above = vec![0.0; n - 1];
    let mut reflections = 0;
    let (mut u, mut y) = (vec![0.0; m], vec![0.0; n]);
    for k in 0..n {
        // `rest` starts at row k; the columns before k are finished and are skipped in every row.
        let Some(rest) = a.get_mut(k * n..) else { break };
        let width = n - k - 1;
        let u = &mut u[..m - k];
        for (u, row) in u.iter_mut().zip(rest.chunks_exact(n)) {
            *u = row[k];
        }
        let y = &mut y[..width];
        y.fill(0.0);
        let left = reflect(u, &mut diagonal[k]);
        if left {
            reflections += 1;
            for (&u, row) in u.iter().zip(rest.chunks_exact(n)) {
                add_scaled(y, u, &row[k + 1..]);
            }
        }
        let (first, below) = rest.split_at_mut(n);
        let v = &mut first[k + 1..];
        if left {
            add_scaled(v, -u[0], y);
        }
        let right = match above.get_mut(k) {
            Some(value) => reflect(v, value),
            None => false,
        };
        reflections += usize::from(right);
        for (&u, row) in u[1..].iter().zip(below.chunks_exact_mut(n)) {
            let row = &mut row[k + 1..];
            if left {
                add_scaled(row, -u, y);
            }
            if right {
                let along = dot(row, v);
                add_scaled(row, -along, v);
            }
        }
    }
    (diagonal, above, reflections)
}

/// Overwrites x with the w for which (I − w·wᵀ)·x = `image`·e₁, and sets `image`. Returns false where x is that already.
fn reflect(x: &mut [f64], image: &mut f64) -> bool {
    let Some((&mut head, tail)) = x.split_first_mut() else { return false };
    let below = dot(tail, tail);
    if below < NEGLIGIBLE {
        *image = head;
        return false;
    }
    let length = (head * head + below).sqrt();
    let signed = if head < 0.0 { -length } else { length };
    let scale = 1.0 / (length * (length + head.abs())).sqrt();
    *image = -signed;
    for value in tail {
        *value *= scale;
    }
    x[0] = (head + signed) * scale;
    true
}

/// y += factor · x.
fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

/// Σ xᵢ·yᵢ in eight interleaved sums: an order that vector instructions can keep, and a smaller error than one long sum.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (x8, y8) = (x.chunks_exact(8), y.chunks_exact(8));
    let mut rest = 0.0;
    for (x, y) in x8.remainder().iter().zip(y8.remainder()) {
        rest += x * y;
    }
    for (x, y) in x8.zip(y8) {
        for lane in 0..8 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h)) + rest
}
