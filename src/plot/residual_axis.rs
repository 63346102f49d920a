//! [`ResidualAxis`]: where residuals lie on the page, linear or logarithmic.

use super::frame::FRAME;
use super::scale::Scale;
use super::ticks::{decade_ticks, decades};
use crate::numeric::elementary::ln;

/// Maps residuals to y, downwards as in SVG.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResidualAxis {
    scale: Scale,
    logarithm: Option<Logarithm>,
}

/// What a logarithmic axis needs. It holds its function as a pointer, so a page with only linear axes does not link it.
#[derive(Clone, Copy, Debug)]
struct Logarithm {
    of: fn(f64) -> f64,
    /// Whether 0 has a line of its own.
    has_zero: bool,
}

impl PartialEq for Logarithm {
    fn eq(&self, other: &Self) -> bool {
        self.has_zero == other.has_zero
    }
}

/// How residuals are spaced on their axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResidualScale {
    /// Equal steps from 0.
    #[default]
    Linear,
    /// Equal ratios. An exact 0 has a line of its own at the bottom, below a break.
    Log,
}

impl ResidualAxis {
    /// Equal steps from 0 to `top`.
    pub const fn linear(top: f64) -> Self {
        Self { scale: Scale::new((0.0, top), (FRAME, 0.0)), logarithm: None }
    }

    /// Equal ratios over all `values` above 0, between powers of ten, and the residuals to label. If a value is 0, the bottom of
    /// the axis is 0; if no value is above 0, the axis is linear.
    pub(super) fn logarithmic(values: impl Iterator<Item = f64>) -> (Self, Vec<f64>) {
        let (mut least, mut most, mut has_zero) = (f64::INFINITY, 0.0, false);
        for value in values {
            has_zero |= value == 0.0;
            if value > 0.0 {
                (least, most) = (value.min(least), value.max(most));
            }
        }
        if most == 0.0 {
            return (Self::linear(1.0), vec![0.0, 1.0]);
        }
        let decades = decades(least, most);
        let mut ticks = decade_ticks(&decades);
        let ends = (logarithm(ticks[0].min(least)), logarithm(ticks[ticks.len() - 1]));
        let foot = if has_zero { FRAME - Self::FOOT } else { FRAME };
        if has_zero {
            ticks.insert(0, 0.0);
        }
        let logarithm = Some(Logarithm { of: logarithm, has_zero });
        (Self { scale: Scale::new(ends, (foot, 0.0)), logarithm }, ticks)
    }

    /// The distance between the line for 0 and the logarithmic part.
    const FOOT: f64 = 120.0;

    /// The y of a residual ≥ 0.
    pub fn to_frame(&self, residual: f64) -> f64 {
        match self.logarithm {
            None => self.scale.to_frame(residual),
            Some(_) if residual == 0.0 => FRAME,
            Some(Logarithm { of, .. }) => self.scale.to_frame(of(residual)),
        }
    }

    /// Where the residual at `y` on this axis lies on `other`; `y` itself between a linear and a logarithmic axis.
    pub(crate) fn on(&self, other: &Self, y: f64) -> f64 {
        if self.logarithm == other.logarithm { other.scale.to_frame(self.scale.to_domain(y)) } else { y }
    }

    /// The y of the middle of the break above the line for 0; `None` without such a line.
    pub fn gap(&self) -> Option<f64> {
        self.logarithm.is_some_and(|logarithm| logarithm.has_zero).then_some(FRAME - Self::FOOT / 2.0)
    }
}

/// ln `x`, also for subnormal numbers.
fn logarithm(x: f64) -> f64 {
    const SCALE: f64 = (1u64 << 60) as f64;
    if x < f64::MIN_POSITIVE { ln(x * SCALE) - ln(SCALE) } else { ln(x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(values: &[f64]) -> (ResidualAxis, Vec<f64>) {
        ResidualAxis::logarithmic(values.iter().copied())
    }

    #[test]
    fn powers_of_ten_are_equally_far_apart() {
        let (axis, ticks) = axis(&[4.0, 0.03, 0.5]);
        assert_eq!(ticks, [0.01, 0.1, 1.0, 10.0]);
        let places: Vec<f64> = ticks.iter().map(|&tick| axis.to_frame(tick)).collect();
        assert!((places[0], places[3]) == (FRAME, 0.0));
        assert!(places.windows(2).all(|pair| (pair[0] - pair[1] - FRAME / 3.0).abs() < 1e-9));
        assert_eq!(axis.gap(), None);
    }

    #[test]
    fn an_exact_zero_has_a_line_below_all_others() {
        let (axis, ticks) = axis(&[4.0, 0.03, 0.0]);
        assert_eq!(ticks[..2], [0.0, 0.01]);
        assert_eq!(axis.to_frame(0.0), FRAME);
        let gap = axis.gap().expect("a break");
        assert!(axis.to_frame(0.01) < gap && gap < FRAME);
    }

    #[test]
    fn every_positive_value_lies_between_the_ends_at_any_scale() {
        for values in [
            vec![1e300, 1e-300],
            vec![f64::MAX, 0.0],
            vec![f64::MIN_POSITIVE / 64.0, f64::MAX],
            vec![3.0, 3.0],
            vec![10.0],
            vec![1e-300, 0.0],
            vec![f64::from_bits(1)],
        ] {
            let (axis, ticks) = axis(&values);
            assert!(ticks.len() >= 2 && ticks.len() <= 8, "{values:?}: {ticks:?}");
            assert!(ticks.windows(2).all(|pair| pair[0] < pair[1] && pair[1].is_finite()), "{values:?}: {ticks:?}");
            for &value in values.iter().chain(&ticks) {
                let y = axis.to_frame(value);
                assert!((-1e-6..=FRAME + 1e-6).contains(&y), "{value} of {values:?} at {y}");
                assert!(value == 0.0 || axis.gap().is_none_or(|gap| y < gap));
            }
        }
    }

    #[test]
    fn zeros_alone_have_an_axis_too() {
        let (axis, ticks) = axis(&[0.0, 0.0]);
        assert_eq!((axis.to_frame(0.0), ticks), (FRAME, vec![0.0, 1.0]));
        assert_eq!(axis.gap(), None);
    }
}
