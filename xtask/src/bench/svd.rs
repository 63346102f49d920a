//! `cargo xtask bench svd`: singular values in the browser beside nalgebra, faer, ml-matrix, svd-js and scikit-learn.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::page;
use crate::command::{Running, Shell, cmd, shell_in};
use crate::root;
use crate::setup::wasm::{TARGET, Toolchain};
use crate::setup::{node, python, remove};

/// Builds the page, starts scikit-learn beside it, and prints what the page sends.
pub fn bench() -> Result<()> {
    let (folder, source) = (root().join("target/bench/svd"), root().join("benches/svd"));
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let (sh, toolchain) = (shell_in(&source)?, Toolchain::set_up()?);
    for (profile, name) in [("release", "fast.wasm"), ("small", "small.wasm")] {
        let cargo = toolchain.cargo_with(&sh, "build", &["-Ctarget-feature=+simd128"]);
        cargo.args(["-q", "--profile", profile]).run()?;
        let wasm = toolchain.target().join(TARGET).join(profile).join("svd_bench.wasm");
        fs::copy(wasm, folder.join(name))?;
    }
    for file in ["index.html", "page.js"] {
        fs::copy(source.join(file), folder.join(file))?;
    }
    bundle_peers(&sh, &folder.join("peers.js"))?;
    let (_peer, url) = scikit_learn(&sh)?;
    fs::write(folder.join("peer.txt"), url)?;
    println!("\n{}", page::result(&folder, Duration::from_secs(900))?);
    Ok(())
}

/// Bundles ml-matrix and svd-js into one file for the page.
fn bundle_peers(sh: &Shell, peers: &Path) -> Result<()> {
    node::modules("benches/svd", "compare with ml-matrix and svd-js")?
        .context("ml-matrix and svd-js need Node with npm")?;
    let esbuild = node::optimisers()?.context("the peers need Node")?.esbuild;
    let both = "export { SingularValueDecomposition } from 'ml-matrix';\nexport { SVD } from 'svd-js';\n";
    let bundle = cmd!(sh, "node {esbuild} --bundle --format=esm --log-level=error --outfile={peers}");
    Ok(bundle.stdin(both).run()?)
}

/// Starts `peer.py`. Returns its URL.
fn scikit_learn(sh: &Shell) -> Result<(Running, String)> {
    let python = python::set_up("benches/svd/requirements.txt", "compare with scikit-learn")?;
    // These variables can slow BLAS down, which would make the comparison unfair.
    let peer = cmd!(sh, "{python} peer.py").env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
    Running::start_announcing(peer)
}
