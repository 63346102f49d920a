//! LoRA adapters: checks against other programs, and a sample to look at.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::run;
use crate::root;
use crate::setup::{python, remove};

/// Python writes adapter files with NumPy's singular values, the tests compare ours with them, and Python checks resized files.
pub fn oracle() -> Result<()> {
    let python = python::set_up()?;
    let script = root().join("tests/adapter/oracle.py");
    let folder = root().join("target/adapter-oracle");
    // Files of an earlier run must not be checked.
    remove(&folder)?;
    run(Command::new(&python).arg(&script).arg("write").arg(&folder))?;
    run(cargo("test")
        .args(["--test", "adapter", "oracle::", "--", "--ignored", "--nocapture"])
        .env("ADAPTER_ORACLE", &folder))?;
    run(Command::new(&python).arg(&script).arg("check").arg(&folder))
}

/// Writes the synthetic adapter into `folder`, by default `dist/sample-adapter`. With `large`, it is one for a whole model.
pub fn sample(folder: Option<&Path>, large: bool) -> Result<()> {
    let folder = folder.map_or_else(|| root().join("dist/sample-adapter"), Path::to_owned);
    let mut program = cargo("run");
    if large {
        program.arg("--release");
    }
    program.args(["--example", "sample_adapter", "--"]).arg(std::path::absolute(folder)?);
    run(program.args(large.then_some("--large")))
}

fn cargo(verb: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args([verb, "--quiet", "--package", "lora-rank-explorer", "--features", "adapter"]).current_dir(root());
    cargo
}
