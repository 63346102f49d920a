//! A proxy between the browser and the pages under test. It lets tests record the console and delay the wasm.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::Semaphore;

use crate::dev_server;

/// Records the console: not every driver reads it, and only Chromium's does so from the first message on.
const CONSOLE_RECORDER: &str = include_str!("../../../tests/end_to_end/console.js");

#[derive(Clone)]
struct Watched {
    upstream: String,
    client: Client<HttpConnector, Body>,
    held: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
}

/// Starts a proxy for the server at `upstream`, a URL that ends in `/`. Returns the proxy's URL.
///
/// - It inserts the console recorder before the first script of each page.
/// - It holds the wasm of a page whose URL ends in `?hold=NAME` until `/let-go/NAME` is requested.
pub fn watched(upstream: &str) -> Result<String> {
    // A new connection for each request: the server closes idle ones, perhaps just when the next request is sent.
    let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
    let watched = Watched { upstream: upstream.trim_end_matches('/').to_owned(), client, held: Arc::default() };
    dev_server::spawn(
        Router::new()
            .route("/first.js", get(async || ([(header::CONTENT_TYPE, "text/javascript")], CONSOLE_RECORDER)))
            .route("/let-go/{name}", get(let_go))
            .fallback(pass_on)
            .with_state(watched),
    )
}

impl Watched {
    fn gate(&self, name: &str) -> Arc<Semaphore> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.entry(name.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(0))))
    }
}

async fn let_go(State(watched): State<Watched>, Path(name): Path<String>) {
    // Opens the gate for good: a browser may request the preload and the program separately.
    watched.gate(&name).add_permits(Semaphore::MAX_PERMITS >> 1);
}

async fn pass_on(State(watched): State<Watched>, mut request: Request) -> Result<Response, StatusCode> {
    if request.uri().path().ends_with(".wasm") {
        let page = request.headers().get(header::REFERER).and_then(|page| page.to_str().ok()).unwrap_or_default();
        if let Some((_, name)) = page.split_once("?hold=") {
            watched.gate(name).acquire_owned().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?.forget();
        }
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = format!("{}{path}", watched.upstream).parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    let response = watched.client.request(request).await.map_err(|_| StatusCode::BAD_GATEWAY)?.map(Body::new);
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return Ok(response);
    }
    let (mut head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    // The page is now longer and sent in one piece.
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::TRANSFER_ENCODING);
    // A separate file, since the page's policy blocks inline scripts.
    let page = String::from_utf8_lossy(&body).replacen("<head>", "<head><script src=\"/first.js\"></script>", 1);
    Ok(Response::from_parts(head, page.into()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use axum::response::Html;

    use super::*;

    #[test]
    fn the_recorder_comes_before_the_page_s_own_scripts_and_the_rest_is_passed_on() {
        // In chunks, as Leptos sends it.
        let pieces = || ["<html><head><script>", "</script>"].map(Ok::<_, std::convert::Infallible>);
        let page = async move || Html(Body::from_stream(futures_util::stream::iter(pieces())));
        let app = Router::new().route("/", get(page)).route("/file", get(async || "<head>"));
        let url = watched(&dev_server::spawn(app).expect("a server")).expect("another before it");
        let ask = |path: &str| {
            let address = url.trim_start_matches("http://").trim_end_matches('/');
            let mut connection = TcpStream::connect(address).expect("a connection");
            write!(connection, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("asked");
            let mut answer = String::new();
            connection.read_to_string(&mut answer).expect("an answer");
            answer
        };
        let page = ask("/");
        assert!(page.contains("<head><script src=\"/first.js\"></script><script>"), "{page}");
        assert!(ask("/file").ends_with("<head>"));
        assert!(ask("/first.js").contains("console"));
    }
}
