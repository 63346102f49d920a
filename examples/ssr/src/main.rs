//! The server: four pages and their static files.
//!
//! The variable `SITE` names the folder with the files (default `dist/ssr`), `ADDRESS` the address to listen on (default
//! 127.0.0.1:3000; port 0 takes any free port). The server prints its URL. Ctrl-C lets running requests end; a second one does not.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use app::{Limits, Page, document, files, serve};
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use leptos::prelude::*;
use leptos_axum::render_app_to_stream;
use tower_http::set_header::SetResponseHeaderLayer;

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The server cannot run: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let result = runtime.block_on(run());
    // Does not wait for what cannot be interrupted, as `#[tokio::main]` would: the reading of a file from a slow disk.
    runtime.shutdown_background();
    result
}

async fn run() -> Result<(), Box<dyn Error>> {
    // In apps with a router, `leptos_axum::generate_route_list` does this.
    any_spawner::Executor::init_tokio()?;
    let site = std::env::var("SITE").unwrap_or_else(|_| "dist/ssr".to_owned());
    if !Path::new(&site).is_dir() {
        return Err(format!(
            "there is no folder `{site}`; the variable SITE names the one that `cargo xtask build ssr` has built"
        )
        .into());
    }
    let address = std::env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let address: SocketAddr = address.parse().map_err(|_| {
        format!("the variable ADDRESS is `{address}`, and must be an IP address with a port, such as 127.0.0.1:3000")
    })?;
    let (limits, stop, stop_at_once) = (Limits::of_this_process()?, asked_to_stop(1)?, asked_to_stop(2)?);
    let listener = tokio::net::TcpListener::bind(address);
    let listener = listener.await.map_err(|error| format!("it cannot listen on {address}: {error}"))?;
    println!("http://{}/", listener.local_addr()?);

    let options = LeptosOptions::builder().output_name("hydrate").site_root(site.clone()).build();
    let page = |page| {
        let options = options.clone();
        get(render_app_to_stream(move || document(page, options.clone())))
    };
    let nosniff = HeaderValue::from_static("nosniff");
    let app = Router::new()
        .route("/", page(Page::Hydrated))
        .route("/fetched", page(Page::Fetched))
        .route("/islands", page(Page::Islands))
        .route("/fetched-island", page(Page::FetchedIsland))
        .fallback_service(files(&site))
        .layer(SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, nosniff));
    tokio::select! {
        () = serve(listener, app, limits, stop) => {}
        () = stop_at_once => {}
    }
    Ok(())
}

/// Listens for Ctrl-C, and for the signal by which systemd, Docker and Kubernetes stop a program. The future ends once that has happened
/// so many `times`.
#[cfg(unix)]
fn asked_to_stop(times: usize) -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        for _ in 0..times {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
    })
}

#[cfg(windows)]
fn asked_to_stop(times: usize) -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        for _ in 0..times {
            interrupt.recv().await;
        }
    })
}
