//! `cargo xtask demo`: serves an example on 127.0.0.1.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderValue, header};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::build::build;
use crate::command::shell;
use crate::examples::SERVER;
use crate::ssr_server;

const FIRST_PORT: u16 = 8080;

/// Builds the example `name`, prints its URL and serves it until the process ends.
pub fn demo(name: &str, open: bool) -> Result<()> {
    if name == SERVER {
        let server = ssr_server::Built::new()?;
        let address = next_free(FIRST_PORT)?.local_addr()?;
        announce(address, open);
        return Ok(server.command(&shell()?, &address.to_string()).ignore_stdout().run()?);
    }
    let folder = build(name)?;
    let listener = next_free(FIRST_PORT)?;
    announce(listener.local_addr()?, open);
    serve(listener, Router::new().fallback_service(ServeDir::new(folder)))
}

fn announce(address: SocketAddr, open: bool) {
    let url = format!("http://{address}/");
    println!("xtask: {url} (Ctrl-C stops it)");
    if open {
        open_in_browser(&url);
    }
}

/// Serves `folder` on a free port in the background, until the process ends. Returns the URL.
pub fn in_background(folder: &Path) -> Result<String> {
    spawn(Router::new().fallback_service(ServeDir::new(folder)))
}

/// Serves `app` on a free port in the background, until the process ends. Returns the URL.
pub fn spawn(app: Router) -> Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}/", listener.local_addr()?);
    std::thread::spawn(move || serve(listener, app));
    Ok(url)
}

fn serve(listener: TcpListener, app: Router) -> Result<()> {
    // A rebuilt page must never load cached files of the last build.
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
        println!("xtask: could not open a browser; open the URL yourself");
    }
}

#[cfg(test)]
mod tests {
    use super::next_free;

    #[test]
    fn a_port_in_use_is_skipped() {
        let first = next_free(18_080).expect("a port");
        let second = next_free(18_080).expect("another port");
        let ports = (first.local_addr().expect("bound").port(), second.local_addr().expect("bound").port());
        assert!(ports.0 < ports.1 && first.local_addr().expect("bound").ip().is_loopback());
    }
}
