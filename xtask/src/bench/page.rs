//! A page that measures in headless Chromium and sends what it found.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::routing::post;
use tower_http::services::ServeDir;

use crate::command::Running;
use crate::setup::{browser, remove};

/// Opens the `index.html` in `folder` in a browser of its own and returns the text that it posts to `/result`.
pub fn result(folder: &Path, patience: Duration) -> Result<String> {
    let browser = browser::set_up()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}/", listener.local_addr()?);
    let (send, receive) = mpsc::channel();
    let app = Router::new()
        .route("/result", post(move |text: String| async move { drop(send.send(text)) }))
        .fallback_service(ServeDir::new(folder));
    listener.set_nonblocking(true)?;
    std::thread::spawn(move || -> Result<()> {
        tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, app).await.context("the server stopped")
        })
    });
    let profile = folder.with_extension("profile");
    remove(&profile)?;
    let running = Running::start(
        Command::new(browser.program)
            .args(browser::arguments()?)
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(url)
            .stderr(std::process::Stdio::null()),
    )?;
    let text = receive.recv_timeout(patience).context("the page sent nothing");
    drop(running);
    // The browser's own processes may still write to it as they end; the next run removes it then.
    let _ = remove(&profile);
    text
}
