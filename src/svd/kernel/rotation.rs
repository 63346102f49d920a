//! Plane rotations (Golub & Van Loan, 4th ed., §5.1.8).

use super::reflection::NEGLIGIBLE;

/// (x, y) ↦ (cosine·x − sine·y, sine·x + cosine·y).
#[derive(Clone, Copy)]
pub(crate) struct Rotation {
    pub(crate) cosine: f64,
    pub(crate) sine: f64,
}

impl Rotation {
    /// The cost of computing a rotation, in additions: mostly the latency of a square root and a division.
    pub(crate) const COST: usize = 100;

    /// The rotation that makes y zero. The identity if x² + y² is below [`NEGLIGIBLE`].
    pub(crate) fn onto_first(x: f64, y: f64) -> Self {
        let squares = x * x + y * y;
        if squares < NEGLIGIBLE {
            return Self { cosine: 1.0, sine: 0.0 };
        }
        let length = squares.sqrt();
        Self { cosine: x / length, sine: -y / length }
    }

    pub(crate) fn turn(self, x: &mut f64, y: &mut f64) {
        (*x, *y) = (self.cosine * *x - self.sine * *y, self.sine * *x + self.cosine * *y);
    }

    /// Rotates each xᵢ with its yᵢ.
    pub(crate) fn turn_all(self, x: &mut [f64], y: &mut [f64]) {
        x.iter_mut().zip(y).for_each(|(x, y)| self.turn(x, y));
    }

    /// Rotates the first half of `both` with the second half.
    pub(crate) fn turn_halves(self, both: &mut [f64]) {
        let (x, y) = both.split_at_mut(both.len() / 2);
        self.turn_all(x, y);
    }
}
