//! The self-contained module as an anywidget: a notebook in JupyterLab and an app of marimo, opened in Chromium.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::suites;
use crate::build::copy;
use crate::command::Running;
use crate::package::{STANDALONE, package};
use crate::root;
use crate::setup::{python, remove};

const NOTEBOOKS: &str = "tests/hosts/notebooks";

pub fn notebooks() -> Result<()> {
    let python = python::set_up(
        &format!("{NOTEBOOKS}/requirements.txt"),
        "show the explorer in JupyterLab and marimo (500 MB)",
    )?;
    let folder = root().join("target/notebooks");
    remove(&folder)?;
    copy(&root().join(NOTEBOOKS), &folder)?;
    fs::copy(package()?.join(STANDALONE), folder.join(STANDALONE))?;
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command.arg("-m").args(arguments).current_dir(&folder).stderr(Stdio::null());
        // The user's own settings have no part in this.
        command.env("JUPYTER_CONFIG_DIR", folder.join("config")).env("JUPYTER_DATA_DIR", folder.join("data"));
        command
    };
    let (port, other) = (free_port()?, free_port()?);
    let mut jupyter = command(&["jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]);
    jupyter.args(["--IdentityProvider.token=", "--expose-app-in-browser"]).arg(format!("--port={port}"));
    let mut marimo = command(&["marimo", "run", "marimo_app.py", "--headless", "--no-token", "--host", "127.0.0.1"]);
    marimo.arg(format!("--port={other}"));
    let _running = [start(jupyter, port)?, start(marimo, other)?];
    suites::notebooks(&format!("http://127.0.0.1:{port}/"), &format!("http://127.0.0.1:{other}/"))
}

/// Starts a server and waits until it answers on `port`.
fn start(command: Command, port: u16) -> Result<Running> {
    let name = command.get_args().nth(1).context("a module")?.display().to_string();
    let (running, mut output) = Running::start(command)?;
    // It would wait if nobody read what it prints.
    std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    let start = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        ensure!(start.elapsed() < Duration::from_secs(60), "{name} does not answer");
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(running)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
