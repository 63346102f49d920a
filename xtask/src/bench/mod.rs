//! `cargo xtask bench NAME`: measurements, not tests. They never fail because a machine is slow.

mod adapter;
mod loaders;
mod page;
mod svd;
mod view;
mod yardstick;

use anyhow::{Result, bail};

/// Runs the benchmark that `words` names and prints its tables.
pub fn bench(words: &[&str]) -> Result<()> {
    match words {
        ["adapter"] => adapter::bench(),
        ["adapter-loaders"] => loaders::bench(),
        ["svd"] => svd::bench(),
        ["view", options @ ..] => view::view(options),
        _ => bail!("there is no benchmark `{}`; there are: adapter, adapter-loaders, svd, view", words.join(" ")),
    }
}
