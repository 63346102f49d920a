//! The package as users get it: packed by cargo, then built into the two apps of `tests/consumers` the way Trunk and cargo-leptos do,
//! and opened in Chromium. Neither tool needs to be installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Once;

use anyhow::{Context, Result, bail};

use super::checks::PACKAGE;
use super::suites;
use crate::build::{compile, copy, optimise};
use crate::command::{Running, cmd, shell, shell_in};
use crate::setup::remove;
use crate::{dev_server, root, size};

pub fn consumers() -> Result<()> {
    let package = package()?;
    let page = trunk(&App::copied("trunk", &package, "examples/Cargo.lock")?)?;
    size::print("trunk", &page)?;
    let (site, server) = cargo_leptos(&App::copied("cargo-leptos", &package, "examples/ssr/Cargo.lock")?)?;
    size::print("cargo-leptos", &site)?;
    let sh = shell()?;
    let server = cmd!(sh, "{server}").env("LEPTOS_OUTPUT_NAME", "app").env("LEPTOS_SITE_ADDR", "127.0.0.1:0");
    let server = server.env("LEPTOS_SITE_ROOT", site).env("LEPTOS_SITE_PKG_DIR", "pkg");
    let (_running, url) = Running::start_announcing(server)?;
    suites::consumers(&dev_server::in_background(&page)?, &url)
}

/// Packs and verifies the package as `cargo publish` does, but uploads nothing; once, for all steps. Returns its folder.
pub fn package() -> Result<PathBuf> {
    static PACKED: Once = Once::new();
    let (sh, folder) = (shell()?, root().join("target/package"));
    if !PACKED.is_completed() {
        remove(&folder)?;
        cmd!(sh, "cargo publish -q --dry-run --allow-dirty -p {PACKAGE}").run()?;
        PACKED.call_once(|| ());
    }
    let packed = |path: &PathBuf| path.is_dir() && path.join("Cargo.toml").is_file();
    let mut folders = fs::read_dir(&folder)?.flatten().map(|entry| entry.path()).filter(packed);
    folders.next().with_context(|| format!("cargo left no package in {}", folder.display()))
}

/// A copy of an app in the build folder.
struct App {
    folder: PathBuf,
    /// cargo's options that put the package in place of the one from crates.io.
    patch: [String; 2],
}

impl App {
    /// Copies `tests/consumers/NAME`, with the versions that the examples' `lock` file pins.
    fn copied(name: &str, package: &Path, lock: &str) -> Result<Self> {
        let folder = root().join("target/consumers").join(name);
        remove(&folder)?;
        copy(&root().join("tests/consumers").join(name), &folder)?;
        fs::copy(root().join(lock), folder.join("Cargo.lock"))?;
        let patch = format!("patch.crates-io.{PACKAGE}.path={:?}", package.display().to_string());
        Ok(Self { folder, patch: ["--config".to_owned(), patch] })
    }

    fn wasm(&self, name: &str, options: &[&str], folder: &Path) -> Result<()> {
        let patch = self.patch.each_ref().map(String::as_str);
        compile(&self.folder, name, &[options, &patch].concat(), folder)?;
        optimise(folder)
    }
}

/// `trunk build --release`, without the hashes in the names. Returns the folder of the page.
fn trunk(app: &App) -> Result<PathBuf> {
    const LINK: &str = r#"<link data-trunk rel="rust" data-wasm-opt="z" />"#;
    const SCRIPT: &str = r#"<script type="module">import init from "./page.js"; init();</script>"#;
    let dist = app.folder.join("dist");
    app.wasm("page", &["--bin", "page"], &dist)?;
    let index = fs::read_to_string(app.folder.join("index.html"))?;
    if !index.contains(LINK) {
        bail!("index.html does not contain {LINK}");
    }
    fs::write(dist.join("index.html"), index.replace(LINK, SCRIPT))?;
    Ok(dist)
}

/// `cargo leptos build`, the browser's half as with `--release`, after a check with all features, as rust-analyzer and `cargo doc` do it.
/// Returns the folder of the site and the server.
fn cargo_leptos(app: &App) -> Result<(PathBuf, PathBuf)> {
    let (sh, target, patch) = (shell_in(&app.folder)?, root().join("target"), &app.patch);
    cmd!(sh, "cargo check -q {patch...} --all-features").env("CARGO_TARGET_DIR", &target).run()?;
    let site = app.folder.join("target/site");
    app.wasm("app", &["--lib", "--no-default-features", "-F", "hydrate"], &site.join("pkg"))?;
    cmd!(sh, "cargo build -q {patch...} --bin app --no-default-features -F ssr")
        .env("CARGO_TARGET_DIR", &target)
        .run()?;
    Ok((site, target.join("debug/app").with_extension(std::env::consts::EXE_EXTENSION)))
}
