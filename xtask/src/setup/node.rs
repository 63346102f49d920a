//! Packages from npm: `binaryen` optimises wasm, `esbuild` JavaScript and CSS, and `axe-core` tests accessibility.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::cached;
use super::versions::{AXE, OPTIMISERS};
use crate::command::{find, run};

/// The optimisers, or `None` on a machine without Node.
pub fn set_up() -> Result<Option<Optimisers>> {
    Ok(modules(&OPTIMISERS)?.map(|modules| Optimisers { modules }))
}

/// The script of axe-core, which finds accessibility problems; `None` without Node.
pub fn axe() -> Result<Option<PathBuf>> {
    Ok(modules(&AXE)?.map(|modules| modules.join("axe-core/axe.min.js")))
}

/// The `node_modules` with `packages`; `None` without Node.
pub fn modules(packages: &[&str]) -> Result<Option<PathBuf>> {
    let (Some(_), Some(npm)) = (find("node"), find("npm")) else { return Ok(None) };
    let folder = cached(&format!("npm-{}", packages.join("-").replace('@', "-")), |partial| {
        println!("xtask: installing {} from npm", packages.join(", "));
        run(Command::new(npm).args(["install", "--silent", "--ignore-scripts", "--prefix"]).arg(partial).args(packages))
    })?;
    Ok(Some(folder.join("node_modules")))
}

pub struct Optimisers {
    modules: PathBuf,
}

impl Optimisers {
    pub fn wasm_opt(&self) -> Command {
        self.script("binaryen/bin/wasm-opt")
    }

    pub fn esbuild(&self) -> Command {
        self.script("esbuild/bin/esbuild")
    }

    fn script(&self, path: &str) -> Command {
        let mut node = Command::new("node");
        node.arg(self.modules.join(path));
        node
    }
}
