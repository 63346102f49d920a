//! How things move: pure closed forms in seconds, and one loop that samples them on animation frames.
//!
//! ```text
//! Spring, Tween ──> Transition ──> Response ──> Flight ──> Animation ──> the view
//!          what a user chooses     weights at t  one move   frames
//! ```
//! Everything above `Animation` is a pure function of time, so a frame that comes late or never changes nothing about
//! where a move ends, and 60 Hz and 240 Hz show the same motion.

#[cfg(feature = "component")]
pub(crate) mod animation;
mod easing;
mod flight;
#[cfg(feature = "component")]
mod reduced_motion;
mod response;
pub(crate) mod spring;
pub(crate) mod transition;

pub use easing::{CubicBezier, CubicBezierError};
pub use spring::{Spring, SpringError};
pub use transition::{Transition, Tween};
