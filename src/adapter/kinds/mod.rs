//! What a file holds: the layers in the layouts that are read, and the kinds that are recognised and set aside.

pub(crate) mod kind;
pub(crate) mod layer;
pub(crate) mod names;
