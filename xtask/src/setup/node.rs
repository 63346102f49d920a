//! The optimisers that come from npm: `binaryen` for wasm, `esbuild` for JavaScript and CSS.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::cached;
use crate::command::{find, run};

const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";

/// The optimisers, or `None` on a machine without Node.
pub fn set_up() -> Result<Option<Optimisers>> {
    let (Some(_), Some(npm)) = (find("node"), find("npm")) else { return Ok(None) };
    let folder = cached(&format!("npm-binaryen-{BINARYEN}-esbuild-{ESBUILD}"), |partial| {
        println!("xtask: installing binaryen {BINARYEN} and esbuild {ESBUILD} from npm");
        run(Command::new(npm)
            .args(["install", "--silent", "--ignore-scripts", "--prefix"])
            .arg(partial)
            .args([format!("binaryen@{BINARYEN}"), format!("esbuild@{ESBUILD}")]))
    })?;
    Ok(Some(Optimisers { modules: folder.join("node_modules") }))
}

pub struct Optimisers {
    modules: PathBuf,
}

impl Optimisers {
    pub fn wasm_opt(&self) -> Command {
        self.script("binaryen/bin/wasm-opt")
    }

    pub fn wasm_metadce(&self) -> Command {
        self.script("binaryen/bin/wasm-metadce")
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
