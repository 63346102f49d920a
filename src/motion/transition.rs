//! [`Transition`]: the ways to get from one value to the next.

use std::time::Duration;

use super::easing::CubicBezier;
use super::response::{Extent, Response};
use super::spring::Spring;

/// How marker and cursor get to a new rank. Times are seconds.
///
/// ```
/// use std::time::Duration;
/// use lora_rank_explorer::{CubicBezier, Spring, Transition, Tween};
///
/// let default = Transition::default();
/// assert_eq!(default, Transition::Spring(Spring::SNAP));
/// let eased = Transition::Tween(Tween::new(Duration::from_millis(300), CubicBezier::EASE));
/// # let _ = eased;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Transition {
    /// By a spring; a new target on the way keeps the velocity.
    Spring(Spring),
    /// In a fixed time; a new target on the way starts a new tween from the current position.
    Tween(Tween),
    /// At once.
    Instant,
}

impl Default for Transition {
    fn default() -> Self {
        Self::Spring(Spring::SNAP)
    }
}

impl From<Spring> for Transition {
    fn from(spring: Spring) -> Self {
        Self::Spring(spring)
    }
}

impl From<Tween> for Transition {
    fn from(tween: Tween) -> Self {
        Self::Tween(tween)
    }
}

/// A move of fixed duration along an easing curve.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tween {
    /// From start to target. Zero is the same as [`Transition::Instant`].
    pub duration: Duration,
    /// Progress over time.
    pub easing: CubicBezier,
}

impl Tween {
    /// A move that takes `duration` and follows `easing`.
    pub const fn new(duration: Duration, easing: CubicBezier) -> Self {
        Self { duration, easing }
    }
}

impl Transition {
    /// The weights at `t` ≥ 0 seconds.
    pub(crate) fn response(self, t: f64) -> Response {
        match self {
            Self::Spring(spring) => spring.response(t),
            Self::Tween(Tween { duration, easing }) if t < duration.as_secs_f64() => {
                let (progress, slope) = easing.progress(t / duration.as_secs_f64());
                Response {
                    displacement: 1.0 - progress,
                    displacement_rate: -slope / duration.as_secs_f64(),
                    extent: Extent::UntilDone,
                    ..Response::DONE
                }
            }
            Self::Tween(_) | Self::Instant => Response::DONE,
        }
    }
}
