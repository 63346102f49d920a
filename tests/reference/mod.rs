//! Reference singular values to about 30 digits: one-sided Jacobi (Hestenes 1958) in double-double arithmetic (Dekker 1971).
//! Slow, but independent of the code under test.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// The singular values of a `rows` × `cols` matrix, row-major, largest first.
pub fn singular_values(rows: usize, cols: usize, entries: &[f64]) -> Vec<f64> {
    // The columns of W, or of Wᵀ if it has fewer.
    let mut columns: Vec<Vec<Wide>> = if cols <= rows {
        (0..cols).map(|j| (0..rows).map(|i| Wide(entries[i * cols + j], 0.0)).collect()).collect()
    } else {
        entries.chunks(cols).map(|row| row.iter().map(|&entry| Wide(entry, 0.0)).collect()).collect()
    };
    for _sweep in 0..60 {
        let mut turned = false;
        for q in 1..columns.len() {
            let (before, after) = columns.split_at_mut(q);
            for p in before {
                turned |= make_orthogonal(p, &mut after[0]);
            }
        }
        if !turned {
            break;
        }
    }
    let mut values: Vec<f64> = columns.iter().map(|column| dot(column, column).sqrt().0).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

fn make_orthogonal(p: &mut [Wide], q: &mut [Wide]) -> bool {
    let (pp, qq, pq) = (dot(p, p), dot(q, q), dot(p, q));
    // Columns along one line end as rounding of rounding, down to where numbers end.
    if pq.0.abs() <= (1e-28 * (pp.0.sqrt() * qq.0.sqrt())).max(1e-200 * pp.0.max(qq.0)) {
        return false;
    }
    let one = Wide(1.0, 0.0);
    let zeta = (qq - pp) / (pq + pq);
    let size = if zeta.0 < 0.0 { -zeta } else { zeta };
    // Beyond this, t = 1/(2ζ) to the last digit, and ζ² might overflow.
    let t = if size.0 > 1e40 { one / (size + size) } else { one / (size + (one + zeta * zeta).sqrt()) };
    let t = if zeta.0 < 0.0 { -t } else { t };
    let cosine = one / (one + t * t).sqrt();
    let sine = cosine * t;
    for (p, q) in p.iter_mut().zip(q) {
        (*p, *q) = (cosine * *p - sine * *q, sine * *p + cosine * *q);
    }
    true
}

fn dot(x: &[Wide], y: &[Wide]) -> Wide {
    x.iter().zip(y).fold(Wide(0.0, 0.0), |sum, (&x, &y)| sum + x * y)
}

/// An unevaluated sum of two `f64`, the second below the last digit of the first.
#[derive(Clone, Copy)]
struct Wide(f64, f64);

impl Wide {
    fn normal(high: f64, low: f64) -> Self {
        let sum = high + low;
        Self(sum, low - (sum - high))
    }

    fn sqrt(self) -> Self {
        if self.0 <= 0.0 {
            return Self(0.0, 0.0);
        }
        let root = Self(self.0.sqrt(), 0.0);
        root + (self - root * root) / (root + root)
    }
}

impl Add for Wide {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let sum = self.0 + other.0;
        let part = sum - self.0;
        let lost = (self.0 - (sum - part)) + (other.0 - part);
        Self::normal(sum, lost + self.1 + other.1)
    }
}

impl Neg for Wide {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

impl Sub for Wide {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Wide {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let product = self.0 * other.0;
        let lost = self.0.mul_add(other.0, -product);
        Self::normal(product, lost + self.0 * other.1 + self.1 * other.0)
    }
}

impl Div for Wide {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let first = self.0 / other.0;
        let rest = self - other * Self(first, 0.0);
        Self::normal(first, rest.0 / other.0)
    }
}
