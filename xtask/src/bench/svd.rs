//! `cargo xtask bench svd`: singular values in the browser beside nalgebra, faer, ml-matrix, svd-js and scikit-learn.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::page;
use crate::command::{Running, cmd, shell, shell_in};
use crate::root;
use crate::setup::versions::{SCIKIT_LEARN, SVD_PEERS};
use crate::setup::wasm::{TARGET, Toolchain};
use crate::setup::{cached, node, remove};

/// Builds the page, starts scikit-learn beside it, and prints what the page sends.
pub fn bench() -> Result<()> {
    let (folder, source) = (root().join("target/bench/svd"), root().join("benches/svd"));
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let sh = shell_in(&source)?;
    for (profile, name) in [("release", "fast.wasm"), ("small", "small.wasm")] {
        let cargo = Toolchain::set_up()?.cargo_with(&sh, "build", &["-Ctarget-feature=+simd128"]);
        cargo.args(["-q", "--profile", profile]).run()?;
        let wasm = root().join("target/wasm").join(TARGET).join(profile).join("svd_bench.wasm");
        fs::copy(wasm, folder.join(name))?;
    }
    for file in ["index.html", "page.js"] {
        fs::copy(source.join(file), folder.join(file))?;
    }
    bundle_peers(&folder)?;
    let (_peer, url) = scikit_learn(&source)?;
    fs::write(folder.join("peer.txt"), url)?;
    println!("\n{}", page::result(&folder, Duration::from_secs(900))?);
    Ok(())
}

/// Bundles ml-matrix and svd-js into one file for the page.
fn bundle_peers(folder: &Path) -> Result<()> {
    let modules = node::modules(&SVD_PEERS)?.context("the peers ml-matrix and svd-js need Node with npm")?;
    let esbuild = node::optimisers()?.context("the peers need Node")?.esbuild;
    let both = "export { SingularValueDecomposition } from 'ml-matrix';\nexport { SVD } from 'svd-js';\n";
    let (sh, peers) = (shell_in(folder)?, folder.join("peers.js"));
    cmd!(sh, "node {esbuild} --bundle --format=esm --log-level=error --outfile={peers}")
        .env("NODE_PATH", modules)
        .stdin(both)
        .run()?;
    Ok(())
}

/// Starts `peer.py` with its own copy of scikit-learn. Returns its URL.
fn scikit_learn(source: &Path) -> Result<(Running, String)> {
    let sh = shell()?;
    let packages = cached(&SCIKIT_LEARN.concat().replace("==", "-"), |partial| {
        // Not a virtual environment: its files contain its path, so `cached` could not rename it.
        let install = cmd!(sh, "python3 -m pip install --quiet --root-user-action=ignore --target {partial}");
        Ok(install.args(SCIKIT_LEARN).run()?)
    })?;
    // These variables can slow BLAS down, which would make the comparison unfair.
    let peer = cmd!(sh, "python3").arg(source.join("peer.py")).env("PYTHONPATH", packages);
    Running::start_announcing(peer.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE"))
}
