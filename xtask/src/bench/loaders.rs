//! `cargo xtask bench adapter-loaders`: resized adapters in the loaders of their owners. It is apart from the tests since PyTorch is
//! large.

use std::fs;

use anyhow::Result;

use crate::command::{cmd, shell};
use crate::root;
use crate::setup::{python, remove};

/// PEFT and diffusers write adapters, the test resizes them, and the loaders compare what both files add to the weights.
pub fn bench() -> Result<()> {
    let (sh, python) = (shell()?, python::set_up_loaders()?);
    let script = root().join("tests/adapter/loaders.py");
    let folder = root().join("target/adapter-loaders");
    // Files of an earlier run must not be checked.
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    cmd!(sh, "{python} {script} write {folder}").run()?;
    let test = ["test", "--quiet", "--package", "lora-rank-explorer", "--features", "adapter", "--test", "adapter"];
    cmd!(sh, "cargo {test...} loaders:: -- --ignored --nocapture").env("ADAPTER_LOADERS", &folder).run()?;
    Ok(cmd!(sh, "{python} {script} check {folder}").run()?)
}
