//! The files themselves: the safetensors header, tensors and their number formats, reading by ranges, writing.

pub(crate) mod dtype;
pub(crate) mod entries;
pub(crate) mod header;
pub(crate) mod read;
pub(crate) mod tensor;
pub(crate) mod write;
