//! `cargo xtask bench NAME`: measurements, not tests. They never fail because a machine is slow.

mod extract;
mod page;
mod svd;
mod view;
mod workbench;
mod yardstick;

use anyhow::{Result, bail};

use crate::ssr_server::{self, Built};
use crate::test::under_load;

/// Runs the benchmark that `names` asks for and prints its tables.
pub fn bench(names: &[&str], only: Option<&str>, before: Option<&str>) -> Result<()> {
    match names {
        ["view"] => view::view(only, before),
        _ if only.or(before).is_some() => bail!("only `bench view` takes options"),
        ["workbench"] => workbench::bench(),
        ["adapter-loaders"] => crate::adapter::loaders(),
        ["extract"] => extract::bench(),
        ["server"] => under_load(&Built::new(ssr_server::FAST)?),
        ["svd"] => svd::bench(),
        _ => bail!(
            "there is no benchmark `{}`; there are: adapter-loaders, extract, server, svd, view, workbench",
            names.join(" ")
        ),
    }
}
