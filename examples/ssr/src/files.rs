//! The static files.
#![cfg(feature = "ssr")]

use std::io::ErrorKind;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Serves the files in `folder`, compressed where `NAME.br` or `NAME.gz` lies beside `NAME`: `cargo xtask build` writes them, and
/// `cargo leptos build --precompress`. The pages are not compressed, since their parts are sent as they are rendered.
pub fn files(folder: &str) -> Router {
    let folder = ServeDir::new(folder).precompressed_br().precompressed_gzip().append_index_html_on_directories(false);
    let header = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .fallback(async move |request: Request| respond(folder.clone(), request).await)
        // The next build's files have the same names: a browser asks whether they have changed.
        .layer(header(header::CACHE_CONTROL, "no-cache"))
        .layer(header(header::VARY, "accept-encoding"))
}

async fn respond(mut folder: ServeDir, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    match folder.try_call(request).await {
        Ok(response) => response.into_response(),
        // No file can have such a name: it is too long, or has a zero byte.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidFilename | ErrorKind::InvalidInput) => {
            StatusCode::NOT_FOUND.into_response()
        }
        Err(error) => {
            eprintln!("{path} cannot be read: {error}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
