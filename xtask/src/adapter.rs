//! LoRA adapters: checks against other programs, and a sample to look at.

use std::path::Path;

use anyhow::Result;

use crate::command::{cmd, shell};
use crate::root;
use crate::setup::{python, remove};

/// Python writes adapter files with NumPy's singular values, the tests compare ours with them, and Python checks resized files.
pub fn oracle() -> Result<()> {
    let (sh, python) = (shell()?, python::set_up("tests/adapter/requirements.txt", "check adapter files")?);
    let (script, folder) = ("tests/adapter/oracle.py", "target/adapter-oracle");
    // Files of an earlier run must not be checked.
    remove(&root().join(folder))?;
    cmd!(sh, "{python} {script} write {folder}").run()?;
    cmd!(sh, "cargo test -q -p lora-rank-explorer -F adapter --test adapter oracle:: -- --ignored --nocapture")
        .env("ADAPTER_ORACLE", root().join(folder))
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
