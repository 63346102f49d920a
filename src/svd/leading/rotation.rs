//! Plane rotations (Golub & Van Loan, 4th ed., §5.1.8).

/// (x, y) ↦ (cosine·x + sine·y, cosine·y − sine·x).
#[derive(Clone, Copy)]
pub(super) struct Rotation {
    pub(super) cosine: f64,
    pub(super) sine: f64,
}

impl Rotation {
    /// What finding one costs, counted in additions: mostly waiting for a root and a division.
    pub(super) const COST: usize = 100;

    /// The one that makes y zero. What is too small for its square counts as zero: in a matrix of entries near 1 it is.
    pub(super) fn of(x: f64, y: f64) -> Self {
        let squares = x * x + y * y;
        if squares < 1e-280 {
            return Self { cosine: 1.0, sine: 0.0 };
        }
        let length = squares.sqrt();
        Self { cosine: x / length, sine: y / length }
    }

    pub(super) fn turn(self, x: &mut f64, y: &mut f64) {
        (*x, *y) = (self.cosine * *x + self.sine * *y, self.cosine * *y - self.sine * *x);
    }

    /// Turns two rows, which are the halves of `rows`.
    pub(super) fn turn_rows(self, rows: &mut [f64]) {
        let (x, y) = rows.split_at_mut(rows.len() / 2);
        x.iter_mut().zip(y).for_each(|(x, y)| self.turn(x, y));
    }
}
