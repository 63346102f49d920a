//! LoRA adapters: checks against other programs, and a sample to look at.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::command::{cmd, shell};
use crate::root;
use crate::setup::{python, remove};

/// NumPy and safetensors judge our singular values, resized files, and LoRAs made of two checkpoints.
pub fn oracle() -> Result<()> {
    let python = python::set_up("tests/adapter/requirements.txt", "check adapter files")?;
    judge(&python, "adapter", "oracle", "check")?;
    judge(&python, "checkpoint", "oracle", "check")
}

/// PEFT and diffusers load resized files, and PEFT a LoRA made of two checkpoints. It is a benchmark and no test since PyTorch is large.
pub fn loaders() -> Result<()> {
    let python = python::set_up_loaders()?;
    judge(&python, "adapter", "loaders", "check")?;
    judge(&python, "checkpoint", "oracle", "peft")
}

/// The script `name`.py of a suite writes files into a folder, the suite's tests of that name read them and write others there, and the
/// script checks the results with the command `check`.
fn judge(python: &Path, suite: &str, name: &str, check: &str) -> Result<()> {
    let (variable, script) = (format!("{suite}_{name}"), format!("tests/{suite}/{name}.py"));
    let (sh, folder, tests) = (shell()?, root().join("target").join(&variable), format!("{name}::"));
    // Files of an earlier run must not be checked.
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    cmd!(sh, "{python} {script} write {folder}").run()?;
    cmd!(sh, "cargo test -q -p lora-rank-explorer -F {suite} --test {suite} {tests} -- --ignored --nocapture")
        .env(variable.to_uppercase(), &folder)
        .run()?;
    Ok(cmd!(sh, "{python} {script} {check} {folder}").run()?)
}

/// Writes a synthetic pair of checkpoints into `folder`, by default `dist/sample-checkpoints`: `shape` is that of a small model, of
/// one with sides up to 2048 (`large`) or of a video model (`video`).
pub fn sample_checkpoints(folder: Option<&Path>, shape: &[&str]) -> Result<()> {
    let folder = std::path::absolute(folder.map_or_else(|| root().join("dist/sample-checkpoints"), Path::to_owned))?;
    let (sh, release) = (shell()?, (!shape.is_empty()).then_some("--release"));
    let sample =
        cmd!(sh, "cargo run -q -p lora-rank-explorer -F checkpoint {release...} --example sample_checkpoints --");
    Ok(sample.arg(folder).args(shape.iter().map(|shape| format!("--{shape}"))).run()?)
}

/// Writes the synthetic adapter into `folder`, by default `dist/sample-adapter`. With `large`, it is one for a whole model.
pub fn sample(folder: Option<&Path>, large: bool) -> Result<()> {
    let folder = std::path::absolute(folder.map_or_else(|| root().join("dist/sample-adapter"), Path::to_owned))?;
    let (release, large) = (large.then_some("--release"), large.then_some("--large"));
    let sh = shell()?;
    let sample = cmd!(sh, "cargo run -q -p lora-rank-explorer -F adapter {release...} --example sample_adapter --");
    Ok(sample.arg(folder).args(large).run()?)
}
