//! Packages from npm: `binaryen` optimises wasm, `esbuild` JavaScript and CSS, and `axe-core` tests accessibility.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::command::{cmd, find, shell_in};
use crate::root;

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
    Ok(tools()?.map(of))
}

/// The script of axe-core, which finds accessibility problems; `None` without Node.
pub fn axe() -> Result<Option<PathBuf>> {
    Ok(tools()?.map(|modules| modules.join("axe-core/axe.min.js")))
}

fn tools() -> Result<Option<PathBuf>> {
    modules("xtask/tools", "make pages smaller (binaryen, esbuild) and check their accessibility (axe-core)")
}

/// The `node_modules` of `folder` with exactly the packages of its `package-lock.json`; `None` without Node.
pub fn modules(folder: &str, purpose: &str) -> Result<Option<PathBuf>> {
    let (Some(_), Some(npm)) = (find("node"), find("npm")) else { return Ok(None) };
    let path = root().join(folder);
    let written = |file: &str| fs::metadata(path.join(file)).and_then(|file| file.modified()).ok();
    // npm writes this file when everything else is there.
    if written("node_modules/.package-lock.json") < written("package-lock.json") {
        println!("xtask: installing the packages of {folder}/package-lock.json from npm, to {purpose}");
        let sh = shell_in(&path)?;
        cmd!(sh, "{npm} ci --silent --ignore-scripts").run()?;
    }
    Ok(Some(path.join("node_modules")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;

    #[test]
    fn lock_files_name_a_hash_of_each_package_and_no_server() {
        for folder in
            ["xtask/tools", "benches/svd", "benches/react", "benches/heatmap", "tests/hosts", "tests/hosts/astro"]
        {
            let text = fs::read_to_string(root().join(folder).join("package-lock.json")).expect("a lock file");
            let mut lock: Value = serde_json::from_str(&text).expect("JSON");
            let mut packages: Map<String, Value> = serde_json::from_value(lock["packages"].take()).expect("packages");
            packages.remove("").expect("the folder itself");
            assert!(!packages.is_empty(), "{folder}");
            for (name, package) in packages {
                assert!(package["integrity"].is_string() && package["resolved"].is_null(), "{folder}: {name}");
            }
        }
    }
}
