//! The steps without a browser: formatting, lints, feature sets, native tests and documentation.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{output, run};
use crate::examples::{ADAPTER, server_folder};
use crate::root;
use crate::setup::wasm::Toolchain;

pub fn cargo(words: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(words).current_dir(root());
    cargo
}

pub const PACKAGE: &str = "lora-rank-explorer";

/// The feature that native checks enable.
const WITH_ADAPTER: &str = "lora-rank-explorer/adapter";

pub fn format() -> Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    for workspace in ["examples", "examples/ssr"] {
        run(cargo(&["fmt", "--all", "--check"]).current_dir(root().join(workspace)))?;
    }
    Ok(())
}

pub fn clippy() -> Result<()> {
    run(&mut cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--exclude",
        "browser-tests",
        "--features",
        WITH_ADAPTER,
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))?;
    let mut server = cargo(&["clippy", "--quiet", "--features", "ssr", "--", "-Dwarnings"]);
    run(server.current_dir(server_folder()).env("CARGO_TARGET_DIR", root().join("target")))
}

pub fn clippy_wasm() -> Result<()> {
    let toolchain = Toolchain::set_up()?;
    run(toolchain.cargo("clippy").args([
        "--quiet",
        "--package",
        "browser-tests",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))?;
    run(toolchain.cargo("clippy").current_dir(root().join("examples")).args([
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))?;
    for features in ["hydrate", "islands"] {
        let mut clippy = toolchain.cargo("clippy");
        run(clippy.current_dir(server_folder()).args(["--quiet", "--features", features, "--", "-Dwarnings"]))?;
    }
    Ok(())
}

/// The features that an app may use: without Leptos, on a server, in the browser. The step `clippy` checks `adapter` alone.
/// Editors and documentation tools enable all features together; `nightly` has no effect there without that compiler.
pub fn features() -> Result<()> {
    let check = |mut cargo: Command, options: &[&str], more: &[&str]| {
        println!("xtask: features {}", options.join(" "));
        run(cargo.current_dir(root()).args(["--quiet", "--package", PACKAGE]).args(options).args(more))
    };
    const WARNINGS: [&str; 2] = ["--", "-Dwarnings"];
    const TESTS: [&str; 3] = ["--all-targets", "--", "-Dwarnings"];
    check(cargo(&["clippy"]), &["--no-default-features"], &TESTS)?;
    check(cargo(&["clippy"]), &["--features", "ssr,islands"], &TESTS)?;
    check(cargo(&["clippy"]), &["--all-features"], &TESTS)?;
    let toolchain = Toolchain::set_up()?;
    for features in ["csr", "hydrate,islands,adapter"] {
        check(toolchain.cargo("clippy"), &["--features", features], &WARNINGS)?;
    }
    without_leptos(&[])?;
    without_leptos(&["--features", "adapter"])?;
    nightly()
}

/// Fails if the library with these features still depends on Leptos, web-sys or wasm-bindgen.
fn without_leptos(features: &[&str]) -> Result<()> {
    let mut tree = cargo(&["tree", "--package", PACKAGE, "--edges", "normal", "--prefix", "none"]);
    let tree = output(tree.args(features))?;
    match tree.lines().find(|line| ["leptos ", "web-sys ", "wasm-bindgen "].iter().any(|name| line.starts_with(name))) {
        Some(found) => {
            bail!("without `component`, the library still depends on {found} (options: {})", features.join(" "))
        }
        None => Ok(()),
    }
}

/// Checks the feature `nightly` beside all others, if that compiler is installed.
fn nightly() -> Result<()> {
    let nightly = || {
        let mut rustup = Command::new("rustup");
        // The cargo that runs this process has set these variables to another release.
        rustup.args(["run", "nightly", "cargo"]).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
        rustup
    };
    if !nightly().arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("xtask: no nightly compiler is installed, so the feature `nightly` is not checked");
        return Ok(());
    }
    println!("xtask: features --all-features, with the nightly compiler");
    let mut check = nightly();
    check.arg("check").current_dir(root()).env("CARGO_TARGET_DIR", root().join("target/nightly"));
    run(check.args(["--quiet", "--package", PACKAGE, "--all-features"]))
}

/// Tests the numerics, rules and files without Leptos, then the component's native tests and the server's half.
pub fn native() -> Result<()> {
    run(cargo(&["test", "--quiet", "--package", PACKAGE, "--package", "xtask"]).args([
        "--features",
        WITH_ADAPTER,
        "--lib",
        "--bins",
        "--tests",
    ]))?;
    // The pure modules of the adapter page.
    let mut page = cargo(&["test", "--quiet", "--package", ADAPTER]);
    run(page.current_dir(root().join("examples")).env("CARGO_TARGET_DIR", root().join("target")))?;
    let with_leptos = |features: &[&str], targets: &[&str]| {
        run(cargo(&["test", "--quiet", "--package", PACKAGE]).args(features).args(targets))
    };
    let server = ["--features", "ssr,islands,adapter"];
    with_leptos(&server, &["--lib", "--test", "server", "--test", "foreign_rows"])?;
    // The README mounts a page, which needs `csr` as well. Without `nightly`: for that, signals are closures with that compiler alone.
    let both = ["--features", "csr,hydrate,ssr,islands,adapter"];
    with_leptos(&both, &["--doc"])?;
    with_leptos(&both, &["--test", "mixed_features"])
}

/// Builds the documentation with the features that docs.rs shows.
pub fn doc() -> Result<()> {
    run(cargo(&["doc", "--quiet", "--no-deps", "--package", PACKAGE, "--package", "xtask"])
        .args(["--features", "lora-rank-explorer/ssr,lora-rank-explorer/islands,lora-rank-explorer/adapter"])
        .env("RUSTDOCFLAGS", "-Dwarnings"))
}
