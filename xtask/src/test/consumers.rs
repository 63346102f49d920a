//! The package as users get it: packed by cargo, then built into the two apps of `tests/consumers` the way Trunk and cargo-leptos do,
//! and opened in Chromium. Neither tool needs to be installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::checks::{PACKAGE, cargo};
use super::suites;
use crate::build::{compile, files, optimise};
use crate::command::{Running, run};
use crate::setup::remove;
use crate::{dev_server, root, size};

pub fn consumers() -> Result<()> {
    let package = package()?;
    let page = trunk(&package)?;
    size::print("trunk", &page)?;
    let app = App::set_up("cargo-leptos", &package)?;
    // As rust-analyzer and `cargo doc` do.
    run(app.cargo("check").arg("--all-features"))?;
    let (site, server) = cargo_leptos(&app)?;
    size::print("cargo-leptos", &site)?;
    let (_running, url) = Running::start_announcing(
        Command::new(server)
            .env("LEPTOS_OUTPUT_NAME", "app")
            .env("LEPTOS_SITE_ROOT", &site)
            .env("LEPTOS_SITE_PKG_DIR", "pkg")
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
    )?;
    suites::consumers(&dev_server::in_background(&page)?, &url)
}

/// Packs and verifies the package as `cargo publish` does, but uploads nothing. Returns its folder.
pub fn package() -> Result<PathBuf> {
    let folder = root().join("target/package");
    remove(&folder)?;
    run(&mut cargo(&["publish", "--quiet", "--dry-run", "--allow-dirty", "--package", PACKAGE]))?;
    let packed = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(&format!("{PACKAGE}-"));
    let mut folders =
        fs::read_dir(&folder)?.flatten().filter(packed).map(|entry| entry.path()).filter(|path| path.is_dir());
    folders.next().with_context(|| format!("cargo left no package in {}", folder.display()))
}

/// Copies the files of a folder and its subfolders.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let to = to.join(file.strip_prefix(from)?);
        fs::create_dir_all(to.parent().context("a file without a folder")?)?;
        fs::copy(file, to)?;
    }
    Ok(())
}

/// A copy of an app in the build folder, with the package in place of the one from crates.io.
struct App {
    folder: PathBuf,
    patch: String,
}

impl App {
    fn set_up(name: &str, package: &Path) -> Result<Self> {
        let folder = root().join("target/consumers").join(name);
        remove(&folder)?;
        copy(&root().join("tests/consumers").join(name), &folder)?;
        // The versions that the examples pin.
        let locked = if name == "trunk" { "examples/Cargo.lock" } else { "examples/ssr/Cargo.lock" };
        fs::copy(root().join(locked), folder.join("Cargo.lock"))?;
        Ok(Self { folder, patch: format!("patch.crates-io.{PACKAGE}.path={:?}", package.display().to_string()) })
    }

    fn cargo(&self, subcommand: &str) -> Command {
        let mut cargo = cargo(&[subcommand, "--quiet", "--config", &self.patch]);
        cargo.current_dir(&self.folder).env("CARGO_TARGET_DIR", root().join("target"));
        cargo
    }

    fn wasm(&self, name: &str, profile: &str, options: &[&str], folder: &Path) -> Result<()> {
        compile(&self.folder, name, profile, &[options, &["--config", &self.patch]].concat(), &[], folder)?;
        optimise(folder)
    }
}

/// `trunk build --release`, without the hashes in the names. Returns the folder of the page.
fn trunk(package: &Path) -> Result<PathBuf> {
    const LINK: &str = r#"<link data-trunk rel="rust" data-wasm-opt="z" />"#;
    const SCRIPT: &str = r#"<script type="module">import init from "./page.js"; init();</script>"#;
    let app = App::set_up("trunk", package)?;
    let dist = app.folder.join("dist");
    app.wasm("page", "release", &["--bin", "page"], &dist)?;
    let index = fs::read_to_string(app.folder.join("index.html"))?;
    if !index.contains(LINK) {
        bail!("index.html does not contain {LINK}");
    }
    fs::write(dist.join("index.html"), index.replace(LINK, SCRIPT))?;
    Ok(dist)
}

/// `cargo leptos build`: the browser's half as with `--release`, the server's half as without. Returns the folder of the site and the
/// server.
fn cargo_leptos(app: &App) -> Result<(PathBuf, PathBuf)> {
    let site = app.folder.join("target/site");
    app.wasm("app", "wasm-release", &["--lib", "--no-default-features", "--features", "hydrate"], &site.join("pkg"))?;
    run(app.cargo("build").args(["--bin", "app", "--no-default-features", "--features", "ssr"]))?;
    Ok((site, root().join("target/debug/app").with_extension(std::env::consts::EXE_EXTENSION)))
}
