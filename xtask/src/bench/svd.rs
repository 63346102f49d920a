//! `cargo xtask bench svd`: singular values in the browser beside nalgebra, faer, ml-matrix, svd-js and scikit-learn.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::page;
use crate::command::{Running, run};
use crate::root;
use crate::setup::versions::{SCIKIT_LEARN, SVD_PEERS};
use crate::setup::wasm::{TARGET, Toolchain};
use crate::setup::{cached, node, remove};

/// Builds the page, starts scikit-learn beside it, and prints what the page sends.
pub fn bench() -> Result<()> {
    let folder = root().join("target/bench/svd");
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let source = root().join("benches/svd");
    for (profile, name) in [("release", "fast.wasm"), ("small", "small.wasm")] {
        println!("xtask: building the page's wasm ({profile})");
        let toolchain = Toolchain::set_up()?;
        run(toolchain.cargo_with("build", &["-Ctarget-feature=+simd128"]).current_dir(&source).args([
            "--quiet",
            "--profile",
            profile,
        ]))?;
        let wasm = root().join("target/wasm").join(TARGET).join(profile).join("svd_bench.wasm");
        fs::copy(wasm, folder.join(name))?;
    }
    for file in ["index.html", "page.js"] {
        fs::copy(source.join(file), folder.join(file))?;
    }
    bundle_peers(&folder)?;
    println!("xtask: scikit-learn");
    let (_peer, url) = scikit_learn(&source.join("peer.py"))?;
    fs::write(folder.join("peer.txt"), url)?;
    println!("xtask: the page");
    println!("\n{}", page::result(&folder, Duration::from_secs(900))?);
    Ok(())
}

/// Bundles ml-matrix and svd-js into one file for the page.
fn bundle_peers(folder: &Path) -> Result<()> {
    let modules = node::modules(&SVD_PEERS)?.context("the peers ml-matrix and svd-js need Node with npm")?;
    let both = folder.join("both.js");
    fs::write(&both, "export { SingularValueDecomposition } from 'ml-matrix';\nexport { SVD } from 'svd-js';\n")?;
    let optimisers = node::set_up()?.context("the peers need Node")?;
    run(optimisers
        .esbuild()
        .arg(both)
        .env("NODE_PATH", modules)
        .args(["--bundle", "--format=esm", "--log-level=error"])
        .arg(format!("--outfile={}", folder.join("peers.js").display())))
}

/// Starts `peer.py` with its own copy of scikit-learn. Returns its URL.
fn scikit_learn(script: &Path) -> Result<(Running, String)> {
    let venv: PathBuf = cached(&SCIKIT_LEARN.concat().replace("==", "-"), |partial| {
        println!("xtask: installing {} (once)", SCIKIT_LEARN.concat());
        // Not a virtual environment: its files contain its path, so `cached` could not rename it.
        run(Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--root-user-action=ignore", "--target"])
            .arg(partial)
            .args(SCIKIT_LEARN))
    })?;
    // These variables can slow BLAS down, which would make the comparison unfair.
    Running::start_announcing(
        Command::new("python3")
            .arg(script)
            .env("PYTHONPATH", venv)
            .env_remove("OPENBLAS_CORETYPE")
            .env_remove("OPENBLAS_L2_SIZE"),
    )
}
