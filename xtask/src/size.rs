//! `cargo xtask size`: how much a visitor downloads.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::build::{build, files};

/// Builds the examples named, or all of them, and prints a table of their JavaScript, CSS and wasm.
pub fn size(names: &[String]) -> Result<()> {
    println!("{:<40} {:>9} {:>9} {:>9}", "file", "raw", "gzip 9", "brotli 11");
    for name in names {
        let dist = build(name)?;
        let mut total = [0; 3];
        for file in code(&dist)? {
            let sizes = sizes(&file)?;
            row(&format!("{name}/{}", file.strip_prefix(&dist)?.display()), sizes);
            total = [0, 1, 2].map(|i| total[i] + sizes[i]);
        }
        row(&format!("{name}: JS + CSS + wasm"), total);
    }
    Ok(())
}

/// The JavaScript, CSS and wasm in `folder` and its subfolders, sorted by path.
fn code(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = files(folder)?;
    files.retain(|file| file.extension().is_some_and(|kind| ["js", "css", "wasm"].iter().any(|code| kind == *code)));
    Ok(files)
}

fn row(name: &str, [raw, gzip, brotli]: [usize; 3]) {
    println!("{name:<40} {raw:>9} {gzip:>9} {brotli:>9}");
}

/// The bytes raw, with gzip level 9, and with brotli quality 11 and a window of 4 MiB.
fn sizes(file: &Path) -> Result<[usize; 3]> {
    let bytes = fs::read(file)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    brotli.write_all(&bytes)?;
    Ok([bytes.len(), gzip.finish()?.len(), brotli.into_inner().len()])
}
