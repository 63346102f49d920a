//! Builds, starts and tests the server of `examples/ssr`.

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

use anyhow::Result;

use crate::build::{build, build_erased};
use crate::command::{Cmd, Running, Shell, cmd, shell, shell_in};
use crate::examples::{ERASE, SERVER, server_folder};
use crate::root;

/// The profile of cargo that tests use: most of its crates are compiled for other steps as well.
pub const DEVELOPMENT: &str = "dev";

/// The profile for those who answer many requests. All of its 300 crates are compiled for it alone.
pub const FAST: &str = "server";

/// The built server, and the files of its pages.
pub struct Built {
    program: PathBuf,
    site: PathBuf,
}

impl Built {
    /// Builds both halves at the same time: they share no folder. The server's with this profile.
    pub fn new(profile: &str) -> Result<Self> {
        thread::scope(|scope| {
            let site = scope.spawn(|| build(SERVER));
            let program = compile(profile)?;
            Ok(Self { site: site.join().unwrap_or_else(|panic| resume_unwind(panic))?, program })
        })
    }

    /// Both halves with erased components. They must match, since the HTML differs.
    pub fn erased() -> Result<Self> {
        Ok(Self { site: build_erased()?, program: compile_erased()? })
    }

    /// The command that starts it on `address`. It prints its URL and runs until it is killed.
    pub fn command<'a>(&self, sh: &'a Shell, address: &str) -> Cmd<'a> {
        sh.cmd(&self.program).env("SITE", &self.site).env("ADDRESS", address)
    }

    /// Starts it on a free port. Returns its URL.
    pub fn start(&self) -> Result<(Running, String)> {
        Running::start_announcing(self.command(&shell()?, "127.0.0.1:0"))
    }
}

/// Runs its own tests, which need no site and no browser.
pub fn test() -> Result<()> {
    let sh = shell_in(&server_folder())?;
    let tests = cmd!(sh, "cargo test -q -F ssr --test server");
    Ok(tests.env("CARGO_TARGET_DIR", root().join("target")).run()?)
}

/// Compiles the server's half. Returns the program's path.
fn compile(profile: &str) -> Result<PathBuf> {
    let (sh, target) = (shell_in(&server_folder())?, root().join("target"));
    cmd!(sh, "cargo build -q -F ssr --profile {profile}").env("CARGO_TARGET_DIR", &target).run()?;
    let folder = if profile == DEVELOPMENT { "debug" } else { profile };
    Ok(target.join(folder).join(SERVER))
}

/// Compiles the server's half with erased components. Returns the program's path.
fn compile_erased() -> Result<PathBuf> {
    let (sh, target) = (shell_in(&server_folder())?, root().join("target"));
    // Where a target is named, the flag does not reach macros and build scripts: they are those of all other steps.
    let host = cmd!(sh, "rustc --print host-tuple").quiet().read()?;
    let build = cmd!(sh, "cargo build -q -F ssr --target {host}").env("CARGO_TARGET_DIR", &target);
    build.env("RUSTFLAGS", ERASE).run()?;
    Ok(target.join(host).join("debug").join(SERVER))
}
