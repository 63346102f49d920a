//! Installs what the commands need beyond cargo, if it is missing.
//!
//! Everything that needs no system folder goes into one cache folder. An entry is made under another name and renamed once it is
//! complete, so an interrupted run leaves nothing that a later run would take for complete.

pub mod apt;
mod debian;
pub mod engine;
pub mod node;
pub mod python;
pub mod versions;
pub mod wasm;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use directories::ProjectDirs;

use crate::command::{cmd, shell};

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

/// Whether [`cached`] has made the entry `name`.
pub fn is_cached(name: &str) -> Result<bool> {
    Ok(cache_folder()?.join(name).exists())
}

/// The folder with the programs of `package` in exactly this version. `cargo install` builds them once, from `source` as its lock file
/// pins it.
pub fn installed_by_cargo(package: &str, version: &str, source: &[&str], purpose: &str) -> Result<PathBuf> {
    let sh = shell()?;
    let folder = cached(&format!("{package}-{version}"), |partial| {
        println!("xtask: building {package} {version} (once, about two minutes), to {purpose}");
        let target = partial.join("target");
        cmd!(sh, "cargo install -q --locked {source...} --root {partial}").env("CARGO_TARGET_DIR", &target).run()?;
        remove(&target)
    })?;
    Ok(folder.join("bin"))
}

/// Removes a folder, if it exists.
pub fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    Ok(())
}

fn cache_folder() -> Result<PathBuf> {
    let folders = ProjectDirs::from("", "", "lora-rank-explorer").context("the home folder is not known")?;
    Ok(folders.cache_dir().to_owned())
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
