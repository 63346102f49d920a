//! Reading files with several workers, side by side.
//!
//! ```text
//! page                                                          workers (the same program)
//! reader: files, layers ──> batches ──> pool ──> connection ──> worker ──> work ──> blob: bytes a..b
//!    └──── reports <────────────────── queue <────────────────────┘
//! ```
//!
//! The first job lists the layers, the others read them. [`pool`], [`queue`] and [`connection`] know nothing of files and layers.

mod assembly;
pub mod batches;
pub mod blob;
mod connection;
mod contents;
mod models;
mod pairs;
mod pool;
pub mod protocol;
mod queue;
pub mod reader;
mod saved;
mod wholes;
mod work;
pub mod worker;
