//! A virtual display, for the browser that has no headless mode.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::command::Running;

/// An X server without a screen. It ends when this value is dropped.
pub struct Display {
    name: String,
    _server: Running,
}

impl Display {
    pub fn start() -> Result<Self> {
        // With -displayfd the server chooses a free display number and prints it once it is ready.
        let (server, number) = Running::start_announcing(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
                .stderr(Stdio::null()),
        )?;
        match number.parse::<u32>() {
            Ok(number) => Ok(Self { name: format!(":{number}"), _server: server }),
            Err(_) => bail!("Xvfb did not start"),
        }
    }

    /// The value for `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }
}
