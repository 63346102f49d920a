//! What a file holds: layers in the supported layouts, and the kinds that are recognised and set aside.

pub(crate) mod diffusion;
pub(crate) mod kind;
pub(crate) mod layer;
pub(crate) mod names;
pub(crate) mod shape;
