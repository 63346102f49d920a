//! Accepts connections and answers their requests within [`Limits`]. `axum::serve` has none: a visitor who sends half a request keeps
//! a connection for ever, and the server from stopping.
#![cfg(feature = "ssr")]

use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::Limits;

/// Serves `app` on `listener` until `stop` ends. Then accepts no more connections, closes the idle ones, and returns when the requests
/// that are being answered are done, or after [`Limits::drain_timeout`].
pub async fn serve(mut listener: TcpListener, app: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let app = app
        .layer(RequestBodyLimitLayer::new(limits.max_body_bytes))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits.request_timeout));
    let free = Arc::new(Semaphore::new(limits.max_connections as usize));
    let (stopping, stopped) = watch::channel(());
    let accept = async {
        while let Ok(permit) = Arc::clone(&free).acquire_owned().await {
            // Tries again after errors.
            let (stream, _) = Listener::accept(&mut listener).await;
            let limits = Limits { header_timeout: limits.header_timeout(free.available_permits()), ..limits };
            let connection = connection(stream, app.clone(), limits, stopped.clone());
            tokio::spawn(async move {
                connection.await;
                drop(permit);
            });
        }
    };
    tokio::select! {
        () = accept => {}
        () = stop => {}
    }
    drop((listener, stopping));
    // When all are free, every connection has ended.
    let _ = free.acquire_many(limits.max_connections).await;
}

/// Answers the requests of one connection. How it ends concerns the visitor alone.
async fn connection(stream: TcpStream, app: Router, limits: Limits, mut stopped: watch::Receiver<()>) {
    // Otherwise the system keeps the second part of a short answer for 40 ms, until the first has been acknowledged.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write_timeout));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_timeout)
            .max_buf_size(limits.max_header_bytes)
            .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(app))
    );
    tokio::select! {
        _ = connection.as_mut() => return,
        () = sleep(limits.max_lifetime) => {}
        // The sender is gone.
        _ = stopped.changed() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.drain_timeout, connection).await;
}
