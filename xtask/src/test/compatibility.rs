//! What the package works with: the oldest Rust that it names, its own last version, and the next Leptos.

use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::checks::{PACKAGE, cargo};
use super::consumers::{copy, package};
use crate::command::{find, output, run};
use crate::root;
use crate::setup::versions::{NEXT_LEPTOS, SEMVER_CHECKS};
use crate::setup::wasm::Toolchain;
use crate::setup::{installed_by_cargo, remove};

/// Everything but `nightly`.
const FEATURES: [&str; 2] = ["--features", "csr,hydrate,ssr,islands,adapter"];

/// Checks the library with the oldest Rust that `Cargo.toml` names. Returns the reason if that compiler cannot be had.
pub fn oldest_rust() -> Result<Option<String>> {
    let version = env!("CARGO_PKG_RUST_VERSION");
    if find("rustup").is_none() {
        return Ok(Some(format!("Rust {version} needs rustup, which is not installed")));
    }
    let rustup = |words: &[&str]| {
        let mut rustup = Command::new("rustup");
        // The cargo that runs this process has set these variables to another release.
        rustup.args(words).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN").current_dir(root());
        rustup
    };
    let succeeds = |words: &[&str]| {
        rustup(words).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if !succeeds(&["run", version, "cargo", "--version"]) {
        println!("xtask: installing Rust {version} with rustup");
        if !succeeds(&["toolchain", "install", version, "--profile", "minimal"]) {
            return Ok(Some(format!("rustup could not install Rust {version}")));
        }
    }
    for features in [&[][..], &FEATURES] {
        let mut check = rustup(&["run", version, "cargo", "check", "--quiet", "--locked", "--package", PACKAGE]);
        run(check.args(features).env("CARGO_TARGET_DIR", root().join("target/oldest-rust")))?;
    }
    Ok(None)
}

/// Compares the public items with those of the last tag.
pub fn semver() -> Result<Option<String>> {
    let mut describe = Command::new("git");
    describe.args(["describe", "--tags", "--abbrev=0"]).current_dir(root()).stderr(Stdio::null());
    let tag = describe.output().ok().filter(|output| output.status.success());
    let Some(tag) = tag.and_then(|output| String::from_utf8(output.stdout).ok()) else {
        return Ok(Some("there is no tag to compare with".to_owned()));
    };
    let checks = installed_by_cargo("cargo-semver-checks", SEMVER_CHECKS)?.join("cargo-semver-checks");
    run(Command::new(checks)
        .args(["semver-checks", "--package", PACKAGE, "--only-explicit-features"])
        .args(FEATURES)
        .args(["--baseline-rev", tag.trim()])
        .current_dir(root()))?;
    Ok(None)
}

/// Checks the package with the next Leptos, on a server and in the browser.
pub fn next_leptos() -> Result<Option<String>> {
    let folder = root().join("target/next-leptos");
    remove(&folder)?;
    copy(&package()?, &folder)?;
    // It pins the versions for this Leptos.
    std::fs::remove_file(folder.join("Cargo.lock")).context("the package has no lock file")?;
    output(cargo(&["add", "--quiet", "--optional", &format!("leptos@{NEXT_LEPTOS}")]).current_dir(&folder))?;
    let mut server = cargo(&["check", "--quiet", "--features", "ssr,islands,adapter"]);
    let server = run(server.current_dir(&folder).env("CARGO_TARGET_DIR", root().join("target")));
    let mut browser = Toolchain::set_up()?.cargo("check");
    run(browser.current_dir(&folder).args(["--quiet", "--features", "csr,adapter"]))?;
    server.map(|()| None)
}
