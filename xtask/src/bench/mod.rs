//! `cargo xtask bench`: how long things take. Never part of the tests.

mod view;
mod yardstick;

use anyhow::{Result, bail};

/// Runs the benchmark that `words` names.
pub fn bench(words: &[&str]) -> Result<()> {
    match words {
        ["view", options @ ..] => view::view(options),
        _ => bail!("there is no benchmark `{}`; there is: view", words.join(" ")),
    }
}
