//! [`RoundingFloor`]: where the dtype of the tuned checkpoint ends, and how many singular values are above that.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ranks::not_applicable::NotApplicable;

/// The size that rounding alone gives to the largest singular value of ΔW: an **estimate**.
///
/// A weight w is stored with a spacing of ulp(w), so that rounding it to its dtype adds an error of variance ulp(w)²/12. With σ_n²
/// the mean of that over the entries of an m × n matrix, the largest singular value of the errors is about σ_n·(√m + √n)
/// (Vershynin 2012, arXiv:1011.3027, theorem 5.32, for independent entries of one variance).
///
/// The derivation holds for entries whose sizes are spread alike over rows and columns. Where some rows are much larger than others the
/// floor under-states; where most entries did not move at all, because the update is smaller than the spacing, it over-states by
/// up to several times, and so does the update shrink: [`unchanged_share`](Self::unchanged_share) says how many they are. An update of few
/// directions makes errors that are not alike over rows, of which a few can be above the floor. A base with
/// fewer digits than the tuned model may hold rounding of its own, which is not in it.
///
/// ```
/// use lora_rank_explorer::checkpoint::RoundingFloor;
///
/// let floor = RoundingFloor::new(1024, 1024, 2e-5, 0.25, "BF16").unwrap();
/// assert!((floor.value() - 2e-5 * 64.0).abs() < 1e-15);
/// assert_eq!(floor.rank_above(&[0.1, 0.01, 0.001]), Ok(2));
/// ```
///
/// JSON: `{"rows": 1024, "cols": 1024, "entry_noise": 2e-5, "unchanged_share": 0.25, "dtype": "BF16"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct RoundingFloor {
    rows: usize,
    cols: usize,
    entry_noise: f64,
    unchanged_share: f64,
    dtype: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    rows: usize,
    cols: usize,
    entry_noise: f64,
    unchanged_share: f64,
    dtype: String,
}

/// The 99.9th percentile of the Tracy–Widom law of order 1 (Johnstone 2001, doi:10.1214/aos/1009210544).
const RARE: f64 = 3.2724;

impl RoundingFloor {
    /// The floor of an m × n difference whose entries have errors of the standard deviation `entry_noise`, of which
    /// `unchanged_share` did not move, where the tuned model has this dtype. [`Difference::floor`](super::Difference::floor) measures it.
    ///
    /// `None` unless both sides are at least 1, the noise is finite and ≥ 0, and the share is in [0, 1].
    pub fn new(rows: usize, cols: usize, entry_noise: f64, unchanged_share: f64, dtype: &str) -> Option<Self> {
        let is_noise = entry_noise.is_finite() && entry_noise >= 0.0;
        let is_valid = rows > 0 && cols > 0 && is_noise && (0.0..=1.0).contains(&unchanged_share);
        is_valid.then(|| Self { rows, cols, entry_noise, unchanged_share, dtype: dtype.to_owned() })
    }

    /// σ_n·(√m + √n), in the units of the weights: the line to draw.
    pub fn value(&self) -> f64 {
        self.entry_noise * ((self.rows as f64).sqrt() + (self.cols as f64).sqrt())
    }

    /// σ_n·√(m·n), in the units of the weights: ‖·‖_F of the rounding, as far as entries have moved. Each entry has its share in it, so
    /// that it over-states as the value does where most did not.
    ///
    /// ```
    /// # use lora_rank_explorer::checkpoint::RoundingFloor;
    /// let floor = RoundingFloor::new(64, 16, 1e-3, 0.0, "BF16").unwrap();
    /// assert!((floor.frobenius_norm() - 0.032).abs() < 1e-15);
    /// ```
    pub fn frobenius_norm(&self) -> f64 {
        self.entry_noise * (self.rows as f64).sqrt() * (self.cols as f64).sqrt()
    }

    /// σ_n: the root of the mean of ulp(w)²/12 over the tuned entries.
    pub fn entry_noise(&self) -> f64 {
        self.entry_noise
    }

    /// The share of the entries of ΔW that are exactly 0.
    pub fn unchanged_share(&self) -> f64 {
        self.unchanged_share
    }

    /// The dtype of the tuned model.
    pub fn dtype(&self) -> &str {
        &self.dtype
    }

    /// What the largest singular value of such rounding exceeds in one of a thousand layers. Its size varies: in about one of six
    /// layers it is above [`value`](Self::value) by a little. The 99.9th percentile of the Tracy–Widom law for m × n (Johnstone 2001,
    /// doi:10.1214/aos/1009210544): 1.6 % above the floor at 512², 0.4 % at 4096².
    pub fn rarely_exceeded(&self) -> f64 {
        let (long, short) = (self.rows.max(self.cols) as f64, self.rows.min(self.cols) as f64);
        let (long, short) = ((long - 1.0).max(1.0).sqrt(), short.sqrt());
        let sum = long + short;
        let spread = sum * cube_root(1.0 / long + 1.0 / short);
        (self.entry_noise * (sum * sum + RARE * spread).sqrt()).max(self.value())
    }

