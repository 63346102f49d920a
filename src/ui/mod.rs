//! The Leptos half: the components, and what moves on a page. The only modules that know Leptos.

pub(crate) mod animation;
mod clock;
pub(crate) mod explorer;
pub(crate) mod reactive;
mod reduced_motion;
pub(crate) mod reused;
pub(crate) mod slider;
pub(crate) mod use_solver;
