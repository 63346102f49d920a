//! The steps without a browser: formatting, lints, feature sets, native tests and documentation.

use anyhow::{Result, bail};

use crate::command::{cmd, shell, shell_in};
use crate::examples::{WORKBENCH, server_folder};
use crate::root;
use crate::setup::wasm::Toolchain;

pub const PACKAGE: &str = "lora-rank-explorer";

pub fn format() -> Result<()> {
    for workspace in [".", "examples", "examples/ssr", "tests/consumers/trunk", "tests/consumers/cargo-leptos"] {
        let sh = shell_in(&root().join(workspace))?;
        cmd!(sh, "cargo fmt --all --check").run()?;
    }
    Ok(())
}

pub fn clippy() -> Result<()> {
    let (sh, server) = (shell()?, shell_in(&server_folder())?);
    // `browser-tests` is for wasm32; `tools` is two lines and a hundred crates.
    let others = ["--exclude", "browser-tests", "--exclude", "tools"];
    cmd!(sh, "cargo clippy -q --workspace {others...} -F {PACKAGE}/checkpoint --all-targets -- -Dwarnings").run()?;
    let clippy = cmd!(server, "cargo clippy -q -F ssr --all-targets -- -Dwarnings");
    Ok(clippy.env("CARGO_TARGET_DIR", root().join("target")).run()?)
}

pub fn clippy_wasm() -> Result<()> {
    let toolchain = Toolchain::set_up()?;
    let clippy = |folder: &str, options: &[&str]| -> Result<()> {
        let sh = shell_in(&root().join(folder))?;
        Ok(toolchain.cargo(&sh, "clippy").arg("-q").args(options).args(["--", "-Dwarnings"]).run()?)
    };
    clippy(".", &["-p", "browser-tests", "--all-targets"])?;
    clippy("examples", &["--workspace", "--all-targets"])?;
    clippy("examples/ssr", &["-F", "hydrate"])?;
    clippy("examples/ssr", &["-F", "islands"])
}

/// The features that an app may use: without Leptos, on a server, in the browser. The step `clippy` checks `checkpoint` alone, and
/// with its server the others without it.
/// Editors and documentation tools enable all features together; `nightly` has no effect there without that compiler.
pub fn features() -> Result<()> {
    let sh = shell()?;
    for features in
        [&["--no-default-features"][..], &["-F", "ssr,islands,checkpoint"], &["-F", "adapter"], &["--all-features"]]
    {
        cmd!(sh, "cargo clippy -q -p {PACKAGE} {features...} --all-targets -- -Dwarnings").run()?;
    }
    let toolchain = Toolchain::set_up()?;
    for features in ["csr", "hydrate,islands,checkpoint"] {
        let clippy = toolchain.cargo(&sh, "clippy").args(["-q", "-p", PACKAGE, "-F", features]);
        clippy.args(["--", "-Dwarnings"]).run()?;
    }
    without_leptos(&[])?;
    without_leptos(&["-F", "checkpoint"])?;
    nightly()
}

/// Fails if the library with these features still depends on Leptos, web-sys or wasm-bindgen.
fn without_leptos(features: &[&str]) -> Result<()> {
    let sh = shell()?;
    let tree = cmd!(sh, "cargo tree -p {PACKAGE} --edges normal --prefix none {features...}").read()?;
    match tree.lines().find(|line| ["leptos ", "web-sys ", "wasm-bindgen "].iter().any(|name| line.starts_with(name))) {
        Some(found) => bail!("without `component`, the library still depends on {found} (options: {features:?})"),
        None => Ok(()),
    }
}

/// Checks the feature `nightly` beside all others, if that compiler is installed.
fn nightly() -> Result<()> {
    if !has_release("nightly")? {
        println!("xtask: no nightly compiler is installed, so the feature `nightly` is not checked");
        return Ok(());
    }
    check_with("nightly", &["--all-features"])
}

/// Whether rustup has this release of Rust.
pub fn has_release(release: &str) -> Result<bool> {
    let sh = shell()?;
    Ok(cmd!(sh, "rustup run {release} cargo --version").quiet().ignore_stderr().read().is_ok())
}

/// `cargo check` of the library with another release of Rust.
pub fn check_with(release: &str, options: &[&str]) -> Result<()> {
    let sh = shell()?;
    let check = cmd!(sh, "rustup run {release} cargo check -q --locked -p {PACKAGE} {options...}");
    // The cargo that runs this process has set these variables to its own release.
    let check = check.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    Ok(check.env("CARGO_TARGET_DIR", root().join("target").join(release)).run()?)
}

/// Tests the numerics, rules and files without Leptos, then the component's native tests and the server's half.
pub fn native() -> Result<()> {
    let (sh, examples) = (shell()?, shell_in(&root().join("examples"))?);
    let packages = ["-p", PACKAGE, "-p", "engine", "-p", "xtask"];
    cmd!(sh, "cargo test -q {packages...} -F lora-rank-explorer/checkpoint --lib --bins --tests").run()?;
    // The pure modules of the workbench.
    cmd!(examples, "cargo test -q -p {WORKBENCH}").env("CARGO_TARGET_DIR", root().join("target")).run()?;
    let server = ["--lib", "--test", "server", "--test", "foreign_rows"];
    cmd!(sh, "cargo test -q -p {PACKAGE} -F ssr,islands,checkpoint {server...}").run()?;
    // The README mounts a page, which needs `csr` as well. Without `nightly`: for that, signals are closures with that compiler alone.
    for test in [&["--doc"][..], &["--test", "mixed_features"]] {
        cmd!(sh, "cargo test -q -p {PACKAGE} -F csr,hydrate,ssr,islands,checkpoint {test...}").run()?;
    }
    Ok(())
}

/// Builds the documentation with the features that docs.rs shows.
pub fn doc() -> Result<()> {
    let sh = shell()?;
    // The last two are what the tests' dependencies enable: with them, this uses what `features` and `clippy` have compiled.
    let features = "ssr,islands,checkpoint,serde/alloc,serde_json/alloc";
    for options in [&["-p", PACKAGE, "-F", features][..], &["-p", "xtask"]] {
        cmd!(sh, "cargo doc -q --no-deps {options...}").env("RUSTDOCFLAGS", "-Dwarnings").run()?;
    }
    Ok(())
}
