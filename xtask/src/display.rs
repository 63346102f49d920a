//! A virtual display, for the browser that has no headless mode.

use anyhow::{Result, bail};

use crate::command::{Running, cmd, shell};

/// An X server without a screen. It ends when this value is dropped.
pub struct Display {
    pub name: String,
    _server: Running,
}

impl Display {
    pub fn start() -> Result<Self> {
        // With -displayfd the server chooses a free display number and prints it once it is ready. Without a window manager, the
        // window under the pointer has the focus, and the pointer stays in the middle: of a screen so small that each window,
        // which may be larger, lies there.
        let sh = shell()?;
        let server = cmd!(sh, "Xvfb -displayfd 1 -screen 0 640x480x24 -nolisten tcp").ignore_stderr();
        match Running::start_announcing(server)? {
            (server, number) if number.parse::<u32>().is_ok() => {
                Ok(Self { name: format!(":{number}"), _server: server })
            }
            _ => bail!("Xvfb did not start"),
        }
    }
}
