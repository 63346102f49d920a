//! Sums of products, as several interleaved sums: as fast as the additions allow, with a smaller error than one long sum. The
//! order of the additions determines the bits of the result, so each function keeps its own order.

use super::f64x2::F64x2;

/// Σ xᵢ², in four interleaved sums.
pub(crate) fn squares(x: &[f64]) -> f64 {
    let (fours, rest) = x.as_chunks::<4>();
    let (mut first, mut second) = (F64x2::both(0.0), F64x2::both(0.0));
    for &[a, b, c, d] in fours {
        let (ab, cd) = (F64x2::new(a, b), F64x2::new(c, d));
        first = first + ab * ab;
        second = second + cd * cd;
    }
    let rest: f64 = rest.iter().fold(0.0, |sum, x| sum + x * x);
    (first + second).sum() + rest
}

/// [`squares`] of pairs.
pub(crate) fn squared_length(x: &[F64x2]) -> f64 {
    let (twos, rest) = x.as_chunks::<2>();
    let (mut a, mut b) = (F64x2::both(0.0), F64x2::both(0.0));
    for &[x, y] in twos {
        a = a + x * x;
        b = b + y * y;
    }
    for &x in rest {
        a = a + x * x;
    }
    (a + b).sum()
}

/// Σ xᵢyᵢ, in eight interleaved sums.
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    let ((x8, x), (y8, y)) = (x.as_chunks::<8>(), y.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (x, y) in x8.iter().zip(y8) {
        for i in 0..8 {
            sums[i] += x[i] * y[i];
        }
    }
    let rest: f64 = x.iter().zip(y).fold(0.0, |sum, (x, y)| sum + x * y);
    let [a, b, c, d, e, f, g, h] = sums;
    (((a + e) + (c + g)) + ((b + f) + (d + h))) + rest
}

/// [`dot`] of pairs.
pub(crate) fn dot_pairs(x: &[F64x2], y: &[F64x2]) -> f64 {
    let (x4, y4) = (x.as_chunks::<4>(), y.as_chunks::<4>());
    let mut sums = [F64x2::both(0.0); 4];
    for (x, y) in x4.0.iter().zip(y4.0) {
        for i in 0..4 {
            sums[i] = sums[i] + x[i] * y[i];
        }
    }
    for (i, (x, y)) in x4.1.iter().zip(y4.1).enumerate() {
        sums[i] = sums[i] + *x * *y;
    }
    ((sums[0] + sums[2]) + (sums[1] + sums[3])).sum()
}
