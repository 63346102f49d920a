//! `cargo xtask size`: how much a visitor downloads, and what the wasm is made of.

mod table;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::build::{build, build_every_part, build_with_names, files};
use crate::compress::{brotli, gzip};
use crate::examples::{ELEMENT, LESSON};
use crate::package;

/// Builds the examples named and prints a table of their JavaScript, CSS and wasm.
pub fn size(names: &[&str]) -> Result<()> {
    for name in names {
        match *name {
            ELEMENT => element()?,
            LESSON => println!("{LESSON} loads what {ELEMENT} is, and a script and a stylesheet of its own"),
            name => print(name, &build(name)?)?,
        }
    }
    Ok(())
}

/// Prints what the npm package makes a visitor load, beside the Leptos page with the same parts.
fn element() -> Result<()> {
    let package = package::package()?;
    let element = total(ELEMENT, &package, &package::LOADED.map(|file| package.join(file)))?;
    total("element, in one file", &package, &[package.join(package::STANDALONE)])?;
    let page = build_every_part()?;
    let page = total("quickstart with the same parts", &page, &code(&page)?)?;
    println!("element / quickstart with the same parts: {:.3} at brotli 11", element[2] as f64 / page[2] as f64);
    Ok(())
}

/// Prints a table of the JavaScript, CSS and wasm in the folder `dist` of the page `name`.
pub fn print(name: &str, dist: &Path) -> Result<()> {
    total(name, dist, &code(dist)?)?;
    Ok(())
}

/// Prints a table of `files` in the folder `dist`, and returns their sum.
fn total(name: &str, dist: &Path, files: &[PathBuf]) -> Result<[usize; 3]> {
    println!("{:<40} {:>9} {:>9} {:>9}", name, "raw", "gzip 9", "brotli 11");
    let mut total = [0; 3];
    for file in files {
        let sizes = sizes(file)?;
        row(&format!("  {}", file.strip_prefix(dist)?.display()), sizes);
        total = [0, 1, 2].map(|i| total[i] + sizes[i]);
    }
    row("  JavaScript, CSS and wasm", total);
    Ok(total)
}

/// The JavaScript, CSS and wasm in `folder` and its subfolders, sorted by path.
fn code(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = files(folder)?;
    files.retain(|file| file.extension().is_some_and(|kind| ["js", "css", "wasm"].iter().any(|code| kind == *code)));
    Ok(files)
}

/// Prints what the wasm of the example `name` is made of.
pub fn table(name: &str) -> Result<()> {
    table::print(&build_with_names(name)?)
}

fn row(name: &str, [raw, gzip, brotli]: [usize; 3]) {
    println!("{name:<40} {raw:>9} {gzip:>9} {brotli:>9}");
}

/// The bytes raw, with gzip and with brotli.
fn sizes(file: &Path) -> Result<[usize; 3]> {
    let bytes = fs::read(file)?;
    Ok([bytes.len(), gzip(&bytes)?.len(), brotli(&bytes)?.len()])
}
