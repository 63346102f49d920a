//! Matrices whose readout changes at every rank.

use lora_rank_explorer::Matrix;

/// The default target for n = 8. Otherwise two seeded Householder reflections around diag(σ_k), with σ_k = 16·0.9ᵏ up to n = 64
/// and 16e6·0.96ᵏ above, so that the three decimals shown change at every rank.
pub fn of_size(n: usize) -> Matrix {
    match n {
        8 => Matrix::default(),
        ..=64 => graded(n, 0.9, 16.0),
        _ => graded(n, 0.96, 16e6),
    }
}

/// (I − 2uuᵀ)·diag(scale·qᵏ)·(I − 2vvᵀ).
fn graded(n: usize, q: f64, scale: f64) -> Matrix {
    let mut random = Lcg(n as u32);
    let (u, v) = (random.unit_vector(n), random.unit_vector(n));
    let s: Vec<f64> = std::iter::successors(Some(scale), |s| Some(s * q)).take(n).collect();
    let usv: f64 = (0..n).map(|k| u[k] * s[k] * v[k]).sum();
    let mut entries = Vec::with_capacity(n * n);
    for i in 0..n {
        for j in 0..n {
            let diagonal = if i == j { s[i] } else { 0.0 };
            entries.push(diagonal - 2.0 * u[i] * u[j] * s[j] - 2.0 * s[i] * v[i] * v[j] + 4.0 * u[i] * usv * v[j]);
        }
    }
    Matrix::from_vec(n, n, entries).expect("a square of finite numbers")
}

/// The 32-bit linear congruential generator with the constants of Numerical Recipes.
struct Lcg(u32);

impl Lcg {
    /// Uniform in [0, 1).
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0) / 4_294_967_296.0
    }

    fn unit_vector(&mut self, n: usize) -> Vec<f64> {
        let x: Vec<f64> = (0..n).map(|_| self.next() - 0.5).collect();
        let length = x.iter().map(|value| value * value).sum::<f64>().sqrt();
        x.into_iter().map(|value| value / length).collect()
    }
}
