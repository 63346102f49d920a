//! Python with NumPy and safetensors, which checks adapter files.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::versions::ADAPTER_ORACLE;
use super::{apt, cached};
use crate::command::{cmd, find, shell};

/// The interpreter of a virtual environment with the packages.
pub fn set_up() -> Result<PathBuf> {
    let sh = shell()?;
    let folder = cached(&format!("python-{}", ADAPTER_ORACLE.join("-").replace("==", "-")), |partial| {
        let (python, inner) = (python()?, interpreter(partial));
        cmd!(sh, "{python} -m venv {partial}").run()?;
        Ok(cmd!(sh, "{inner} -m pip install --quiet {ADAPTER_ORACLE...}").run()?)
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
