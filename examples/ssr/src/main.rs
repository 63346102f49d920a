//! The server: four pages and their static files.
//!
//! The variable `SITE` names the folder with the files (default `dist/ssr`), `ADDRESS` the address to listen on (default
//! 127.0.0.1:3000; port 0 takes any free port). The server prints its URL.

use std::error::Error;
use std::net::SocketAddr;

use app::{Page, document};
use axum::Router;
use axum::routing::get;
use leptos::prelude::*;
use leptos_axum::render_app_to_stream;
use tower_http::services::ServeDir;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // In apps with a router, `leptos_axum::generate_route_list` does this.
    any_spawner::Executor::init_tokio()?;
    let site = std::env::var("SITE").unwrap_or_else(|_| "dist/ssr".to_owned());
    let address: SocketAddr = std::env::var("ADDRESS").as_deref().unwrap_or("127.0.0.1:3000").parse()?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/", listener.local_addr()?);

    let options = LeptosOptions::builder().output_name("hydrate").site_root(site.clone()).build();
    let page = |page| {
        let options = options.clone();
        get(render_app_to_stream(move || document(page, options.clone())))
    };
    let app = Router::new()
        .route("/", page(Page::Hydrated))
        .route("/fetched", page(Page::Fetched))
        .route("/islands", page(Page::Islands))
        .route("/fetched-island", page(Page::FetchedIsland))
        .fallback_service(ServeDir::new(site));
    axum::serve(listener, app).with_graceful_shutdown(stop()).await?;
    Ok(())
}

async fn stop() {
    // If Ctrl-C cannot be handled, it just ends the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
