//! Python with NumPy and safetensors, which checks adapter files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use super::versions::ADAPTER_ORACLE;
use super::{apt, cached};
use crate::command::{find, run};

/// The interpreter of a virtual environment with the packages.
pub fn set_up() -> Result<PathBuf> {
    let folder = cached(&format!("python-{}", ADAPTER_ORACLE.join("-").replace("==", "-")), |partial| {
        println!("xtask: installing {} from PyPI", ADAPTER_ORACLE.join(", "));
        run(Command::new(python()?).args(["-m", "venv"]).arg(partial))?;
        run(Command::new(interpreter(partial)).args(["-m", "pip", "install", "--quiet"]).args(ADAPTER_ORACLE))
    })?;
    Ok(interpreter(&folder))
}

/// A Python that can make virtual environments. Debian ships that ability in a separate package.
fn python() -> Result<PathBuf> {
    let able = |python: &PathBuf| {
        let mut import = Command::new(python);
        import.args(["-c", "import ensurepip, venv"]).stderr(Stdio::null());
        import.status().is_ok_and(|status| status.success())
    };
    if let Some(python) = find("python3").filter(able) {
        return Ok(python);
    }
    apt::install("Python checks adapter files", &["python3", "python3-venv"])?;
    Ok(PathBuf::from("/usr/bin/python3"))
}

fn interpreter(environment: &Path) -> PathBuf {
    let unix = environment.join("bin/python");
    if cfg!(windows) { environment.join("Scripts/python.exe") } else { unix }
}
