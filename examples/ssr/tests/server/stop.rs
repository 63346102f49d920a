//! How the server ends.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::sync::Semaphore;

use super::*;

#[test]
fn a_running_request_is_answered_and_all_else_is_closed() {
    let (begun, may_end) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let gate = (Arc::clone(&begun), Arc::clone(&may_end));
    let gated = async move || {
        gate.0.add_permits(1);
        let _ = gate.1.acquire().await;
        "gated"
    };
    let server = Server::start(Router::new().route("/", get("home")).route("/gated", get(gated)), LIMITS);
    let address = server.address;
    let running = requested(address, "/gated");
    let mut idle = requested(address, "/");
    read_until(&mut idle, "home");
    let unused = sent(address, "");
    Runtime::new().expect("a runtime").block_on(begun.acquire()).expect("the request has begun").forget();

    let ended = server.stop();
    assert_eq!(rest(idle), "");
    cut(unused);
    assert!(TcpStream::connect(address).is_err(), "new connections are refused");
    assert!(ended.try_recv().is_err(), "the server waits for the running request");
    may_end.add_permits(1);
    let answer = rest(running);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("gated"), "{answer}");
    ended.recv_timeout(PATIENCE).expect("the server ends");
}

#[test]
fn a_request_that_does_not_end_is_cut_off() {
    let begun = Arc::new(Semaphore::new(0));
    let says_so = Arc::clone(&begun);
    let never = async move || {
        says_so.add_permits(1);
        std::future::pending::<()>().await;
    };
    let server = Server::start(Router::new().route("/", get(never)), Limits { drain_timeout: SHORT, ..LIMITS });
    let running = requested(server.address, "/");
    let half = sent(server.address, "GET / HT");
    Runtime::new().expect("a runtime").block_on(begun.acquire()).expect("the request has begun").forget();
    server.stop().recv_timeout(PATIENCE).expect("the server ends");
    cut(running);
    cut(half);
}
