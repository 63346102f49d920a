//! Explorers that a server renders: two pages that the browser hydrates as a whole, and two with islands.
//!
//! - [`document`] is the HTML document around each page, with the scripts that hydrate it.
//! - [`Explorers`] shows explorers of every kind; hydrated as a whole.
//! - [`FetchedPage`] shows explorers of fetched data; hydrated as a whole.
//! - [`Islands`] is the page of islands, [`FetchedIslandPage`] the one with fetched data. Everything outside an island stays as the
//!   server sent it.
//! - [`files`] are the static files, and [`serve`] answers requests within [`Limits`]: a server that others can reach needs them.

mod document;
mod explorers;
mod fetched;
mod files;
mod islands;
mod limits;
mod serve;

#[cfg(feature = "ssr")]
pub use document::{Page, document};
pub use explorers::Explorers;
pub use fetched::{Fetched, FetchedPage};
#[cfg(feature = "ssr")]
pub use files::files;
#[cfg(any(feature = "islands", feature = "ssr"))]
pub use islands::{FetchedIslandPage, Islands};
#[cfg(feature = "ssr")]
pub use limits::Limits;
#[cfg(feature = "ssr")]
pub use serve::serve;
