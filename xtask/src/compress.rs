//! Compresses files the way a server sends them: gzip level 9, and brotli quality 11 with a window of 4 MiB.

use std::ffi::OsString;
use std::fs;
use std::io::{Result, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    gzip.finish()
}

pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    brotli.write_all(bytes)?;
    Ok(brotli.into_inner())
}

/// Writes `NAME.br` and `NAME.gz` beside a file, unless they would be larger than it.
pub fn beside(file: &Path) -> Result<()> {
    let bytes = fs::read(file)?;
    for (extension, compressed) in [(".br", brotli(&bytes)?), (".gz", gzip(&bytes)?)] {
        if compressed.len() < bytes.len() {
            let mut name = OsString::from(file);
            name.push(extension);
            fs::write(name, compressed)?;
        }
    }
    Ok(())
}
