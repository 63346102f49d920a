//! The yardstick, `benches/react`: the same component in React 19 with motion 14, and the script that measures both pages alike.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command::{find, run};
use crate::root;
use crate::setup::engine::Engine;

/// The installed and built yardstick.
pub struct Yardstick {
    folder: PathBuf,
}

impl Yardstick {
    pub fn set_up() -> Result<Self> {
        let folder = root().join("benches/react");
        let npm = find("npm").context("the yardstick needs Node with npm")?;
        let npm = |words: &[&str]| run(Command::new(&npm).args(words).current_dir(&folder).stdout(Stdio::null()));
        Engine::Chromium.set_up()?;
        let written = |file: &str| -> Option<SystemTime> { fs::metadata(folder.join(file)).ok()?.modified().ok() };
        if written("node_modules/.package-lock.json") < written("package-lock.json") {
            println!("xtask: installing the yardstick's packages from npm");
            npm(&["ci", "--silent"])?;
        }
        println!("xtask: building the yardstick");
        npm(&["run", "--silent", "build"])?;
        Ok(Self { folder })
    }

    /// The folder with the yardstick's own pages.
    pub fn pages(&self) -> PathBuf {
        self.folder.join("dist")
    }

    /// Measures one `section` of the pages at `url` that `NAME.config.json` describes. Returns the script's output.
    pub fn measure(&self, name: &str, url: &str, section: &str, options: &[&str]) -> Result<Value> {
        let work = root().join("target/bench");
        fs::create_dir_all(&work)?;
        let found = work.join(format!("{name}-{section}.json"));
        println!("xtask: measuring {section} of {name}");
        run(Command::new("node")
            .arg(self.folder.join("measure.mjs"))
            .args(["--url", url, "--only", section])
            .args(options)
            .arg("--config")
            .arg(self.folder.join(format!("{name}.config.json")))
            .arg("--out")
            .arg(&found)
            .env("CHROMIUM", Engine::Chromium.program().context("Chromium was not found")?)
            .stdout(Stdio::null()))?;
        let text = fs::read_to_string(&found)?;
        let mut all: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", found.display()))?;
        Ok(all[section].take())
    }
}
