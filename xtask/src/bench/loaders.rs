//! `cargo xtask bench adapter-loaders`: resized adapters in the loaders of their owners. It is apart from the tests since PyTorch is
//! large.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::command::run;
use crate::root;
use crate::setup::{python, remove};

/// PEFT and diffusers write adapters, the test resizes them, and the loaders compare what both files add to the weights.
pub fn bench() -> Result<()> {
    let python = python::set_up_loaders()?;
    let script = root().join("tests/adapter/loaders.py");
    let folder = root().join("target/adapter-loaders");
    // Files of an earlier run must not be checked.
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    run(Command::new(&python).arg(&script).arg("write").arg(&folder))?;
    let test = ["test", "--quiet", "--package", "lora-rank-explorer", "--features", "adapter", "--test", "adapter"];
    run(Command::new("cargo")
        .args(test)
        .args(["loaders::", "--", "--ignored", "--nocapture"])
        .current_dir(root())
        .env("ADAPTER_LOADERS", &folder))?;
    run(Command::new(&python).arg(&script).arg("check").arg(&folder))
}
