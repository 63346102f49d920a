//! Python with NumPy and safetensors, which checks adapter files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use super::{apt, cached};
use crate::command::{find, run};

/// `ml_dtypes` gives NumPy bfloat16, which `safetensors` writes and NumPy alone lacks.
const PACKAGES: [&str; 3] = ["numpy==2.4.6", "safetensors==0.8.0", "ml_dtypes==0.6.0"];

/// The interpreter of a virtual environment with the packages.
pub fn set_up() -> Result<PathBuf> {
    let folder = cached(&format!("python-{}", PACKAGES.join("-").replace("==", "-")), |partial| {
        println!("xtask: installing {} from PyPI", PACKAGES.join(", "));
        run(Command::new(python()?).args(["-m", "venv"]).arg(partial))?;
        run(Command::new(interpreter(partial)).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))
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
