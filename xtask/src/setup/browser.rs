//! Chromium and its driver, and the arguments that make it run alike everywhere.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::apt;
use crate::command::find;
use crate::root;

/// What drives the browser. The driver finds the browser itself.
pub struct Browser {
    pub driver: PathBuf,
}

/// Finds Chromium (or Chrome) with its driver, and installs both where neither is there.
pub fn set_up() -> Result<Browser> {
    if let Some(found) = installed() {
        return Ok(found);
    }
    apt::install("no Chromium with a chromedriver was found", &["chromium", "chromium-driver"])?;
    installed().context("chromium and chromium-driver are installed but not found")
}

/// The capabilities for a headless session, as the test runner of wasm-bindgen reads them.
pub fn capabilities() -> PathBuf {
    root().join("tests/webdriver.json")
}

fn installed() -> Option<Browser> {
    const BROWSERS: [&str; 4] = ["chromium", "google-chrome", "chromium-browser", "chrome"];
    const ELSEWHERE: [&str; 2] = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];
    let browser =
        BROWSERS.iter().any(|name| find(name).is_some()) || ELSEWHERE.iter().any(|file| Path::new(file).is_file());
    browser.then(|| find("chromedriver")).flatten().map(|driver| Browser { driver })
}
