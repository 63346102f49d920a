//! Chromium and its driver, and the arguments that make it run alike everywhere.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::apt;
use crate::command::find;
use crate::root;

/// The browser, and what drives it. The driver finds the browser itself.
pub struct Browser {
    pub program: PathBuf,
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

/// The arguments in those capabilities, for a browser without a driver.
pub fn arguments() -> Result<Vec<String>> {
    let text = std::fs::read_to_string(capabilities())?;
    Ok(text.split('"').filter(|word| word.starts_with("--")).map(str::to_owned).collect())
}

fn installed() -> Option<Browser> {
    const BROWSERS: [&str; 4] = ["chromium", "google-chrome", "chromium-browser", "chrome"];
    const ELSEWHERE: [&str; 2] = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];
    let program = BROWSERS
        .iter()
        .find_map(|name| find(name))
        .or_else(|| ELSEWHERE.iter().map(PathBuf::from).find(|file| file.is_file()))?;
    Some(Browser { program, driver: find("chromedriver")? })
}
