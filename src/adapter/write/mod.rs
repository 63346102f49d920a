//! A resized adapter as a file again.

mod export;
pub(crate) mod part;
pub(crate) mod resize;
