//! Installs what the commands need beyond cargo, if it is missing.
//!
//! Everything that needs no system folder goes into one cache folder. An entry is made under another name and renamed once it is
//! complete, so an interrupted run leaves nothing that a later run would take for complete.

pub mod apt;
pub mod engine;
pub mod node;
pub mod python;
pub mod versions;
pub mod wasm;
pub mod wasm_bindgen;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::run;

/// The entry `name` of the cache folder, made by `make` if it does not exist yet.
pub fn cached(name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let cache = cache_folder()?;
    let entry = cache.join(name);
    if !entry.exists() {
        let partial = cache.join(format!("{name}.partial"));
        remove(&partial)?;
        fs::create_dir_all(&partial).with_context(|| format!("{} cannot be made", partial.display()))?;
        make(&partial)?;
        fs::rename(&partial, &entry).with_context(|| format!("{} cannot be renamed", partial.display()))?;
    }
    Ok(entry)
}

/// The folder with the programs of `package` in exactly this version. `cargo install` builds them once.
pub fn installed_by_cargo(package: &str, version: &str) -> Result<PathBuf> {
    let folder = cached(&format!("{package}-{version}"), |partial| {
        println!("xtask: installing {package} {version} (once, about two minutes)");
        // Not --locked: the published lock file can name crates that a registry mirror lacks.
        run(Command::new("cargo")
            .args(["install", "--quiet", package, "--version", version, "--root"])
            .arg(partial)
            .env("CARGO_TARGET_DIR", partial.join("target")))?;
        remove(&partial.join("target"))
    })?;
    Ok(folder.join("bin"))
}

/// The program `package`, if an earlier run installed it with cargo.
fn cached_program(package: &str, version: &str) -> Option<PathBuf> {
    let bin = cache_folder().ok()?.join(format!("{package}-{version}")).join("bin");
    [package.to_owned(), format!("{package}.exe")].iter().map(|name| bin.join(name)).find(|file| file.is_file())
}

/// Removes a folder, if it exists.
pub fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    Ok(())
}

fn cache_folder() -> Result<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .context("the home folder is not known: set XDG_CACHE_HOME")?;
    Ok(base.join("lora-rank-explorer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_whose_making_failed_is_made_again_by_the_next_run() {
        let name = format!("test-{}", std::process::id());
        let failed = cached(&name, |partial| {
            fs::write(partial.join("half"), "half")?;
            anyhow::bail!("interrupted")
        });
        assert!(failed.is_err());
        let made = cached(&name, |partial| {
            assert!(fs::read_dir(partial)?.next().is_none(), "what was left behind is gone");
            Ok(fs::write(partial.join("whole"), "whole")?)
        });
        let made = made.expect("made at the second try");
        assert!(made.join("whole").is_file());
        let again = cached(&name, |_| anyhow::bail!("made twice")).expect("found at the third");
        assert_eq!(again, made);
        remove(&made).expect("removed");
    }
}
