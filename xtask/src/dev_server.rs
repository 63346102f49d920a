//! `cargo xtask demo`: serves an example on 127.0.0.1.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderValue, header};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::build::build;
use crate::command::shell;
use crate::examples::SERVER;
use crate::ssr_server;

/// Builds the example `name`, prints its URL and serves it until the process ends.
pub fn demo(name: &str) -> Result<()> {
    let announce = |address: SocketAddr| println!("xtask: http://{address}/ (Ctrl-C stops it)");
    if name == SERVER {
        let server = ssr_server::Built::new(ssr_server::FAST)?;
        let address = free_port()?.local_addr()?;
        announce(address);
        return Ok(server.command(&shell()?, &address.to_string()).ignore_stdout().run()?);
    }
    let folder = build(name)?;
    let listener = free_port()?;
    announce(listener.local_addr()?);
    serve(listener, Router::new().fallback_service(ServeDir::new(folder)))
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

/// Port 8080, or any other where that one is in use.
fn free_port() -> Result<TcpListener> {
    let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    listen(8080).or_else(|_| listen(0)).context("no free port")
}

#[cfg(test)]
mod tests {
    use super::free_port;

    #[test]
    fn a_port_in_use_is_skipped() {
        let (first, second) = (free_port().expect("a port"), free_port().expect("another port"));
        let (first, second) = (first.local_addr().expect("bound"), second.local_addr().expect("bound"));
        assert!(first.port() != second.port() && first.ip().is_loopback());
    }
}
