//! `cargo xtask size`: what a visitor downloads.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::build::{build, examples};
use crate::command::output;
use crate::link;
use crate::root;
use crate::setup::node;
use crate::setup::wasm::TARGET;

/// What the names of the svd's functions contain, and the example that is looked at for them.
const SVD: &str = "18lora_rank_explorer3svd";
const QUICKSTART: &str = "quickstart";

/// Builds every example and prints a table of its JavaScript, CSS and wasm, and how much of it is the svd.
pub fn size() -> Result<()> {
    println!("{:<40} {:>9} {:>9} {:>9}", "file", "raw", "gzip 9", "brotli 11");
    for name in examples()? {
        let dist = build(&name)?;
        let mut total = [0; 3];
        for file in code(&dist)? {
            let sizes = sizes(&file)?;
            row(&format!("{name}/{}", file.strip_prefix(&dist)?.display()), sizes);
            total = [0, 1, 2].map(|i| total[i] + sizes[i]);
        }
        row(&format!("{name}: JS + CSS + wasm"), total);
    }
    if let Some(bytes) = svd()? {
        println!("The svd's functions are {bytes} bytes of {QUICKSTART}'s wasm, before compression.");
    }
    Ok(())
}

/// The bytes of the functions of the module `svd` in the quickstart, optimised as it is but with their names; `None` without
/// Node. What the optimiser moves into callers outside the module is missing.
fn svd() -> Result<Option<usize>> {
    let Some(optimisers) = node::set_up()? else { return Ok(None) };
    let folder = root().join("target/wasm").join(TARGET).join("release");
    let mut wasm_opt = optimisers.wasm_opt();
    wasm_opt.args(link::FEATURES).args(link::OPTIMISE).args(["--debuginfo", "--func-metrics"]);
    let wasm = folder.join(QUICKSTART).with_extension("wasm");
    let metrics = output(wasm_opt.arg(wasm).arg("-o").arg(folder.join("named.wasm")))?;
    Ok(Some(bytes_of(SVD, &metrics)))
}

/// Adds up the bytes of the functions whose names contain `name`, of what `wasm-opt --func-metrics` prints.
fn bytes_of(name: &str, metrics: &str) -> usize {
    let functions =
        metrics.split("func: ").filter(|of_function| of_function.lines().next().unwrap_or("").contains(name));
    let bytes = |of_function: &str| {
        of_function.split_once("[binary-bytes] :")?.1.split_whitespace().next()?.parse::<usize>().ok()
    };
    functions.filter_map(bytes).sum()
}

/// The JavaScript, CSS and wasm in `folder` and the folders in it, by name.
fn code(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(code(&path)?);
        } else if path.extension().is_some_and(|kind| ["js", "css", "wasm"].iter().any(|code| kind == *code)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn row(name: &str, [raw, gzip, brotli]: [usize; 3]) {
    println!("{name:<40} {raw:>9} {gzip:>9} {brotli:>9}");
}

/// Raw, gzip level 9, brotli quality 11 with a window of 4 MiB.
fn sizes(file: &Path) -> Result<[usize; 3]> {
    let bytes = fs::read(file)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    brotli.write_all(&bytes)?;
    Ok([bytes.len(), gzip.finish()?.len(), brotli.into_inner().len()])
}

#[cfg(test)]
mod tests {
    use super::{SVD, bytes_of};

    #[test]
    fn the_bytes_of_a_module_are_those_of_its_functions() {
        let metrics = "Metrics\nglobal\n [funcs] : 3\nfunc: _ZN18lora_rank_explorer3svd5scale8exponent17h12E\n \
                       [binary-bytes] : 40 \n [total] : 9\nfunc: main\n [binary-bytes] : 7\n\
                       func: _RNvNtNtCs1_18lora_rank_explorer3svd4dqds3run\n [binary-bytes] : 2 \n";
        assert_eq!(bytes_of(SVD, metrics), 42);
    }
}
