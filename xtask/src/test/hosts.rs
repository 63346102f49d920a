//! The npm package as users get it: packed, checked by publint and are-the-types-wrong, installed into pages of React, Vue and Astro, which
//! are type-checked, built, and opened in Chromium; also as Vite serves them during development.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::suites;
use crate::command::{Running, cmd, find, shell_in};
use crate::package::package;
use crate::setup::node;
use crate::{dev_server, root};

/// The folder of the pages.
const HOSTS: &str = "tests/hosts";

/// The folder of the page of Astro, which brings its own Vite.
const ASTRO: &str = "tests/hosts/astro";

/// Returns why it did not run, if it could not.
pub fn hosts() -> Result<Option<String>> {
    let Some(modules) = node::modules(HOSTS, "build pages of React and Vue with the npm package, and check it")? else {
        return Ok(Some("it needs Node with npm".to_owned()));
    };
    let astro = node::modules(ASTRO, "build a page of Astro with the npm package")?.context("npm is here")?;
    let tarball = pack()?;
    install(HOSTS, &tarball)?;
    install(ASTRO, &tarball)?;
    let (sh, bin, dist) = (shell_in(&root().join(HOSTS))?, modules.join(".bin"), root().join("target/hosts"));
    let (publint, attw) = (bin.join("publint"), bin.join("attw"));
    let (tsc, vite) = (bin.join("tsc"), bin.join("vite"));
    cmd!(sh, "{publint} --strict {modules}/lora-rank-explorer").run()?;
    cmd!(sh, "{attw} --profile esm-only --format ascii {tarball}").ignore_stdout().run()?;
    cmd!(sh, "{tsc} -p .").run()?;
    cmd!(sh, "{vite} build --logLevel error --outDir {dist} --emptyOutDir").run()?;
    let (pages, astro) = (dist.join("astro"), astro.join(".bin/astro"));
    let quiet = shell_in(&root().join(ASTRO))?;
    cmd!(quiet, "{astro} build --silent --outDir {pages}").env("ASTRO_TELEMETRY_DISABLED", "1").run()?;
    let cache = root().join("target/vite");
    let (_running, development) = Running::start_announcing(cmd!(sh, "node dev-server.mjs {cache}"))?;
    suites::hosts(&dev_server::in_background(&dist)?, &development)?;
    Ok(None)
}

/// Installs the packed file in `folder`, beside the packages of its lock file.
fn install(folder: &str, tarball: &Path) -> Result<()> {
    let (sh, npm) = (shell_in(&root().join(folder))?, find("npm").context("npm has been found before")?);
    let quietly = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    Ok(cmd!(sh, "{npm} install {quietly...} {tarball}").run()?)
}

/// Packs the package as npm publishes it. Returns the file.
fn pack() -> Result<PathBuf> {
    let (package, to) = (package()?, root().join("target"));
    let (sh, npm) = (shell_in(&package)?, find("npm").context("the package was built with npm")?);
    let packed = cmd!(sh, "{npm} pack --json --pack-destination {to}").ignore_stderr().read()?;
    let packed: serde_json::Value = serde_json::from_str(&packed)?;
    // A list, or an object by name, depending on the version of npm.
    let packed = packed.get(0).or_else(|| packed.get("lora-rank-explorer")).unwrap_or(&packed);
    let files = packed["files"].as_array().context("npm says what it has packed")?;
    let mut files: Vec<&str> = files.iter().filter_map(|file| file["path"].as_str()).collect();
    let mut there = fs::read_dir(&package)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    files.sort_unstable();
    there.sort_unstable();
    ensure!(files == there, "npm packs {files:?}, and the folder has {there:?}");
    Ok(to.join(packed["filename"].as_str().context("npm says how it has named the file")?))
}
