//! Drives built pages in a browser as a person would, in the engine under test.
//!
//! `cargo xtask test end-to-end` sets these variables: `ENGINE` (`chromium`, `firefox` or `webkit`), `WEBDRIVER` (the program
//! that drives it), `WEBDRIVER_CAPABILITIES` (a JSON file with the capabilities to request), the pages' URLs (`GALLERY_URL`,
//! `WORKBENCH_URL`, `ELEMENT_URL`, `LESSON_URL`, `SERVER_URL` and `ERASED_SERVER_URL`), `AXE_SCRIPT` (the file of axe-core), and for
//! WebKit `DISPLAYS` (the names of X displays with a space between, one for each browser that runs at the same time). `cargo xtask test consumers`
//! sets the first three and the URLs of the two apps, `TRUNK_URL` and `CARGO_LEPTOS_URL`.

mod accessibility;
mod browser;
mod console;
mod device;
mod driver;
mod preferences;
mod session;

use engine::Engine;
pub use preferences::Preferences;
pub use session::{PREVIEW, SLIDER, Session, in_foreign_page, in_gallery, in_gallery_with, in_page};

/// The engine under test.
fn engine() -> Engine {
    variable("ENGINE").parse().unwrap_or_else(|error| panic!("{error}"))
}

/// The value of one of the variables above.
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test end-to-end`"))
}
