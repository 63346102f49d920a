//! Matrices to try, each with a different kind of curve.

use lora_rank_explorer::Matrix;

/// The rank-2 matrix of the usage "Your own matrix".
pub fn rank_2() -> Matrix {
    rows(4, 4, |i, j| 4.0 - (i + j) as f64)
}

/// Noise without dominant directions: the curve falls slowly, and no rank is a good choice.
pub fn noisy() -> Matrix {
    let mut noise = Noise(7);
    rows(12, 12, |_, _| noise.next())
}

/// 96×64 with directions that each are an eighth weaker than the one before, like those of a trained update.
pub fn large() -> Matrix {
    let mut noise = Noise(42);
    let mut factor =
        |length: usize| -> Vec<Vec<f64>> { (0..64).map(|_| (0..length).map(|_| noise.next()).collect()).collect() };
    let (left, right) = (factor(96), factor(64));
    let strengths: Vec<f64> =
        (0..64).scan(4.0, |strength, _| Some(std::mem::replace(strength, *strength * 0.875))).collect();
    rows(96, 64, |i, j| (0..64).map(|k| strengths[k] * left[k][i] * right[k][j]).sum())
}

fn rows(rows: usize, cols: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Matrix {
    let mut entries = Vec::with_capacity(rows * cols);
    for i in 0..rows {
        entries.extend((0..cols).map(|j| entry(i, j)));
    }
    Matrix::from_vec(rows, cols, entries).unwrap_or_default()
}

/// A linear congruential generator, uniform in [−½, ½): good enough for a picture.
pub struct Noise(pub u32);

impl Noise {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0) / 4_294_967_296.0 - 0.5
    }
}
