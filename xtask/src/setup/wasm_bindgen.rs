//! The command-line tools of wasm-bindgen, in the version of the library that the lock file pins.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::installed_by_cargo;
use crate::root;

/// The folder with `wasm-bindgen` and `wasm-bindgen-test-runner`. The other workspaces must pin the same version; else `wasm-bindgen`
/// says which one it needs.
pub fn set_up() -> Result<PathBuf> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let version = locked_version(&lock, "wasm-bindgen").context("no wasm-bindgen in Cargo.lock")?;
    installed_by_cargo("wasm-bindgen", version, &["--path", "xtask/tools"], "make a page of a wasm program")
}

/// The version of `package` in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_version_is_that_of_the_package_with_exactly_this_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "leptos"), None);
    }
}
