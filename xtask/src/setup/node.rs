//! Packages from npm: `binaryen` optimises wasm, `esbuild` JavaScript and CSS, and `axe-core` tests accessibility.

use std::path::PathBuf;

use anyhow::Result;

use super::cached;
use super::versions::{AXE, OPTIMISERS};
use crate::command::{cmd, find, shell};

/// The scripts of the optimisers, for Node.
pub struct Optimisers {
    pub wasm_opt: PathBuf,
    pub esbuild: PathBuf,
}

/// The optimisers, or `None` on a machine without Node.
pub fn optimisers() -> Result<Option<Optimisers>> {
    let of = |modules: PathBuf| Optimisers {
        wasm_opt: modules.join("binaryen/bin/wasm-opt"),
        esbuild: modules.join("esbuild/bin/esbuild"),
    };
    Ok(modules(&OPTIMISERS)?.map(of))
}

/// The script of axe-core, which finds accessibility problems; `None` without Node.
pub fn axe() -> Result<Option<PathBuf>> {
    Ok(modules(&AXE)?.map(|modules| modules.join("axe-core/axe.min.js")))
}

/// The `node_modules` with `packages`; `None` without Node.
pub fn modules(packages: &[&str]) -> Result<Option<PathBuf>> {
    let (Some(_), Some(npm)) = (find("node"), find("npm")) else { return Ok(None) };
    let sh = shell()?;
    let folder = cached(&format!("npm-{}", packages.join("-").replace('@', "-")), |partial| {
        Ok(cmd!(sh, "{npm} install --silent --ignore-scripts --prefix {partial} {packages...}").run()?)
    })?;
    Ok(Some(folder.join("node_modules")))
}
