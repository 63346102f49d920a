//! Explorers that a server renders: one page that the browser hydrates whole, and one of islands.
//!
//! - [`document`] is the HTML document around each page, with the scripts that bring it to life.
//! - [`Explorers`] is the page that is hydrated whole.
//! - [`Islands`] is the page of islands: what is no island stays what the server sent.
#![recursion_limit = "256"]

mod document;
mod explorers;
mod islands;

#[cfg(feature = "ssr")]
pub use document::{Page, document};
pub use explorers::Explorers;
#[cfg(any(feature = "islands", feature = "ssr"))]
pub use islands::Islands;
