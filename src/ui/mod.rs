//! The Leptos half: the components and their animation. Only these modules use Leptos.

pub(crate) mod animation;
mod clock;
mod element_ref;
pub(crate) mod explorer;
pub(crate) mod listen;
pub(crate) mod reactive;
mod read_from;
mod reduced_motion;
pub(crate) mod reused;
pub(crate) mod slider;
pub(crate) mod use_solver;
