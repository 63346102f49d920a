//! `cargo xtask build`: an example as optimised static files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::run;
use crate::link::link;
use crate::root;
use crate::setup::node::Optimisers;
use crate::setup::wasm::{TARGET, Toolchain};
use crate::setup::{node, remove, wasm_bindgen};

/// The names of the examples: the folders of `examples/` that hold a page.
pub fn examples() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join("examples")).context("examples/ cannot be read")? {
        let entry = entry?;
        if entry.path().join("index.html").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Builds `examples/NAME` into `dist/NAME` and returns that folder.
///
/// It holds the example's `index.html` and the files of its `public/`, the library's stylesheet, `NAME.js` and
/// `NAME_bg.wasm`. The folder appears when it is whole.
pub fn build(name: &str) -> Result<PathBuf> {
    let (examples, style) = (root().join("examples"), root().join("style"));
    let toolchain = Toolchain::set_up()?;
    let bindgen = wasm_bindgen::set_up(&examples.join("Cargo.lock"))?;
    let optimisers = node::set_up()?;

    println!("xtask: building {name}");
    run(toolchain.cargo("build").current_dir(&examples).args(["--quiet", "--release", "--package", name]))?;

    let dist = root().join("dist").join(name);
    let partial = dist.with_extension("partial");
    remove(&partial)?;
    fs::create_dir_all(&partial)?;
    let wasm = root().join("target/wasm").join(TARGET).join("release").join(format!("{name}.wasm"));
    run(Command::new(bindgen.join("wasm-bindgen"))
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--remove-name-section",
            "--remove-producers-section",
            "--out-name",
            name,
        ])
        .arg("--out-dir")
        .arg(&partial)
        .arg(wasm))?;
    copy_files(&style, &partial)?;
    copy_files(&examples.join(name).join("public"), &partial)?;
    fs::copy(examples.join(name).join("index.html"), partial.join("index.html"))?;
    match &optimisers {
        Some(optimisers) => optimise(optimisers, &partial, name)?,
        None => {
            println!("xtask: Node is not installed, so the files are not optimised: the wasm is about a tenth larger")
        }
    }
    remove(&dist)?;
    fs::rename(&partial, &dist)?;
    Ok(dist)
}

/// Copies the files of a folder that may not be there.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        for file in fs::read_dir(from)? {
            let file = file?;
            fs::copy(file.path(), to.join(file.file_name()))?;
        }
    }
    Ok(())
}

/// Links script and wasm of `name`, and minifies what else is there.
fn optimise(optimisers: &Optimisers, folder: &Path, name: &str) -> Result<()> {
    link(optimisers, folder, name)?;
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        let code = file.extension().is_some_and(|extension| extension == "js" || extension == "css");
        if code && file.file_stem().is_none_or(|stem| stem != name) {
            let minified = format!("--outfile={}", file.display());
            let mut esbuild = optimisers.esbuild();
            esbuild.arg(&file).args([
                "--minify",
                "--log-level=error",
                "--target=es2022",
                "--allow-overwrite",
                &minified,
            ]);
            run(&mut esbuild)?;
        }
    }
    Ok(())
}
