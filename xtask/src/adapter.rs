//! LoRA adapters: checks against other programs, and a sample to look at.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::command::{cmd, shell};
use crate::root;
use crate::setup::{python, remove};

/// NumPy and safetensors judge our singular values and resized files.
pub fn oracle() -> Result<()> {
    let python = python::set_up("tests/adapter/requirements.txt", "check adapter files")?;
    judge(&python, "tests/adapter/oracle.py", "oracle::", "ADAPTER_ORACLE")
}

/// PEFT and diffusers load resized files. It is a benchmark and no test since PyTorch is large.
pub fn loaders() -> Result<()> {
    judge(&python::set_up_loaders()?, "tests/adapter/loaders.py", "loaders::", "ADAPTER_LOADERS")
}

/// `script` writes adapter files into a folder, `tests` read them and resize them there, and `script` checks the results.
fn judge(python: &Path, script: &str, tests: &str, variable: &str) -> Result<()> {
    let (sh, folder) = (shell()?, root().join("target").join(variable.to_lowercase()));
    // Files of an earlier run must not be checked.
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    cmd!(sh, "{python} {script} write {folder}").run()?;
    cmd!(sh, "cargo test -q -p lora-rank-explorer -F adapter --test adapter {tests} -- --ignored --nocapture")
        .env(variable, &folder)
        .run()?;
    Ok(cmd!(sh, "{python} {script} check {folder}").run()?)
}

/// Writes the synthetic adapter into `folder`, by default `dist/sample-adapter`. With `large`, it is one for a whole model.
pub fn sample(folder: Option<&Path>, large: bool) -> Result<()> {
    let folder = std::path::absolute(folder.map_or_else(|| root().join("dist/sample-adapter"), Path::to_owned))?;
    let (release, large) = (large.then_some("--release"), large.then_some("--large"));
    let sh = shell()?;
    let sample = cmd!(sh, "cargo run -q -p lora-rank-explorer -F adapter {release...} --example sample_adapter --");
    Ok(sample.arg(folder).args(large).run()?)
}
