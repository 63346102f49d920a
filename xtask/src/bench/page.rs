//! Runs a page in headless Chromium and receives what it measured.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::routing::post;
use engine::Engine;
use tower_http::services::ServeDir;

use crate::command::{Running, cmd, shell};
use crate::dev_server;
use crate::setup::engine::{Browser, chromium};
use crate::setup::remove;

/// Opens `index.html` of `folder` in a new browser and returns the text that the page posts to `/result`.
pub fn result(folder: &Path, patience: Duration) -> Result<String> {
    let (send, receive) = mpsc::channel();
    let app = Router::new()
        .route("/result", post(move |text: String| async move { drop(send.send(text)) }))
        .fallback_service(ServeDir::new(folder));
    let (sh, url, profile) = (shell()?, dev_server::spawn(app)?, folder.with_extension("profile"));
    remove(&profile)?;
    let (chromium, arguments) = (chromium()?, Browser::set_up(Engine::Chromium)?.arguments()?);
    // Without the precise information, the heap's size is rounded and rarely updated.
    let open = cmd!(sh, "{chromium} {arguments...} --enable-precise-memory-info --user-data-dir={profile} {url}");
    let (running, _output) = Running::start(open.ignore_stderr().into())?;
    let text = receive.recv_timeout(patience).context("the page sent nothing");
    drop(running);
    // The browser's processes may still be writing to it as they end. If so, the next run removes it.
    let _ = remove(&profile);
    text
}
