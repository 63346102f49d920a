//! The files themselves: the safetensors header, tensors and their number formats, reading by ranges, writing; and what other
//! files are.

pub(crate) mod counted;
pub(crate) mod dtype;
pub(crate) mod entries;
mod entry;
mod f8;
pub(crate) mod foreign;
pub(crate) mod harmless;
pub(crate) mod header;
mod layout;
mod message;
pub(crate) mod read;
pub(crate) mod shard;
pub(crate) mod tensor;
pub(crate) mod write;
