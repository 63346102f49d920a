//! Packages from npm: `binaryen` optimises wasm, `esbuild` JavaScript and CSS, and `axe-core` tests accessibility.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::cached;
use crate::command::{find, run};

const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";
const AXE: &str = "4.14.1";

/// The optimisers, or `None` on a machine without Node.
pub fn set_up() -> Result<Option<Optimisers>> {
    let modules = modules(
        &format!("npm-binaryen-{BINARYEN}-esbuild-{ESBUILD}"),
        &[format!("binaryen@{BINARYEN}"), format!("esbuild@{ESBUILD}")],
    )?;
    Ok(modules.map(|modules| Optimisers { modules }))
}

/// The script of axe-core, which finds accessibility problems; `None` without Node.
pub fn axe() -> Result<Option<PathBuf>> {
    let modules = modules(&format!("npm-axe-core-{AXE}"), &[format!("axe-core@{AXE}")])?;
    Ok(modules.map(|modules| modules.join("axe-core/axe.min.js")))
}

/// The `node_modules` with `packages`, in the entry `name` of the cache folder; `None` without Node.
fn modules(name: &str, packages: &[String]) -> Result<Option<PathBuf>> {
    let (Some(_), Some(npm)) = (find("node"), find("npm")) else { return Ok(None) };
    let folder = cached(name, |partial| {
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
