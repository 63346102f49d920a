//! [`ResidualView`]: what residuals are measured against.

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
    pub fn of(self, value: f64, curve: &ResidualCurve) -> Option<f64> {
        let unit = match self {
            Self::Absolute => 1.0,
            Self::Relative | Self::Percent => curve.residual(0),
            Self::OfBase(norm) => norm,
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
