//! The server of `examples/ssr`: built, and started.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::build::build;
use crate::command::{Running, run};
use crate::root;

/// The example that is a server.
pub const NAME: &str = "ssr";

/// The programs that its pages load, each named as the feature that it needs.
pub const PROGRAMS: [&str; 2] = ["hydrate", "islands"];

/// The server, and the files for its pages.
pub struct Built {
    program: PathBuf,
    site: PathBuf,
}

impl Built {
    pub fn new() -> Result<Self> {
        let site = build(NAME)?;
        let target = root().join("target");
        run(Command::new("cargo")
            .args(["build", "--quiet", "--profile", "server", "--features", "ssr"])
            .current_dir(folder())
            .env("CARGO_TARGET_DIR", &target))?;
        Ok(Self { program: target.join("server").join(NAME), site })
    }

    /// How to start it on `address`. It prints its URL and runs until it is ended.
    pub fn command(&self, address: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.env("SITE", &self.site).env("ADDRESS", address);
        command
    }

    /// Starts it on any free port. Gives its URL.
    pub fn start(&self) -> Result<(Running, String)> {
        Running::start_announcing(&mut self.command("127.0.0.1:0"))
    }
}

/// The folder of its package.
pub fn folder() -> PathBuf {
    root().join("examples").join(NAME)
}
