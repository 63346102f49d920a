//! `cargo xtask package`: the npm package of `examples/element`, in `dist/npm`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::build::{compile, copy, optimise_wasm};
use crate::command::{cmd, shell, shell_in};
use crate::examples::{ELEMENT, ELEMENT_LIBRARY};
use crate::root;
use crate::setup::{node, remove};
use crate::test::PACKAGE;

/// The files of a page that loads the package from a server: the module, its wasm, the stylesheet.
pub const LOADED: [&str; 3] = ["index.js", WASM, "style.css"];

/// The module with everything in it.
pub const STANDALONE: &str = "standalone.js";

const WASM: &str = "explorer_bg.wasm";

/// The package's folder. Builds it once for all that need it.
pub fn package() -> Result<PathBuf> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    match BUILT.get() {
        Some(folder) => Ok(folder.clone()),
        None => {
            let folder = build()?;
            Ok(BUILT.get_or_init(|| folder).clone())
        }
    }
}

/// Builds the package and returns its folder, which appears once it is complete.
fn build() -> Result<PathBuf> {
    println!("xtask: building the package");
    let esbuild = node::optimisers()?.context("the package needs Node with npm, for esbuild and wasm-opt")?.esbuild;
    let (example, dist) = (root().join("examples").join(ELEMENT), root().join("dist/npm"));
    let (parts, partial) = (root().join("target/npm"), dist.with_extension("partial"));
    remove(&parts)?;
    remove(&partial)?;
    fs::create_dir_all(&partial)?;

    compile(&root().join("examples"), ELEMENT_LIBRARY, &["--package", ELEMENT, "--lib"], &parts)?;
    optimise_wasm(&parts.join(WASM))?;
    copy(&example.join("js"), &parts)?;
    let styles = ["style/lora-rank-explorer.css", "style/optional-parts.css", "examples/element/js/host.css"];
    let styles: Result<String> = styles.iter().map(|file| Ok(fs::read_to_string(root().join(file))?)).collect();
    fs::write(parts.join("style.css"), styles?)?;

    let (sh, version) = (shell_in(&parts)?, version()?);
    let bundle = ["--bundle", "--format=esm", "--minify", "--target=es2022", "--log-level=warning"];
    let text = ["--loader:.css=text", "--loader:.wasm=binary", "--legal-comments=none"];
    let define = format!("--define:VERSION={version:?}");
    // First the stylesheet itself, so that the modules that contain it contain the small one.
    cmd!(sh, "node {esbuild} style.css --minify --target=es2022 --allow-overwrite --outfile=style.css")
        .quiet()
        .run()?;
    for module in ["index.js", STANDALONE, "stylesheet.js"] {
        cmd!(sh, "node {esbuild} {module} {bundle...} {text...} {define} --outdir={partial}").quiet().run()?;
    }
    for file in [WASM, "style.css"] {
        fs::copy(parts.join(file), partial.join(file))?;
    }
    copy(&example.join("npm"), &partial)?;
    fs::copy(root().join("LICENSE"), partial.join("LICENSE"))?;
    write_version(&partial.join("package.json"), &version)?;
    remove(&dist)?;
    fs::rename(&partial, &dist)?;
    Ok(dist)
}

/// The library's version, which the package shares.
fn version() -> Result<String> {
    let sh = shell()?;
    let id = cmd!(sh, "cargo pkgid -p {PACKAGE}").quiet().read()?;
    // The folder need not be named like the package: `…#0.1.0`, or else `…#lora-rank-explorer@0.1.0`.
    let version = id.rsplit(['#', '@']).next().context("cargo printed no version")?;
    Ok(version.to_owned())
}

fn write_version(file: &Path, version: &str) -> Result<()> {
    const NONE: &str = r#""version": "0.0.0""#;
    let text = fs::read_to_string(file)?;
    anyhow::ensure!(text.contains(NONE), "{} does not contain {NONE}", file.display());
    Ok(fs::write(file, text.replace(NONE, &format!(r#""version": "{version}""#)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_s_recipes_are_the_files_that_the_tests_run() {
        let readme = fs::read_to_string(root().join("examples/element/npm/README.md")).expect("the readme");
        for (language, file) in [
            ("html", "html/lesson.html"),
            ("tsx", "react/Lesson.tsx"),
            ("vue", "vue/Lesson.vue"),
            ("astro", "astro/src/components/Explorer.astro"),
            ("python", "notebooks/recipe.py"),
        ] {
            let recipe = fs::read_to_string(root().join("tests/hosts").join(file)).expect("a recipe");
            assert!(readme.contains(&format!("```{language}\n{recipe}```")), "{file}");
            let notebook = fs::read_to_string(root().join("tests/hosts/notebooks/jupyter.ipynb")).expect("a notebook");
            let notebook: serde_json::Value = serde_json::from_str(&notebook).expect("JSON");
            let cell = notebook["cells"][0]["source"].as_array().expect("lines").iter();
            let cell: String = cell.filter_map(|line| line.as_str()).collect();
            assert!(language != "python" || cell == recipe, "the notebook's first cell");
        }
    }
}
