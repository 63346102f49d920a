//! `cargo xtask build`: builds an example as optimised static files, the way Trunk does: cargo, wasm-bindgen, `wasm-opt -Oz`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::adapter;
use crate::command::{cmd, shell, shell_in};
use crate::compress;
use crate::examples::{
    ELEMENT, ELEMENT_LIBRARY, ERASE, ERASED, GALLERY, OF_PACKAGE, PROGRAMS, SERVER, WORKBENCH, server_folder,
};
use crate::package;
use crate::root;
use crate::setup::node::Optimisers;
use crate::setup::wasm::{self, TARGET, Toolchain};
use crate::setup::{node, remove};
use crate::test::PACKAGE;

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
/// all of them). For a page without a server, it also contains `index.html`, `NAME.js` and `NAME_bg.wasm`; for the
/// server, the programs of its pages in `pkg/`, and each file compressed, too. The folder appears once it is complete.
pub fn build(name: &str) -> Result<PathBuf> {
    println!("xtask: building {name}");
    let example = root().join("examples").join(name);
    let dist = root().join("dist").join(name);
    let partial = dist.with_extension("partial");
    remove(&partial)?;
    copy_ready(&example, &partial)?;
    if OF_PACKAGE.contains(&name) {
        copy(&package::package()?, &partial.join(PACKAGE))?;
        remove(&dist)?;
        fs::rename(&partial, &dist)?;
        return Ok(dist);
    }
    let (workspace, programs) = programs(name);
    let folder = if name == SERVER { partial.join("pkg") } else { partial.clone() };
    for (program, options) in programs {
        compile(&workspace, program, &options, &folder)?;
    }
    if name == WORKBENCH {
        adapter::sample(Some(&partial.join("sample")), false)?;
        adapter::sample_checkpoints(Some(&partial.join("sample-checkpoints")), &[])?;
    }
    if name == GALLERY {
        prerender(name, &partial.join("index.html"))?;
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

/// Writes the HTML that the server's half of the example prints into its page, at the mark `<!--page-->`.
fn prerender(name: &str, page: &Path) -> Result<()> {
    let sh = shell_in(&root().join("examples"))?;
    let html = cmd!(sh, "cargo run -q -p {name} --no-default-features -F ssr");
    let html = html.env("CARGO_TARGET_DIR", root().join("target")).read()?;
    let frame = fs::read_to_string(page)?;
    let (before, after) = frame.split_once("<!--page-->").context("index.html has no mark <!--page-->")?;
    Ok(fs::write(page, [before, &html, after].concat())?)
}

/// The workspace of an example, and its programs for the browser with cargo's options for each.
fn programs(name: &str) -> (PathBuf, Vec<(&str, Vec<&str>)>) {
    match name {
        SERVER => {
            (server_folder(), PROGRAMS.map(|program| (program, vec!["--bin", program, "--features", program])).to_vec())
        }
        // One at a time: built together, each example would get the features that any of them enables.
        ELEMENT => (root().join("examples"), vec![(ELEMENT_LIBRARY, vec!["--package", name, "--lib"])]),
        _ => (root().join("examples"), vec![(name, vec!["--package", name, "--bin", name])]),
    }
}

/// Builds the files for the server's pages with erased components (see [`ERASED`]), not optimised for size. Returns their folder.
pub fn build_erased() -> Result<PathBuf> {
    println!("xtask: building {SERVER} with erased components");
    let (example, dist, toolchain) = (server_folder(), root().join("dist/ssr-erased"), Toolchain::set_up()?);
    remove(&dist)?;
    copy_ready(&example, &dist)?;
    let sh = shell_in(&example)?;
    for program in PROGRAMS {
        // The same features for both, so that Leptos is only compiled once.
        let cargo = toolchain.cargo_with(&sh, "build", &[ERASE]).args(["-q", "--bin", program, "-F", "islands"]);
        cargo.envs(ERASED).run()?;
        bind(&toolchain, "debug", program, &dist.join("pkg"))?;
    }
    Ok(dist)
}

/// Builds the page of `examples/quickstart` with the parts that the custom element has. Returns its folder.
pub fn build_every_part() -> Result<PathBuf> {
    let dist = root().join("target/size/every-part");
    remove(&dist)?;
    compile(&root().join("examples"), "every-part", &["--package", "quickstart", "--bin", "every-part"], &dist)?;
    copy(&root().join("style"), &dist)?;
    optimise(&dist)?;
    Ok(dist)
}

/// Builds the wasm of `examples/NAME` like [`build`], but with the names of its functions. Returns the file.
pub fn build_with_names(name: &str) -> Result<PathBuf> {
    let folder = root().join("target/size").join(name);
    let (workspace, programs) = programs(name);
    let (program, options) = &programs[0];
    compile(&workspace, program, options, &folder)?;
    let wasm = folder.join(format!("{program}_bg.wasm"));
    let (sh, wasm_opt) = (shell()?, node::optimisers()?.context("wasm-opt needs Node")?.wasm_opt);
    cmd!(sh, "node {wasm_opt} {WASM_FEATURES...} -Oz -g {wasm} -o {wasm}").run()?;
    Ok(wasm)
}

/// Compiles `name` (a program, or a library for which `options` name `--lib`) of a cargo workspace into `folder`, as `NAME.js` and
/// `NAME_bg.wasm`.
pub fn compile(workspace: &Path, name: &str, options: &[&str], folder: &Path) -> Result<()> {
    let (sh, toolchain) = (shell_in(workspace)?, Toolchain::set_up()?);
    toolchain.cargo(&sh, "build").args(["-q", "--release"]).args(options).run()?;
    bind(&toolchain, "release", name, folder)
}

/// Runs wasm-bindgen on the program `name` that was compiled with the `profile` of this name.
fn bind(toolchain: &Toolchain, profile: &str, name: &str, folder: &Path) -> Result<()> {
    let (sh, bindgen) = (shell()?, wasm::bindgen()?.join("bindgen"));
    let wasm = toolchain.target().join(TARGET).join(profile).join(name).with_extension("wasm");
    Ok(cmd!(sh, "{bindgen} --target web --no-typescript --out-name {name} --out-dir {folder} {wasm}").run()?)
}

/// Copies what an example has ready: `public/`, `index.html` and the library's stylesheets that it links; all of them for the server,
/// which has no such file.
fn copy_ready(example: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    copy(&example.join("public"), to)?;
    let page = fs::read_to_string(example.join("index.html")).ok();
    if let Some(page) = &page {
        fs::write(to.join("index.html"), page)?;
    }
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
    let Some(Optimisers { esbuild, .. }) = node::optimisers()? else {
        println!("xtask: Node is not installed, so the files are not optimised and the page is a third larger");
        return Ok(());
    };
    let sh = shell()?;
    for file in files(folder)? {
        match file.extension().and_then(OsStr::to_str) {
            Some("wasm") => optimise_wasm(&file)?,
            Some("js" | "css") => {
                let minify = ["--minify", "--log-level=error", "--target=es2022", "--allow-overwrite"];
                cmd!(sh, "node {esbuild} {file} {minify...} --outfile={file}").quiet().run()?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Optimises a wasm file for size.
pub fn optimise_wasm(file: &Path) -> Result<()> {
    let (sh, wasm_opt) = (shell()?, node::optimisers()?.context("wasm-opt needs Node")?.wasm_opt);
    Ok(cmd!(sh, "node {wasm_opt} {WASM_FEATURES...} -Oz {file} -o {file}").quiet().run()?)
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
