//! One browser on a built page, used as a person would, in whichever engine is under test.
//!
//! `cargo xtask test end-to-end` says in variables what to drive: `ENGINE` (`chromium`, `firefox` or `webkit`), `WEBDRIVER`
//! (the program that drives it), `WEBDRIVER_CAPABILITIES` (a JSON file with what to ask it for), the pages' addresses
//! (`GALLERY_URL`, `ADAPTER_URL`, `SERVER_URL` and `ERASED_SERVER_URL`), and `AXE_SCRIPT` (the file of axe-core).

mod accessibility;
mod browser;
mod console;
mod device;
mod driver;
mod engine;
mod preferences;
mod session;

use engine::Engine;
pub use preferences::Preferences;
pub use session::{PREVIEW, SLIDER, Session, in_gallery, in_gallery_with, in_page};

/// A variable that tells what to drive.
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test end-to-end`"))
}
