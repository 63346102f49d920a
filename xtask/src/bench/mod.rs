//! `cargo xtask bench NAME`: measurements, never tests: a slow machine fails nothing.

mod page;
mod svd;

use anyhow::{Result, bail};

/// Runs the benchmark named and prints its tables.
pub fn bench(names: &[&str]) -> Result<()> {
    match names {
        ["svd"] => svd::bench(),
        _ => bail!("there is no benchmark `{}`; there are: svd", names.join(" ")),
    }
}
