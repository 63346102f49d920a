//! Writes a resized adapter as a file.

mod export;
pub(crate) mod part;
pub(crate) mod resize;
