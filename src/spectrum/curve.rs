//! [`Metric`] and [`ResidualCurve`]: residual and captured energy at each rank.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Spectrum, tails};

/// Which norm of the residual W − Wᵣ the curve shows.
///
/// Written and read as `frobenius` or `spectral`, in text and in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Metric {
    /// ‖W − Wᵣ‖_F = √(Σ_{j>r} σⱼ²): the size of the whole residual.
    #[default]
    Frobenius,
    /// ‖W − Wᵣ‖₂ = σ_{r+1}: the largest singular value of the residual.
    Spectral,
}

impl Metric {
    /// Every metric, in the order to offer them.
    pub const ALL: &'static [Self] = &[Self::Frobenius, Self::Spectral];

    /// The capitalised name, for labels: `Frobenius` or `Spectral`.
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

/// A text that is not the name of a [`Metric`].
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
/// The residual never increases with r, by construction: each Frobenius residual is the root of a sum that only loses terms. Sums
/// run over (σⱼ/σ₁)² from the smallest term up, so neither a small tail nor values near 1e±300 are lost.
///
/// All values after a 0 are 0, so the curve of a spectrum that ends in 0 continues at 0 up to min(m, n).
///
/// If only the first k singular values are known, the curve ends at rank k. With ‖W‖_F it is exact up to there, except for the
/// spectral residual at k: it is the unknown σ_{k+1}, which has bounds. Without ‖W‖_F, each unknown value lies between 0 and σₖ,
/// and residual and energy are ranges that follow from that. They are ranges, too, where the known values hold all of ‖W‖_F² but
/// a millionth (or, computed in 32 bits, a thousandth), so that the difference may be mostly rounding error.
///
/// # Cost
/// O(k) to build from k given values, O(1) per query.
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
    max_rank: usize,
    /// The upper bound of ‖W − Wᵣ‖ for r = 0..=k; the last one holds for all larger r.
    residuals: Vec<f64>,
    /// The lower bound of Σ_{j>r} σⱼ² / σ₁² for r = 0..=k.
    tails: Vec<f64>,
    /// By how much each of `tails` may be larger.
    slack: f64,
    largest: f64,
    /// The lower bound of the last residual.
    last: f64,
}

impl ResidualCurve {
    /// The curve of `spectrum` in `metric`. Never panics.
    pub fn new(spectrum: &Spectrum, metric: Metric) -> Self {
        // Zeros after the first one change nothing.
        let values = spectrum.singular_values();
        let known = values.len().min(1 + values.partition_point(|&value| value > 0.0));
        let values = &values[..known];
        let (largest, smallest) = (values[0], values[known - 1]);
        // For a zero matrix, every ratio is 0.
        let relative = |value: f64| if largest > 0.0 { value / largest } else { 0.0 };
        let square = |value: f64| relative(value) * relative(value);

        // How many values are unknown, and the most that their squares can add.
        let unknown = if spectrum.is_complete() { 0.0 } else { (spectrum.max_rank() - known) as f64 };
        let most = unknown * square(smallest);
        let (rest, slack) = match spectrum.frobenius_norm() {
            _ if unknown == 0.0 => (0.0, 0.0),
            None => (0.0, most),
            Some(norm) => {
                let (total, known) = (square(norm), values.iter().rev().map(|&value| square(value)).sum::<f64>());
                let (rest, error) = (total - known, spectrum.rounding() * total);
                // Elsewhere the error is below a millionth of it, or a thousandth in 32 bits.
                let error = if rest * rest < error * total { error } else { 0.0 };
                // Not `clamp`: its assertion links in the formatting of floats, 10 kB on every page.
                let low = (rest - error).max(0.0).min(most);
                (low, (rest + error).max(low).min(most) - low)
            }
        };
        let tails = tails(values, rest);
        let (residuals, last) = match metric {
            Metric::Frobenius => {
                let residual = |tail: f64| (largest * tail.sqrt()).min(f64::MAX);
                (tails.iter().map(|tail| residual(tail + slack)).collect(), residual(rest))
            }
            Metric::Spectral => {
                // σ_{k+1} is at most σₖ and at most the norm of all unknown values, and at least their root mean square.
                let next = smallest.min(largest * (rest + slack).sqrt());
                let mean = if unknown > 0.0 { largest * (rest / unknown).sqrt() } else { 0.0 };
                (values.iter().copied().chain([next]).collect(), mean.min(next))
            }
        };
        Self { metric, max_rank: spectrum.known_rank(), residuals, tails, slack, largest, last }
    }

    /// A curve of norm 1 that captures `energies`, which rise, from rank `first` on, and nothing below.
    pub(crate) fn of_energies(first: usize, energies: &[f64]) -> Self {
        let tails: Vec<f64> =
            std::iter::repeat_n(1.0, first).chain(energies.iter().map(|energy| 1.0 - energy)).collect();
        let residuals: Vec<f64> = tails.iter().map(|tail| tail.sqrt()).collect();
        let (max_rank, last) = (tails.len() - 1, residuals[tails.len() - 1]);
        Self { metric: Metric::Frobenius, max_rank, residuals, tails, slack: 0.0, largest: 1.0, last }
    }

    /// The norm that [`residual`](Self::residual) is measured in.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The largest rank on the curve: the number of known singular values, at least 1.
    pub fn max_rank(&self) -> usize {
        self.max_rank
    }

    /// The last rank at which the residual changes: the number of given singular values.
    pub(crate) fn end(&self) -> usize {
        self.residuals.len() - 1
    }

    /// ‖W − Wᵣ‖ of the best rank-`r` approximation: ‖W‖ at `r` = 0, and 0 from min(m, n) on. If only a range is known, this is
    /// its upper end. Above [`max_rank`](Self::max_rank) it stays the same. It is capped at `f64::MAX`.
    pub fn residual(&self, r: usize) -> f64 {
        self.residuals[r.min(self.end())]
    }

    /// The range in which ‖W − Wᵣ‖ is known to lie. If it is known exactly, both ends equal [`residual`](Self::residual).
    pub fn residual_range(&self, r: usize) -> RangeInclusive<f64> {
        let r = r.min(self.end());
        let low = match self.metric {
            _ if r == self.end() => self.last,
            Metric::Frobenius => (self.largest * self.tails[r].sqrt()).min(f64::MAX),
            Metric::Spectral => self.residuals[r],
        };
        low..=self.residuals[r]
    }

    /// Σ_{j≤r} σⱼ² / ‖W‖_F², in [0, 1]: the share of the energy that rank `r` captures, in both metrics. If only a range is
    /// known, this is its lower end. `None` for W = 0, which has no energy to capture.
    pub fn captured_energy(&self, r: usize) -> Option<f64> {
        self.captured_energy_range(r).map(|range| *range.start())
    }

    /// The range in which the captured energy is known to lie. If it is known exactly, both ends are equal. `None` for W = 0.
    pub fn captured_energy_range(&self, r: usize) -> Option<RangeInclusive<f64>> {
        let (tail, total) = (self.tails[r.min(self.end())], self.tails[0]);
        // Not 1 where anything is left, however little.
        let share = |slack: f64| match tail + slack {
            0.0 => 1.0,
            rest => (1.0 - rest / (total + slack)).min(1.0 - f64::EPSILON / 2.0),
        };
        (total > 0.0).then(|| share(self.slack)..=share(0.0))
    }

    /// Whether some residual is known only as a range. If so, the last one is.
    pub fn is_range(&self) -> bool {
        self.last < self.residual(self.end())
    }
}
