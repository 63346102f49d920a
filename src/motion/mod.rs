//! How things move: closed forms in seconds, sampled by the animation of `ui`.
//!
//! ```text
//! Spring, Tween ──> Transition ──> Response ──> Flight ──> ui::animation ──> the view
//!          what a user chooses     weights at t  one move   frames
//! ```
//! Everything here is a pure function of time: late or missing frames do not change where a move ends, and 60 Hz and 240 Hz show
//! the same motion.

mod easing;
pub(crate) mod flight;
mod response;
pub(crate) mod spring;
pub(crate) mod transition;

pub use easing::{CubicBezier, CubicBezierError};
pub use spring::{Spring, SpringError};
pub use transition::{Transition, Tween};