    /// How many of `singular_values`, largest first, are above the rounding floor by more than
    /// [chance](Self::rarely_exceeded): a **suggested rank**.
    ///
    /// Take the values of [`Leading`](crate::svd::Leading), also those that have not converged: they are lower bounds, and near the
    /// floor none ever converges, since there the values are as close as those of noise.
    ///
    /// # Errors
    /// [`NotApplicable::AllNoise`] where none is; [`NotApplicable::Between`] where all that are known are, and more may be;
    /// [`NotApplicable::AllZero`].
    ///
    /// ```
    /// use lora_rank_explorer::{NotApplicable, checkpoint::RoundingFloor};
    ///
    /// let floor = RoundingFloor::new(512, 512, 1e-4, 0.0, "F16").unwrap();
    /// assert_eq!(floor.rank_above(&[0.0045, 0.0044]), Err(NotApplicable::AllNoise));
    /// assert!(matches!(floor.rank_above(&[0.1, 0.05]), Err(NotApplicable::Between { least: 2, most: 512, .. })));
    /// ```
    pub fn rank_above(&self, singular_values: &[f64]) -> Result<usize, NotApplicable> {
        self.count(singular_values, self.rarely_exceeded())
    }

    /// How many of `singular_values` are above λ(β)·√max(m, n)·σ_n, β = min(m, n)/max(m, n): the hard threshold of Gavish & Donoho
    /// (2014, doi:10.1109/TIT.2014.2323359, equation 11) for noise of a known size, which is known here. With it the truncation
    /// comes closest to the update without rounding. It is some 16 % above the floor.
    ///
    /// # Errors
    /// As [`rank_above`](Self::rank_above).
    pub fn rank_above_hard_threshold(&self, singular_values: &[f64]) -> Result<usize, NotApplicable> {
        let (long, short) = (self.rows.max(self.cols) as f64, self.rows.min(self.cols) as f64);
        let beta = short / long;
        let below = beta + 1.0 + (beta * beta + 14.0 * beta + 1.0).sqrt();
        let lambda = (2.0 * (beta + 1.0) + 8.0 * beta / below).sqrt();
        self.count(singular_values, lambda * long.sqrt() * self.entry_noise)
    }

    fn count(&self, values: &[f64], threshold: f64) -> Result<usize, NotApplicable> {
        let (known, of) = (values.len(), self.rows.min(self.cols));
        match values.iter().take_while(|value| **value > threshold).count() {
            0 if values.first().is_none_or(|value| *value == 0.0) => Err(NotApplicable::AllZero),
            0 => Err(NotApplicable::AllNoise),
            rank if rank == known && known < of => Err(NotApplicable::Between { least: rank, most: of, known, of }),
            rank => Ok(rank),
        }
    }
}

/// ∛x for x > 0, by Newton's steps, with the same bits everywhere.
fn cube_root(x: f64) -> f64 {
    let mut root = x.max(1.0);
    for _ in 0..200 {
        let next = (2.0 * root + x / (root * root)) / 3.0;
        if next >= root {
            break;
        }
        root = next;
    }
    root
}

/// The reason to show beside the suggestion.
impl fmt::Display for RoundingFloor {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "rounding to {} alone would make singular values of about {:.2e} (an estimate); {:.1} % of the entries did not change",
            self.dtype,
            self.value(),
            100.0 * self.unchanged_share
        )?;
        if self.unchanged_share > 0.5 {
            f.write_str(", so that it is less")?;
        }
        Ok(())
    }
}

impl From<RoundingFloor> for Stored {
    fn from(RoundingFloor { rows, cols, entry_noise, unchanged_share, dtype }: RoundingFloor) -> Self {
        Self { rows, cols, entry_noise, unchanged_share, dtype }
    }
}

impl TryFrom<Stored> for RoundingFloor {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, &'static str> {
        let Stored { rows, cols, entry_noise, unchanged_share, dtype } = stored;
        Self::new(rows, cols, entry_noise, unchanged_share, &dtype)
            .ok_or("a rounding floor needs sides of at least 1, a noise of at least 0 and a share between 0 and 1")
    }
}

#[cfg(test)]
mod tests {
    use super::cube_root;

    #[test]
    fn a_cube_root_times_itself_twice_is_the_number() {
        for x in [1e-6, 0.03, 0.5, 1.0, 2.0, 27.0, 1e6] {
            let root = cube_root(x);
            assert!((root * root * root / x - 1.0).abs() < 1e-14, "{x}: {root}");
        }
    }
}
