//! Runs a page in headless Chromium and receives what it measured.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::routing::post;
use tower_http::services::ServeDir;

use crate::command::Running;
use crate::dev_server;
use crate::setup::engine::Engine;
use crate::setup::remove;

/// Opens `index.html` of `folder` in a new browser and returns the text that the page posts to `/result`.
pub fn result(folder: &Path, patience: Duration) -> Result<String> {
    let browser = Engine::Chromium.set_up()?;
    let (send, receive) = mpsc::channel();
    let app = Router::new()
        .route("/result", post(move |text: String| async move { drop(send.send(text)) }))
        .fallback_service(ServeDir::new(folder));
    let url = dev_server::spawn(app)?;
    let profile = folder.with_extension("profile");
    remove(&profile)?;
    let running = Running::start(
        Command::new(Engine::Chromium.program().context("Chromium was not found")?)
            .args(browser.arguments()?)
            // Without this, the heap's size is rounded and rarely updated.
            .arg("--enable-precise-memory-info")
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(url)
            .stderr(std::process::Stdio::null()),
    )?;
    let text = receive.recv_timeout(patience).context("the page sent nothing");
    drop(running);
    // The browser's processes may still be writing to it as they end. If so, the next run removes it.
    let _ = remove(&profile);
    text
}
