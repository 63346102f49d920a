//! What the package works with: the oldest Rust that it names, its own last version, and the next Leptos.

use anyhow::{Context, Result};

use super::checks::{PACKAGE, check_with, has_release};
use super::consumers::package;
use crate::build::copy;
use crate::command::{cmd, find, shell, shell_in};
use crate::root;
use crate::setup::versions::{NEXT_LEPTOS, SEMVER_CHECKS};
use crate::setup::wasm::Toolchain;
use crate::setup::{installed_by_cargo, remove};

/// Everything but `nightly`.
const FEATURES: &str = "csr,hydrate,ssr,islands,checkpoint";

/// Checks the library with the oldest Rust that `Cargo.toml` names. Returns the reason if that compiler cannot be had.
pub fn oldest_rust() -> Result<Option<String>> {
    let (sh, version) = (shell()?, env!("CARGO_PKG_RUST_VERSION"));
    if find("rustup").is_none() {
        return Ok(Some(format!("Rust {version} needs rustup, which is not installed")));
    }
    if !has_release(version)? {
        println!("xtask: installing Rust {version} with rustup, the oldest that the library promises to work with");
        if cmd!(sh, "rustup toolchain install {version} --profile minimal").run().is_err() {
            return Ok(Some(format!("rustup could not install Rust {version}")));
        }
    }
    check_with(version, &[])?;
    check_with(version, &["-F", FEATURES])?;
    Ok(None)
}

/// Compares the public items with those of the last tag.
pub fn semver() -> Result<Option<String>> {
    let sh = shell()?;
    let Ok(tag) = cmd!(sh, "git describe --tags --abbrev=0").quiet().ignore_stderr().read() else {
        return Ok(Some("there is no tag to compare with".to_owned()));
    };
    let (name, purpose) = ("cargo-semver-checks", "compare the public items with the last release");
    let checks = installed_by_cargo(name, SEMVER_CHECKS, &[name, "--version", SEMVER_CHECKS], purpose)?.join(name);
    let features = ["--only-explicit-features", "--features", FEATURES];
    cmd!(sh, "{checks} semver-checks -p {PACKAGE} {features...} --baseline-rev {tag}").run()?;
    Ok(None)
}

/// Checks the package with the next Leptos, on a server and in the browser.
pub fn next_leptos() -> Result<Option<String>> {
    let folder = root().join("target/next-leptos");
    remove(&folder)?;
    copy(&package()?, &folder)?;
    // It pins the versions for this Leptos.
    std::fs::remove_file(folder.join("Cargo.lock")).context("the package has no lock file")?;
    let sh = shell_in(&folder)?;
    cmd!(sh, "cargo add -q --optional leptos@{NEXT_LEPTOS}").run()?;
    let server =
        cmd!(sh, "cargo check -q -F ssr,islands,checkpoint").env("CARGO_TARGET_DIR", root().join("target")).run();
    Toolchain::set_up()?.cargo(&sh, "check").args(["-q", "-F", "csr,checkpoint"]).run()?;
    Ok(server.map(|()| None)?)
}
