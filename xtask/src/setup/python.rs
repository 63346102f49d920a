//! Python with NumPy and safetensors, which checks adapter files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use super::{apt, cached};
use crate::command::{find, run};

/// `ml_dtypes` gives NumPy bfloat16, which `safetensors` writes and NumPy alone lacks.
const PACKAGES: [&str; 3] = ["numpy==2.4.6", "safetensors==0.8.0", "ml_dtypes==0.6.0"];

/// The loaders of adapters, which need PyTorch.
const LOADERS: [&str; 5] =
    ["peft==0.21.2", "diffusers==0.42.1", "transformers==5.24.0", "safetensors==0.8.0", "ml_dtypes==0.6.0"];
const TORCH: &str = "torch==2.9.1";

/// Wheels of PyTorch for processors alone, a tenth of the size of PyPI's.
const TORCH_INDEX: &str = "https://download.pytorch.org/whl/cpu";

/// The interpreter of a virtual environment with the packages.
pub fn set_up() -> Result<PathBuf> {
    environment(&PACKAGES, |_| Ok(()))
}

/// The interpreter of a virtual environment with PEFT and diffusers.
pub fn set_up_loaders() -> Result<PathBuf> {
    environment(&LOADERS, |pip| {
        println!("xtask: installing {TORCH}: 200 MB, or 3 GB from PyPI where {TORCH_INDEX} cannot be reached");
        let small = run(pip().args(["--retries", "0", "--index-url", TORCH_INDEX, TORCH]));
        small.or_else(|_| run(pip().arg(TORCH)))
    })
}

/// The interpreter of a virtual environment with `packages`, and before them what `first` installs.
fn environment(packages: &[&str], first: impl FnOnce(&dyn Fn() -> Command) -> Result<()>) -> Result<PathBuf> {
    let folder = cached(&format!("python-{}", packages.join("-").replace("==", "-")), |partial| {
        run(Command::new(python()?).args(["-m", "venv"]).arg(partial))?;
        let pip = || {
            let mut pip = Command::new(interpreter(partial));
            pip.args(["-m", "pip", "install", "--quiet"]);
            pip
        };
        first(&pip)?;
        println!("xtask: installing {} from PyPI", packages.join(", "));
        run(pip().args(packages))
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
