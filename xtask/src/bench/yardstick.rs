//! The yardstick, `benches/react`: the same component in React 19 with motion 14, and the script that measures both pages alike.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command::{cmd, find, shell_in};
use crate::root;
use crate::setup::{engine, node};

/// The installed and built yardstick.
pub struct Yardstick {
    folder: PathBuf,
    chromium: PathBuf,
}

impl Yardstick {
    pub fn set_up() -> Result<Self> {
        let folder = root().join("benches/react");
        node::modules("benches/react", "build the component in React")?;
        let (sh, npm) = (shell_in(&folder)?, find("npm").context("the yardstick needs Node with npm")?);
        let chromium = engine::chromium()?;
        cmd!(sh, "{npm} run --silent build").ignore_stdout().run()?;
        Ok(Self { folder, chromium })
    }

    /// The folder with the yardstick's own pages.
    pub fn pages(&self) -> PathBuf {
        self.folder.join("dist")
    }

    /// Measures one `section` of the pages at `url` that `NAME.config.json` describes. Returns the script's output.
    pub fn measure(&self, name: &str, url: &str, section: &str) -> Result<Value> {
        let work = root().join("target/bench");
        fs::create_dir_all(&work)?;
        let found = work.join(format!("{name}-{section}.json"));
        let sh = shell_in(&self.folder)?;
        let page = ["--config", &format!("{name}.config.json"), "--url", url, "--only", section];
        cmd!(sh, "node measure.mjs {page...} --repeats 1 --loads 10 --out {found}")
            .env("CHROMIUM", &self.chromium)
            .ignore_stdout()
            .run()?;
        let text = fs::read_to_string(&found)?;
        let mut all: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", found.display()))?;
        Ok(all[section].take())
    }
}
