//! `cargo xtask bench extract`: factors of the difference of two checkpoints, in two workers of the browser, beside mergekit and
//! `torch.svd_lowrank` on as many cores.

use std::fs;
use std::time::Duration;

use anyhow::Result;

use super::page;
use crate::command::{Running, cmd, shell_in};
use crate::root;
use crate::setup::wasm::{TARGET, Toolchain};
use crate::setup::{python, remove};

/// The rank of the factors; the peers get the same.
const RANK: usize = 64;

/// As many threads for the peers as workers for us.
const WORKERS: usize = 2;

/// Builds the worker, starts the peers beside it, and prints what the page sends.
pub fn bench() -> Result<()> {
    let (folder, source) = (root().join("target/bench/extract"), root().join("benches/extract"));
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let (sh, toolchain) = (shell_in(&source)?, Toolchain::set_up()?);
    let cargo = toolchain.cargo_with(&sh, "build", &["-Ctarget-feature=+simd128"]);
    cargo.args(["-q", "--release"]).run()?;
    let wasm = toolchain.target().join(TARGET).join("release/extract_bench.wasm");
    fs::copy(wasm, folder.join("extract.wasm"))?;
    for file in ["index.html", "page.js", "worker.js"] {
        fs::copy(source.join(file), folder.join(file))?;
    }
    let (python, packages) = python::set_up_mergekit()?;
    let (rank, threads) = (RANK.to_string(), WORKERS.to_string());
    let peers = cmd!(sh, "{python} peer.py {rank} {threads}").env("PYTHONPATH", packages);
    let (_running, url) = Running::start_announcing(peers)?;
    fs::write(folder.join("peer.json"), format!(r#"{{"peer": "{url}", "rank": {RANK}}}"#))?;
    println!("\n{}", page::result(&folder, Duration::from_secs(1800))?);
    Ok(())
}
