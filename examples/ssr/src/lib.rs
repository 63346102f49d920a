//! Explorers that a server renders: two pages that the browser hydrates whole, and one of islands.
//!
//! - [`document`] is the HTML document around each page, with the scripts that bring it to life.
//! - [`Explorers`] is hydrated whole: explorers of every kind.
//! - [`FetchedPage`] is hydrated whole: explorers over data that is fetched.
//! - [`Islands`] is the page of islands: what is no island stays what the server sent.
#![recursion_limit = "256"]

mod document;
mod explorers;
mod fetched;
mod islands;

#[cfg(feature = "ssr")]
pub use document::{Page, document};
pub use explorers::Explorers;
pub use fetched::{Fetched, FetchedPage};
#[cfg(any(feature = "islands", feature = "ssr"))]
pub use islands::Islands;
