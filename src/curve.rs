//! [`Metric`] and [`ResidualCurve`]: what is left of W, and what is captured, at each rank.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Spectrum;

/// Which norm of the residual W − Wᵣ the curve shows.
///
/// Written and read as `frobenius` or `spectral`, in text and in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// ‖W − Wᵣ‖_F = √(Σ_{j>r} σⱼ²): everything that is left.
    #[default]
    Frobenius,
    /// ‖W − Wᵣ‖₂ = σ_{r+1}: the largest direction that is left.
    Spectral,
}

impl Metric {
    /// Every metric, in the order to offer them.
    pub const ALL: [Self; 2] = [Self::Frobenius, Self::Spectral];

    /// The name as it opens a label: `Frobenius` or `Spectral`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frobenius => "Frobenius",
            Self::Spectral => "Spectral",
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Frobenius => "frobenius",
            Self::Spectral => "spectral",
        })
    }
}

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(text: &str) -> Result<Self, UnknownMetric> {
        match text {
            "frobenius" => Ok(Self::Frobenius),
            "spectral" => Ok(Self::Spectral),
            _ => Err(UnknownMetric(text.to_owned())),
        }
    }
}

/// A text that names no [`Metric`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownMetric(pub String);

impl fmt::Display for UnknownMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a metric: use `frobenius` or `spectral`", self.0)
    }
}

impl std::error::Error for UnknownMetric {}

/// Residual and captured energy of the best rank-r approximation, for every r (Eckart–Young–Mirsky).
///
/// The residual never rises with r, by construction: each Frobenius residual is the root of a sum that only loses terms.
/// Sums run over (σⱼ/σ₁)² from the smallest term up, so neither a small tail nor values near 1e±300 are lost.
///
/// # Cost
/// O(min(m, n)) to build, O(1) to ask.
///
/// ```
/// use lora_rank_explorer::{Metric, ResidualCurve, Spectrum};
///
/// let spectrum = Spectrum::new(2, 2, vec![4.0, 3.0])?;
/// let curve = ResidualCurve::new(&spectrum, Metric::Frobenius);
/// assert_eq!(curve.residual(1), 3.0);
/// assert_eq!(curve.captured_energy(1), Some(16.0 / 25.0));
/// assert_eq!(curve.residual(2), 0.0);
/// # Ok::<(), lora_rank_explorer::SpectrumError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ResidualCurve {
    metric: Metric,
    /// ‖W − Wᵣ‖ for r = 0..=max_rank.
    residuals: Vec<f64>,
    /// Σ_{j>r} σⱼ² / σ₁² for r = 0..=max_rank.
    tails: Vec<f64>,
}

impl ResidualCurve {
    /// The curve of `spectrum` in `metric`. Never panics.
    pub fn new(spectrum: &Spectrum, metric: Metric) -> Self {
        let values = spectrum.singular_values();
        let largest = values[0];
        let mut tails = vec![0.0; values.len() + 1];
        if largest > 0.0 {
            for (r, value) in values.iter().enumerate().rev() {
                let relative = value / largest;
                tails[r] = tails[r + 1] + relative * relative;
            }
        }
        let residuals = match metric {
            Metric::Frobenius => tails.iter().map(|tail| (largest * tail.sqrt()).min(f64::MAX)).collect(),
            Metric::Spectral => values.iter().copied().chain([0.0]).collect(),
        };
        Self { metric, residuals, tails }
    }

    /// The norm that [`residual`](Self::residual) is measured in.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The largest rank: min(m, n), at least 1.
    pub fn max_rank(&self) -> usize {
        self.residuals.len() - 1
    }

    /// ‖W − Wᵣ‖ for the best rank-`r` approximation: ‖W‖ at `r` = 0, and 0 from [`max_rank`](Self::max_rank) on. One that
    /// exceeds `f64::MAX` is returned as `f64::MAX`.
    pub fn residual(&self, r: usize) -> f64 {
        self.residuals.get(r).copied().unwrap_or(0.0)
    }

    /// Σ_{j≤r} σⱼ² / ‖W‖_F², in [0, 1]: the share of the energy that rank `r` captures, in both metrics.
    /// `None` for W = 0, which has no energy to capture.
    pub fn captured_energy(&self, r: usize) -> Option<f64> {
        let total = self.tails[0];
        (total > 0.0).then(|| 1.0 - self.tails.get(r).copied().unwrap_or(0.0) / total)
    }
}
