//! `cargo xtask build`: an example as optimised static files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::run;
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
        Some(optimisers) => optimise(optimisers, &partial)?,
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

fn optimise(optimisers: &Optimisers, folder: &Path) -> Result<()> {
    // What Rust's wasm32 target already uses; without these wasm-opt refuses the file.
    const FEATURES: [&str; 6] = [
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ];
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        let optimised = file.with_extension("optimised");
        let mut command = match file.extension().and_then(|extension| extension.to_str()) {
            Some("wasm") => {
                let mut wasm_opt = optimisers.wasm_opt();
                wasm_opt
                    .args(FEATURES)
                    // Rebuilding the control flow once and optimising twice saves 1 % over a single -Oz.
                    .args(["--flatten", "--rereloop", "-Oz", "-Oz", "--strip-debug", "--strip-target-features"])
                    .arg(&file)
                    .arg("-o")
                    .arg(&optimised);
                wasm_opt
            }
            Some("js" | "css") => {
                let mut esbuild = optimisers.esbuild();
                let output = format!("--outfile={}", optimised.display());
                esbuild.arg(&file).args(["--minify", "--log-level=error", "--target=es2022", &output]);
                esbuild
            }
            _ => continue,
        };
        run(&mut command)?;
        fs::rename(&optimised, &file)?;
    }
    Ok(())
}
