//! [`CubicBezier`]: the easing curves of CSS.

use std::fmt;

/// An easing curve as in CSS `cubic-bezier(x1, y1, x2, y2)`: from (0, 0) to (1, 1) with two control points.
///
/// Source: CSS Easing Functions Level 1, § 2.2.
#[derive(Clone, Copy, Debug)]
pub struct CubicBezier {
    x1: f64,
    y1: f64,
    x2: f64,
    y2: f64,
    /// [`progress`] as a pointer, so that a page without an easing curve does not link it.
    progress: fn(&Self, f64) -> (f64, f64),
}

impl CubicBezier {
    /// CSS `linear`: no easing.
    pub const LINEAR: Self = Self::through(1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0);
    /// CSS `ease`.
    pub const EASE: Self = Self::through(0.25, 0.1, 0.25, 1.0);
    /// CSS `ease-in`.
    pub const EASE_IN: Self = Self::through(0.42, 0.0, 1.0, 1.0);
    /// CSS `ease-out`.
    pub const EASE_OUT: Self = Self::through(0.0, 0.0, 0.58, 1.0);
    /// CSS `ease-in-out`.
    pub const EASE_IN_OUT: Self = Self::through(0.42, 0.0, 0.58, 1.0);

    /// A curve from its control points: `x1` and `x2` in [0, 1], `y1` and `y2` finite.
    ///
    /// # Errors
    /// [`CubicBezierError`] for anything else: such a curve is not a function of time.
    pub const fn new(x1: f64, y1: f64, x2: f64, y2: f64) -> Result<Self, CubicBezierError> {
        if 0.0 <= x1 && x1 <= 1.0 && 0.0 <= x2 && x2 <= 1.0 && y1.is_finite() && y2.is_finite() {
            Ok(Self::through(x1, y1, x2, y2))
        } else {
            Err(CubicBezierError { control_points: [x1, y1, x2, y2] })
        }
    }

    const fn through(x1: f64, y1: f64, x2: f64, y2: f64) -> Self {
        Self { x1, y1, x2, y2, progress }
    }

    /// Progress and its slope at `share` ∈ [0, 1] of the duration.
    pub(crate) fn progress(&self, share: f64) -> (f64, f64) {
        (self.progress)(self, share)
    }
}

impl PartialEq for CubicBezier {
    fn eq(&self, other: &Self) -> bool {
        [self.x1, self.y1, self.x2, self.y2] == [other.x1, other.y1, other.x2, other.y2]
    }
}

fn progress(curve: &CubicBezier, share: f64) -> (f64, f64) {
    let &CubicBezier { x1, y1, x2, y2, .. } = curve;
    // x(s) never falls, so bisection finds s; 54 steps exhaust the precision of an f64.
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..54 {
        let middle = (low + high) / 2.0;
        if cubic(x1, x2, middle) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    let s = (low + high) / 2.0;
    (cubic(y1, y2, s), slope(y1, y2, s) / slope(x1, x2, s).max(f64::EPSILON))
}

/// A cubic Bézier coordinate with end points 0 and 1.
fn cubic(first: f64, second: f64, s: f64) -> f64 {
    let rest = 1.0 - s;
    3.0 * rest * rest * s * first + 3.0 * rest * s * s * second + s * s * s
}

fn slope(first: f64, second: f64, s: f64) -> f64 {
    let rest = 1.0 - s;
    3.0 * rest * rest * first + 6.0 * rest * s * (second - first) + 3.0 * s * s * (1.0 - second)
}

/// Control points that are not those of an easing curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CubicBezierError {
    /// `[x1, y1, x2, y2]` as given.
    pub control_points: [f64; 4],
}

impl fmt::Display for CubicBezierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [x1, y1, x2, y2] = self.control_points;
        write!(f, "cubic-bezier({x1}, {y1}, {x2}, {y2}) needs both x in [0, 1] and both y finite")
    }
}

impl std::error::Error for CubicBezierError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_0_at_the_start_and_1_at_the_end() {
        for easing in [CubicBezier::LINEAR, CubicBezier::EASE, CubicBezier::EASE_IN_OUT] {
            assert!(easing.progress(0.0).0.abs() < 1e-12 && (easing.progress(1.0).0 - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn linear_is_the_identity() {
        for i in 0..=10 {
            let share = f64::from(i) / 10.0;
            let (progress, slope) = CubicBezier::LINEAR.progress(share);
            assert!((progress - share).abs() < 1e-12 && (slope - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn ease_matches_browsers() {
        // The value at half time that browsers compute for CSS `ease`: 0.8024.
        assert!((CubicBezier::EASE.progress(0.5).0 - 0.8024).abs() < 1e-4);
        assert!((CubicBezier::EASE_IN_OUT.progress(0.5).0 - 0.5).abs() < 1e-12);
    }

    #[test]
    fn slope_is_the_derivative_of_progress() {
        for i in 1..100 {
            let (t, h) = (f64::from(i) / 100.0, 1e-6);
            let difference = (CubicBezier::EASE.progress(t + h).0 - CubicBezier::EASE.progress(t - h).0) / (2.0 * h);
            assert!((CubicBezier::EASE.progress(t).1 - difference).abs() < 1e-4, "{t}");
        }
    }

    #[test]
    fn control_points_with_an_x_outside_0_to_1_are_refused() {
        assert!(CubicBezier::new(0.3, -0.5, 0.7, 1.5).is_ok());
        let error = CubicBezier::new(1.5, 0.0, 0.5, 1.0).expect_err("x1 beyond the end");
        assert_eq!(error.to_string(), "cubic-bezier(1.5, 0, 0.5, 1) needs both x in [0, 1] and both y finite");
    }
}
