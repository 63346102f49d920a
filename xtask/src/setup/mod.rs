//! What the commands need beyond cargo, set up where it is missing.
//!
//! Everything that can live in a folder of the user's goes into one cache folder. An entry is made under another name and
//! renamed when it is whole, so whatever interrupts the making leaves nothing that a later run would trust.

pub mod apt;
pub mod browser;
pub mod node;
pub mod wasm;
pub mod wasm_bindgen;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The entry `name` of the cache folder, made by `make` if it is not there yet.
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

/// Removes a folder that may not be there.
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
        .context("there is no home folder: set XDG_CACHE_HOME")?;
    Ok(base.join("lora-rank-explorer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_could_not_be_made_is_not_there_for_the_next_run() {
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
