//! What a file holds: layers in the layouts that are read, a file for each, and the kinds that are recognised and set aside.

pub(crate) mod diagonal;
pub(crate) mod diffusion;
pub(crate) mod experts;
pub(crate) mod form;
pub(crate) mod full;
pub(crate) mod grouped;
pub(crate) mod held;
pub(crate) mod kind;
pub(crate) mod layer;
pub(crate) mod loha;
pub(crate) mod lokr;
pub(crate) mod lora;
pub(crate) mod methods;
pub(crate) mod names;
pub(crate) mod pair;
pub(crate) mod parts;
mod read;
pub(crate) mod shape;
pub(crate) mod tucker;
