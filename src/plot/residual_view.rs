//! [`ResidualView`]: what residuals are measured against.

use std::ops::RangeInclusive;

use super::axes_error::AxesError;
use crate::spectrum::curve::ResidualCurve;

/// What the residual is measured against. ‖W‖ is the norm of the metric: the residual at rank 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum ResidualView {
    /// ‖W − Wᵣ‖ itself.
    #[default]
    Absolute,
    /// ‖W − Wᵣ‖ / ‖W‖, in [0, 1]. Undefined for W = 0.
    Relative,
    /// [`Relative`](Self::Relative) in percent.
    Percent,
    /// ‖W − Wᵣ‖ divided by this norm, such as that of the weights that W updates. It must be finite and above 0.
    OfBase(f64),
}

impl ResidualView {
    /// The view itself; or [`Absolute`](Self::Absolute) and the error if its base norm is invalid.
    pub(super) fn checked(self) -> (Self, Option<AxesError>) {
        match self {
            Self::OfBase(norm) if !(norm > 0.0 && norm < f64::INFINITY) => {
                (Self::Absolute, Some(AxesError::BaseNorm { norm }))
            }
            view => (view, None),
        }
    }

    /// `value`, a residual of `curve` or a bound of one, in this view. At most `f64::MAX`; `None` if it is undefined.
    ///
    /// If ‖W‖ is known only as a range, this is what its upper end gives; see [`range`](Self::range).
    pub fn of(self, value: f64, curve: &ResidualCurve) -> Option<f64> {
        self.of_norm(value, curve.residual(0))
    }

    /// The range in which the residual of `curve` at rank `r` is known to lie, in this view. What is unknown adds more to the
    /// residual, relatively, than to ‖W‖, so both lower ends belong together. `None` if it is undefined.
    ///
    /// ```
    /// use lora_rank_explorer::{Metric, ResidualCurve, ResidualView, Spectrum};
    ///
    /// let spectrum = Spectrum::leading(3, 3, vec![4.0, 3.0], None)?;
    /// let curve = ResidualCurve::new(&spectrum, Metric::Frobenius);
    /// let range = ResidualView::Relative.range(1, &curve).unwrap();
    /// assert_eq!(*range.start(), 3.0 / 5.0, "if σ₃ is 0");
    /// assert!((range.end() - (18.0_f64 / 34.0).sqrt()).abs() < 1e-15, "if σ₃ is 3");
    /// # Ok::<(), lora_rank_explorer::SpectrumError>(())
    /// ```
    pub fn range(self, r: usize, curve: &ResidualCurve) -> Option<RangeInclusive<f64>> {
        let (residual, norm) = (curve.residual_range(r), curve.residual_range(0));
        Some(self.of_norm(*residual.start(), *norm.start())?..=self.of_norm(*residual.end(), *norm.end())?)
    }

    /// `value` in this view, where ‖W‖ is `norm`.
    pub(crate) fn of_norm(self, value: f64, norm: f64) -> Option<f64> {
        let unit = match self {
            Self::Absolute => 1.0,
            Self::Relative | Self::Percent => norm,
            Self::OfBase(base) => base,
        };
        let factor = if self == Self::Percent { 100.0 } else { 1.0 };
        (unit > 0.0).then(|| (value / unit * factor).min(f64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::Spectrum;
    use crate::spectrum::curve::Metric;

    fn curve(values: Vec<f64>) -> ResidualCurve {
        ResidualCurve::new(&Spectrum::new(values.len(), values.len(), values).expect("a spectrum"), Metric::Frobenius)
    }

    #[test]
    fn one_over_j_reads_as_published() {
        let curve = curve((1..=64).map(|j| 1.0 / f64::from(j)).collect());
        let read = |view: ResidualView| format!("{:.6}", view.of(curve.residual(8), &curve).expect("a residual"));
        assert_eq!(read(ResidualView::Absolute), "0.319388");
        assert_eq!(read(ResidualView::Relative), "0.250207");
        assert_eq!(read(ResidualView::Percent), "25.020740");
        assert_eq!(read(ResidualView::OfBase(2.0)), "0.159694");
    }

    /// σ₂ = 1 is known, σ₃ is not: 1/√2 if it is 0, √2/√3 if it is 1.
    #[test]
    fn a_relative_range_holds_what_each_spectrum_that_is_possible_gives() {
        let part = Spectrum::leading(3, 3, vec![1.0, 1.0], None).expect("a part");
        let part = ResidualCurve::new(&part, Metric::Frobenius);
        let range = ResidualView::Relative.range(1, &part).expect("a range");
        for unknown in [0.0, 1e-9, 0.3, 0.7, 1.0] {
            let whole = curve(vec![1.0, 1.0, unknown]);
            let share = ResidualView::Relative.of(whole.residual(1), &whole).expect("a share");
            assert!(*range.start() - 1e-15 <= share && share <= *range.end() + 1e-15, "{share} is not in {range:?}");
        }
        assert!((range.start() - 0.5_f64.sqrt()).abs() < 1e-15 && (range.end() - (2.0_f64 / 3.0).sqrt()).abs() < 1e-15);
        let percent = ResidualView::Percent.range(1, &part).expect("a range");
        assert!((percent.start() - 5000.0_f64.sqrt()).abs() < 1e-12, "{percent:?}");
        assert_eq!(ResidualView::OfBase(2.0).range(1, &part).map(|range| *range.start()), Some(0.5));
    }

    #[test]
    fn a_zero_matrix_has_no_relative_residual() {
        let zero = curve(vec![0.0; 3]);
        assert_eq!(ResidualView::Relative.of(0.0, &zero), None);
        assert_eq!(ResidualView::Absolute.of(0.0, &zero), Some(0.0));
        assert_eq!(ResidualView::OfBase(1e-300).of(0.0, &zero), Some(0.0));
    }

    #[test]
    fn numbers_near_the_ends_of_the_range_stay_finite() {
        for scale in [1e300, 1e-300] {
            let curve = curve(vec![4.0 * scale, 3.0 * scale]);
            let relative = ResidualView::Relative.of(curve.residual(1), &curve).expect("a number");
            assert!((relative - 0.6).abs() < 1e-15, "{relative}");
            for norm in [1e-300, 1e300] {
                assert!(ResidualView::OfBase(norm).of(curve.residual(1), &curve).expect("a number").is_finite());
            }
        }
    }

    #[test]
    fn an_invalid_base_norm_is_named() {
        for (norm, name) in [(f64::NAN, "NaN"), (0.0, "0"), (-2.0, "negative"), (f64::INFINITY, "infinite")] {
            let (view, problem) = ResidualView::OfBase(norm).checked();
            let message = format!("the base norm is {name}, and must be finite and above 0");
            assert_eq!((view, problem.expect("a problem").to_string()), (ResidualView::Absolute, message));
        }
    }
}
