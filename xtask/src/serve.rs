//! `cargo xtask demo`: static files on 127.0.0.1.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Html;
use axum::routing::get;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

const FIRST_PORT: u16 = 8080;

/// Serves `folder` until the process ends, and says where.
pub fn demo(folder: &Path, open: bool) -> Result<()> {
    let listener = next_free(FIRST_PORT)?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("xtask: {url} (Ctrl-C ends it)");
    if open {
        open_in_browser(&url);
    }
    serve(listener, Router::new().fallback_service(ServeDir::new(folder)))
}

/// Serves `folder` on any free port in the background, as long as the process runs, with `script` before the page's first
/// own one. Returns the URL.
pub fn in_background(folder: &Path, script: &'static str) -> Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}/", listener.local_addr()?);
    let page = std::fs::read_to_string(folder.join("index.html")).context("there is no page")?;
    // A file of its own, since the page's policy blocks what is written into the page.
    let page = page.replacen("<head>", "<head><script src=\"/first.js\"></script>", 1);
    let app = Router::new()
        .route("/", get(|| async { Html(page) }))
        .route("/first.js", get(async move || ([(header::CONTENT_TYPE, "text/javascript")], script)))
        .fallback_service(ServeDir::new(folder));
    std::thread::spawn(move || serve(listener, app));
    Ok(url)
}

fn serve(listener: TcpListener, app: Router) -> Result<()> {
    // A rebuilt page must never meet the last build's files.
    let no_store = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let app = app.layer(no_store);
    listener.set_nonblocking(true)?;
    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, app).await.context("the server stopped")
    })
}

fn next_free(first: u16) -> Result<TcpListener> {
    (first..first + 100)
        .find_map(|port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).ok())
        .with_context(|| format!("no free port from {first} to {}", first + 99))
}

fn open_in_browser(url: &str) {
    let (program, first): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/c", "start"]),
        _ => ("xdg-open", &[]),
    };
    if Command::new(program).args(first).arg(url).spawn().is_err() {
        println!("xtask: no browser could be opened; the page is there all the same");
    }
}

#[cfg(test)]
mod tests {
    use super::next_free;

    #[test]
    fn a_taken_port_is_passed_over() {
        let first = next_free(18_080).expect("a port");
        let second = next_free(18_080).expect("another port");
        let ports = (first.local_addr().expect("bound").port(), second.local_addr().expect("bound").port());
        assert!(ports.0 < ports.1 && first.local_addr().expect("bound").ip().is_loopback());
    }
}
