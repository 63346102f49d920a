//! `cargo xtask bench NAME`: measurements, not tests. They never fail because a machine is slow.

mod adapter;
mod loaders;
mod page;
mod svd;
mod view;
mod yardstick;

use std::collections::HashMap;

use anyhow::{Result, bail};

/// Runs the benchmark that `names` asks for and prints its tables.
pub fn bench(names: &[&str], options: &HashMap<&str, String>) -> Result<()> {
    match names {
        ["view"] => view::view(options),
        _ if !options.is_empty() => bail!("only `bench view` takes options"),
        ["adapter"] => adapter::bench(),
        ["adapter-loaders"] => loaders::bench(),
        ["svd"] => svd::bench(),
        _ => bail!("there is no benchmark `{}`; there are: adapter, adapter-loaders, svd, view", names.join(" ")),
    }
}
