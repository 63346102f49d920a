//! Runs other programs, through xshell. Servers end when they are no longer needed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
pub use xshell::{Cmd, Shell, cmd};

use crate::root;

/// A shell in the root of the checkout.
pub fn shell() -> Result<Shell> {
    shell_in(&root())
}

pub fn shell_in(folder: &Path) -> Result<Shell> {
    let shell = Shell::new()?;
    shell.change_dir(folder);
    // A panic names its line. A backtrace of asynchronous tests is pages long and hides the messages of other steps.
    shell.set_var("RUST_BACKTRACE", "0");
    Ok(shell)
}

/// The path of `program`, looked up in `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    which::which(program).ok()
}

/// Runs `command` to its end, shows its output and passes every line to `line` as it is printed.
pub fn run_reading(command: Cmd, mut line: impl FnMut(&str)) -> Result<()> {
    let name = command.to_string();
    let (mut running, output) = Running::start(command.into())?;
    for text in BufReader::new(output).lines() {
        let text = text.with_context(|| format!("`{name}` printed something that is not text"))?;
        println!("{text}");
        line(&text);
    }
    let status = running.0.wait()?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

/// A process that is killed when this value is dropped.
pub struct Running(Child);

impl Running {
    /// Starts `command` and returns its output stream.
    pub fn start(mut command: Command) -> Result<(Self, ChildStdout)> {
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.with_context(|| format!("{} cannot be started", command.get_program().display()))?;
        let output = child.stdout.take().context("a process without an output")?;
        Ok((Self(child), output))
    }

    /// Starts `command`, waits for the first line that it prints, and returns that line.
    pub fn start_announcing(command: Cmd) -> Result<(Self, String)> {
        let name = command.to_string();
        let (running, output) = Self::start(command.into())?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.is_empty() {
            bail!("`{name}` printed nothing");
        }
        Ok((running, line.trim().to_owned()))
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Errors only mean that it has already ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
