//! Python with the packages that check adapter files.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::versions::{ADAPTER_LOADERS, ADAPTER_ORACLE, TORCH, TORCH_INDEX};
use super::{apt, cached};
use crate::command::{Shell, cmd, find, shell};

/// The interpreter of a virtual environment with the packages that the oracle of adapters needs.
pub fn set_up() -> Result<PathBuf> {
    environment(&ADAPTER_ORACLE, |_, _| Ok(()))
}

/// The interpreter of a virtual environment with PEFT and diffusers.
pub fn set_up_loaders() -> Result<PathBuf> {
    environment(&ADAPTER_LOADERS, |sh, python| {
        println!("xtask: installing {TORCH}: 200 MB, or 3 GB from PyPI where {TORCH_INDEX} cannot be reached");
        let pip = ["-m", "pip", "install", "--quiet"];
        let small = cmd!(sh, "{python} {pip...} --retries 0 --index-url {TORCH_INDEX} {TORCH}").run();
        Ok(small.or_else(|_| cmd!(sh, "{python} {pip...} {TORCH}").run())?)
    })
}

/// The interpreter of a virtual environment with `packages`, and before them what `first` installs.
fn environment(packages: &[&str], first: impl FnOnce(&Shell, &Path) -> Result<()>) -> Result<PathBuf> {
    let sh = shell()?;
    let folder = cached(&format!("python-{}", packages.join("-").replace("==", "-")), |partial| {
        let (python, inner) = (python()?, interpreter(partial));
        cmd!(sh, "{python} -m venv {partial}").run()?;
        first(&sh, &inner)?;
        Ok(cmd!(sh, "{inner} -m pip install --quiet {packages...}").run()?)
    })?;
    Ok(interpreter(&folder))
}

/// A Python that can make virtual environments. Debian ships that ability in a separate package.
fn python() -> Result<PathBuf> {
    let (sh, import) = (shell()?, "import ensurepip, venv");
    let able = |python: &PathBuf| cmd!(sh, "{python} -c {import}").quiet().ignore_stderr().run().is_ok();
    if let Some(python) = find("python3").filter(able) {
        return Ok(python);
    }
    apt::install("Python checks adapter files", &["python3", "python3-venv"])?;
    Ok(PathBuf::from("/usr/bin/python3"))
}

fn interpreter(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}
