//! `cargo xtask build`: builds an example as optimised static files, the way Trunk does: cargo, wasm-bindgen, `wasm-opt -Oz`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::adapter;
use crate::command::{cmd, shell, shell_in};
use crate::compress;
use crate::examples::{ADAPTER, ERASE, ERASED, PROGRAMS, SERVER, server_folder};
use crate::root;
use crate::setup::node::Optimisers;
use crate::setup::wasm::{TARGET, Toolchain};
use crate::setup::{node, remove, wasm_bindgen};

/// The features that Rust's wasm32 target uses, and SIMD. wasm-opt rejects a file that uses others.
const WASM_FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds `examples/NAME` into `dist/NAME` and returns that folder.
///
/// The folder contains the files of the example's `public/` and the library's stylesheets that its page links (for the server,
/// all of them). For a page that only the browser renders, it also contains `index.html`, `NAME.js` and `NAME_bg.wasm`; for the
/// server, the programs of its pages in `pkg/`, and each file compressed, too. The folder appears once it is complete.
pub fn build(name: &str) -> Result<PathBuf> {
    println!("xtask: building {name}");
    let example = root().join("examples").join(name);
    let dist = root().join("dist").join(name);
    let partial = dist.with_extension("partial");
    remove(&partial)?;
    fs::create_dir_all(&partial)?;
    copy_styles(&example.join("index.html"), &partial)?;
    copy(&example.join("public"), &partial)?;
    if name == SERVER {
        for program in PROGRAMS {
            compile(
                &example,
                program,
                "release",
                &["--bin", program, "--features", program],
                &[],
                &partial.join("pkg"),
            )?;
        }
    } else {
        fs::copy(example.join("index.html"), partial.join("index.html"))?;
        // One at a time: built together, each example would get the features that any of them enables.
        compile(&root().join("examples"), name, "release", &["--package", name, "--bin", name], &[], &partial)?;
        if name == ADAPTER {
            adapter::sample(Some(&partial.join("sample")), false)?;
        }
    }
    optimise(&partial)?;
    if name == SERVER {
        for file in files(&partial)? {
            compress::beside(&file)?;
        }
    }
    remove(&dist)?;
    fs::rename(&partial, &dist)?;
    Ok(dist)
}

/// Builds the files for the server's pages with erased components (see [`ERASE`]), not optimised for size. Returns their
/// folder.
pub fn build_erased() -> Result<PathBuf> {
    println!("xtask: building {} with erased components", SERVER);
    let dist = root().join("dist").join("ssr-erased");
    remove(&dist)?;
    let pkg = dist.join("pkg");
    fs::create_dir_all(&pkg)?;
    let example = server_folder();
    copy_styles(&example.join("index.html"), &dist)?;
    copy(&example.join("public"), &dist)?;
    for program in PROGRAMS {
        // The same features for both, so that Leptos is only compiled once.
        compile(&example, program, ERASED, &["--bin", program, "--features", "islands"], &[ERASE], &pkg)?;
    }
    Ok(dist)
}

/// Builds the wasm of `examples/NAME` like [`build`], but with the names of its functions. Returns the file.
pub fn build_with_names(name: &str) -> Result<PathBuf> {
    let folder = root().join("target/size").join(name);
    let (workspace, program, options) = match name {
        SERVER => (server_folder(), PROGRAMS[0], ["--bin", PROGRAMS[0], "--features", PROGRAMS[0]]),
        _ => (root().join("examples"), name, ["--package", name, "--bin", name]),
    };
    compile(&workspace, program, "release", &options, &[], &folder)?;
    let wasm = folder.join(format!("{program}_bg.wasm"));
    let (sh, wasm_opt) = (shell()?, node::optimisers()?.context("wasm-opt needs Node")?.wasm_opt);
    cmd!(sh, "node {wasm_opt} {WASM_FEATURES...} -Oz -g {wasm} -o {wasm}").run()?;
    Ok(wasm)
}

/// Compiles `name` (a program, or a library for which `options` name `--lib`) of a cargo workspace with `profile` into `folder`, as
/// `NAME.js` and `NAME_bg.wasm`.
pub fn compile(
    workspace: &Path,
    name: &str,
    profile: &str,
    options: &[&str],
    flags: &[&str],
    folder: &Path,
) -> Result<()> {
    let sh = shell_in(workspace)?;
    let cargo = Toolchain::set_up()?.cargo_with(&sh, "build", flags);
    cargo.args(["-q", "--profile", profile]).args(options).run()?;
    let bindgen = wasm_bindgen::set_up(&workspace.join("Cargo.lock"))?.join("wasm-bindgen");
    let wasm = root().join("target/wasm").join(TARGET).join(profile).join(format!("{name}.wasm"));
    Ok(cmd!(sh, "{bindgen} --target web --no-typescript --out-name {name} --out-dir {folder} {wasm}").run()?)
}

/// Copies the stylesheets that `page` links, or all of them if there is no such file.
fn copy_styles(page: &Path, to: &Path) -> Result<()> {
    let page = if page.exists() { Some(fs::read_to_string(page)?) } else { None };
    for file in fs::read_dir(root().join("style"))? {
        let file = file?;
        if page.as_ref().is_none_or(|page| page.contains(&*file.file_name().to_string_lossy())) {
            fs::copy(file.path(), to.join(file.file_name()))?;
        }
    }
    Ok(())
}

/// Copies the files of a folder and its subfolders, if it exists.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in if from.is_dir() { files(from)? } else { Vec::new() } {
        let to = to.join(file.strip_prefix(from)?);
        fs::create_dir_all(to.parent().context("a file without a folder")?)?;
        fs::copy(file, to)?;
    }
    Ok(())
}

/// Optimises the wasm of `folder` and its subfolders for size and minifies their scripts and stylesheets, if Node is installed.
pub fn optimise(folder: &Path) -> Result<()> {
    let Some(Optimisers { wasm_opt, esbuild }) = node::optimisers()? else {
        println!("xtask: Node is not installed, so the files are not optimised and the page is a third larger");
        return Ok(());
    };
    let sh = shell()?;
    for file in files(folder)? {
        match file.extension().and_then(OsStr::to_str) {
            Some("wasm") => cmd!(sh, "node {wasm_opt} {WASM_FEATURES...} -Oz {file} -o {file}").quiet().run()?,
            Some("js" | "css") => {
                let minify = ["--minify", "--log-level=error", "--target=es2022", "--allow-overwrite"];
                cmd!(sh, "node {esbuild} {file} {minify...} --outfile={file}").quiet().run()?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The files in `folder` and its subfolders, sorted by path.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
