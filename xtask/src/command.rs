//! Runs other programs. Errors name the program, and no process is left behind.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs `command` to its end and shows its output.
pub fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command.status().with_context(|| format!("{name} cannot be started"))?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

/// Runs `command` to its end and returns what it printed, without the last line break.
pub fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("{name} cannot be started"))?;
    if !output.status.success() {
        bail!("{name} failed ({})", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// Runs `command` to its end, shows its output and passes every line to `line` as it is printed.
pub fn run_reading(command: &mut Command, mut line: impl FnMut(&str)) -> Result<()> {
    let name = name(command);
    let (mut running, output) = Running::start_reading(command)?;
    for text in BufReader::new(output).lines() {
        let text = text.with_context(|| format!("{name} printed something that is not text"))?;
        println!("{text}");
        line(&text);
    }
    let status = running.0.wait()?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

/// The path of `program`, looked up in `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = [program.to_owned(), format!("{program}.exe"), format!("{program}.cmd")];
    std::env::split_paths(&path)
        .flat_map(|folder| names.clone().map(|name| folder.join(name)))
        .find(|file| file.is_file())
}

/// A process that is killed when this value is dropped.
pub struct Running(Child);

impl Running {
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = name(command);
        Ok(Self(command.spawn().with_context(|| format!("{name} cannot be started"))?))
    }

    /// Starts `command` and returns its output stream.
    fn start_reading(command: &mut Command) -> Result<(Self, ChildStdout)> {
        let name = name(command);
        let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("{name} cannot be started"))?;
        let output = child.stdout.take().with_context(|| format!("{name} has no output"))?;
        Ok((Self(child), output))
    }

    /// Starts `command`, waits for the first line that it prints, and returns that line.
    pub fn start_announcing(command: &mut Command) -> Result<(Self, String)> {
        let name = name(command);
        let (running, output) = Self::start_reading(command)?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.is_empty() {
            bail!("{name} printed nothing");
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

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let first = command.get_args().next().unwrap_or(OsStr::new(""));
    format!("`{} {}`", program.display(), first.display())
}
