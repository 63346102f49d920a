//! A screen that nobody sees, for the browser that has no mode without a window.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::command::Running;

/// An X server without a screen. It ends with this value.
pub struct Display {
    name: String,
    _server: Running,
}

impl Display {
    pub fn start() -> Result<Self> {
        // With -displayfd the server chooses a free number, and says which once it answers.
        let (server, number) = Running::start_announcing(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
                .stderr(Stdio::null()),
        )?;
        match number.parse::<u32>() {
            Ok(number) => Ok(Self { name: format!(":{number}"), _server: server }),
            Err(_) => bail!("Xvfb does not start"),
        }
    }

    /// What `DISPLAY` has to be.
    pub fn name(&self) -> &str {
        &self.name
    }
}
