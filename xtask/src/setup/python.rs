//! Python with the packages that check adapter files, and with those that benchmarks compare with.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::versions::{TORCH, TORCH_INDEX};
use super::{apt, cached};
use crate::command::{Shell, cmd, find, shell};
use crate::root;

/// The interpreter of a virtual environment with what `requirements` lists: files of these hashes and no others.
pub fn set_up(requirements: &str, purpose: &str) -> Result<PathBuf> {
    environment(requirements, purpose, |sh, python, file| {
        Ok(cmd!(sh, "{python} -m pip install --quiet --only-binary :all: --require-hashes -r {file}").run()?)
    })
}

/// The interpreter of a virtual environment with PyTorch, PEFT and diffusers, without hashes: PyTorch comes from one index or the other.
pub fn set_up_loaders() -> Result<PathBuf> {
    environment("tests/adapter/loaders-requirements.txt", "load adapters as their owners do", |sh, python, file| {
        println!("xtask: installing {TORCH}: 200 MB, or 3 GB from PyPI where {TORCH_INDEX} cannot be reached");
        let pip = ["-m", "pip", "install", "--quiet"];
        let small = cmd!(sh, "{python} {pip...} --retries 0 --index-url {TORCH_INDEX} {TORCH}").run();
        small.or_else(|_| cmd!(sh, "{python} {pip...} {TORCH}").run())?;
        Ok(cmd!(sh, "{python} {pip...} -r {file}").run()?)
    })
}

/// The interpreter of [`set_up_loaders`], and a folder with mergekit for its `PYTHONPATH`: what mergekit needs beside, and no more.
pub fn set_up_mergekit() -> Result<(PathBuf, PathBuf)> {
    const REQUIREMENTS: &str = "benches/extract/requirements.txt";
    let (python, file) = (set_up_loaders()?, root().join(REQUIREMENTS));
    let folder = cached(&format!("mergekit-{:016x}", hash(&file)?), |partial| {
        println!("xtask: installing the packages of {REQUIREMENTS} from PyPI, to compare with mergekit");
        let sh = shell()?;
        Ok(cmd!(sh, "{python} -m pip install --quiet --no-deps --target {partial} -r {file}").run()?)
    })?;
    Ok((python, folder))
}

/// The interpreter of a virtual environment in which `install` has installed what the file `requirements` lists.
fn environment(
    requirements: &str,
    purpose: &str,
    install: impl FnOnce(&Shell, &Path, &Path) -> Result<()>,
) -> Result<PathBuf> {
    let file = root().join(requirements);
    let folder = cached(&format!("python-{:016x}", hash(&file)?), |partial| {
        println!("xtask: installing the packages of {requirements} from PyPI into a virtual environment, to {purpose}");
        let (sh, python) = (shell()?, python(purpose)?);
        cmd!(sh, "{python} -m venv {partial}").run()?;
        install(&sh, &interpreter(partial), &file)
    })?;
    Ok(interpreter(&folder))
}

fn hash(file: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?.hash(&mut hasher);
    Ok(hasher.finish())
}

/// A Python that can make virtual environments. Debian ships that ability in a separate package.
fn python(purpose: &str) -> Result<PathBuf> {
    let (sh, import) = (shell()?, "import ensurepip, venv");
    let able = |python: &PathBuf| cmd!(sh, "{python} -c {import}").quiet().ignore_stderr().run().is_ok();
    if let Some(python) = find("python3").filter(able) {
        return Ok(python);
    }
    apt::install(
        &format!("no Python that makes virtual environments is installed, which is needed to {purpose}"),
        &["python3", "python3-venv"],
    )?;
    Ok(PathBuf::from("/usr/bin/python3"))
}

fn interpreter(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}
