//! `cargo xtask build`: builds an example as optimised static files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::adapter;
use crate::command::run;
use crate::examples::{ADAPTER, ERASE, ERASED, PROGRAMS, SERVER, server_folder};
use crate::link::{self, link};
use crate::linker::{self, link_through};
use crate::root;
use crate::setup::node::Optimisers;
use crate::setup::wasm::{TARGET, Toolchain};
use crate::setup::{node, remove, wasm_bindgen};

/// Builds `examples/NAME` into `dist/NAME` and returns that folder.
///
/// The folder contains the files of the example's `public/` and the library's stylesheets that its page links (for the server,
/// all of them). For a page that only the browser renders, it also contains `index.html`, `NAME.js` and `NAME_bg.wasm`; for the
/// server, the programs of its pages in `pkg/`. The folder appears once it is complete.
pub fn build(name: &str) -> Result<PathBuf> {
    println!("xtask: building {name}");
    let example = root().join("examples").join(name);
    let dist = root().join("dist").join(name);
    let partial = dist.with_extension("partial");
    remove(&partial)?;
    fs::create_dir_all(&partial)?;
    copy_styles(&example.join("index.html"), &partial)?;
    copy_files(&example.join("public"), &partial)?;
    let optimisers = node::set_up()?;
    if optimisers.is_none() {
        println!("xtask: Node is not installed, so the files are not optimised and the wasm is about 10 % larger");
    }
    if name == SERVER {
        let folder = partial.join("pkg");
        for program in PROGRAMS {
            compile(&example, program, "release", &["--features", program], &[], &folder)?;
            if let Some(optimisers) = &optimisers {
                optimise(optimisers, &folder.join(format!("{program}_bg.wasm")))?;
                minify(optimisers, &folder.join(format!("{program}.js")))?;
            }
        }
    } else {
        fs::copy(example.join("index.html"), partial.join("index.html"))?;
        // One at a time: built together, each example would get the features that any of them enables.
        compile(&root().join("examples"), name, "release", &["--package", name], &[], &partial)?;
        if let Some(optimisers) = &optimisers {
            link(optimisers, &partial, name)?;
        }
        if name == ADAPTER {
            adapter::sample(Some(&partial.join("sample")), false)?;
        }
    }
    if let Some(optimisers) = &optimisers {
        for file in fs::read_dir(&partial)? {
            let file = file?.path();
            let code = file.extension().is_some_and(|extension| extension == "js" || extension == "css");
            if code && file.file_stem().is_none_or(|stem| stem != name) {
                minify(optimisers, &file)?;
            }
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
    copy_files(&example.join("public"), &dist)?;
    for program in PROGRAMS {
        // The same features for both, so that Leptos is only compiled once.
        compile(&example, program, ERASED, &["--features", "islands"], &[ERASE], &pkg)?;
    }
    Ok(dist)
}

/// Compiles the program `name` of a cargo workspace with `profile` into `folder`, as `NAME.js` and `NAME_bg.wasm`.
fn compile(workspace: &Path, name: &str, profile: &str, options: &[&str], flags: &[&str], folder: &Path) -> Result<()> {
    let bindgen = wasm_bindgen::set_up(&workspace.join("Cargo.lock"))?;
    // Every current browser supports SIMD. With it, the svd is several times as fast and the page is smaller.
    let toolchain = Toolchain::set_up()?;
    let mut cargo = toolchain.cargo_with("build", &[&["-Ctarget-feature=+simd128"], flags].concat());
    link_through(&toolchain, &mut cargo)?;
    run(cargo.current_dir(workspace).args(["--quiet", "--profile", profile, "--bin", name]).args(options))?;
    let wasm = root().join("target/wasm").join(TARGET).join(profile).join(format!("{name}.wasm"));
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
        .arg(wasm))?;
    linker::check(&folder.join(format!("{name}.js")))
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

/// Copies the files of a folder, if it exists.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        for file in fs::read_dir(from)? {
            let file = file?;
            fs::copy(file.path(), to.join(file.file_name()))?;
        }
    }
    Ok(())
}

/// Optimises a wasm file without its JavaScript, whose callers are not known.
fn optimise(optimisers: &Optimisers, wasm: &Path) -> Result<()> {
    let mut wasm_opt = optimisers.wasm_opt();
    run(wasm_opt.args(link::FEATURES).args(link::OPTIMISE).arg(wasm).arg("-o").arg(wasm))
}

fn minify(optimisers: &Optimisers, file: &Path) -> Result<()> {
    let minified = format!("--outfile={}", file.display());
    let mut esbuild = optimisers.esbuild();
    run(esbuild.arg(file).args(["--minify", "--log-level=error", "--target=es2022", "--allow-overwrite", &minified]))
}
