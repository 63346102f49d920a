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

/// A wasm program of an example.
struct Program {
    /// The cargo workspace that it belongs to, and what tells cargo which program of it is meant.
    workspace: PathBuf,
    arguments: Vec<&'static str>,
    name: String,
}

/// The names of the examples: the folders of `examples/` that hold a package.
pub fn examples() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join("examples")).context("examples/ cannot be read")? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Builds `examples/NAME` into `dist/NAME` and returns that folder.
///
/// It holds the files of the example's `public/`, the library's stylesheet, and for a page that only the browser renders its
/// `index.html`, `NAME.js` and `NAME_bg.wasm`. Where there is a server, its programs lie in `pkg/`. The folder appears when
/// it is whole.
pub fn build(name: &str) -> Result<PathBuf> {
    let example = root().join("examples").join(name);
    let index = example.join("index.html");
    let dist = root().join("dist").join(name);
    let partial = dist.with_extension("partial");
    println!("xtask: building {name}");
    remove(&partial)?;
    fs::create_dir_all(&partial)?;
    copy_files(&root().join("style"), &partial)?;
    copy_files(&example.join("public"), &partial)?;
    let optimisers = node::set_up()?;
    let mut folders = vec![partial.clone()];
    if index.is_file() {
        fs::copy(&index, partial.join("index.html"))?;
        let workspace = root().join("examples");
        bundle(&Program { workspace, arguments: vec![], name: name.to_owned() }, &partial)?;
    } else {
        let folder = partial.join("pkg");
        for name in ["hydrate", "islands"] {
            let arguments = vec!["--features", name];
            bundle(&Program { workspace: example.clone(), arguments, name: name.to_owned() }, &folder)?;
        }
        folders.push(folder);
    }
    match &optimisers {
        Some(optimisers) => folders.iter().try_for_each(|folder| optimise(optimisers, folder))?,
        None => {
            println!("xtask: Node is not installed, so the files are not optimised: the wasm is about a tenth larger")
        }
    }
    remove(&dist)?;
    fs::rename(&partial, &dist)?;
    Ok(dist)
}

/// Compiles a program and puts it into `folder` as `NAME.js` and `NAME_bg.wasm`.
fn bundle(program: &Program, folder: &Path) -> Result<()> {
    let name = &program.name;
    let bindgen = wasm_bindgen::set_up(&program.workspace.join("Cargo.lock"))?;
    run(Toolchain::set_up()?
        .cargo("build")
        .current_dir(&program.workspace)
        .args(["--quiet", "--release", "--bin", name])
        .args(&program.arguments))?;
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
        .arg(folder)
        .arg(wasm))
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
