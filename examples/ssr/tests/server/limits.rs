//! Each limit, with all others out of reach.

use std::convert::Infallible;
use std::io::{ErrorKind, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use hyper::body::Frame;

use super::*;

/// A body without an end.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 1 << 14])))))
    }
}

/// What a visitor can ask for.
fn app() -> Router {
    let slow = async || {
        tokio::time::sleep(3 * SHORT).await;
        "slow"
    };
    Router::new()
        .route("/", get("home"))
        .route("/slow", get(slow))
        .route("/never", get(std::future::pending::<()>))
        .route("/endless", get(async || Body::new(Endless)))
        .route("/echo", post(async |body: Bytes| body))
}

#[test]
fn a_visitor_who_does_not_finish_a_request_is_disconnected() {
    let server = Server::start(app(), Limits { header_timeout: SHORT, min_header_timeout: SHORT, ..LIMITS });
    let begun = ["", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nhost: test\r\n"];
    for connection in begun.map(|begun| sent(server.address, begun)) {
        assert!(!rest(connection).contains("home"));
    }
    let between_requests = rest(requested(server.address, "/"));
    assert!(between_requests.starts_with("HTTP/1.1 200") && between_requests.ends_with("home"), "{between_requests}");
}

#[test]
fn the_fewer_connections_are_free_the_shorter_is_the_wait_for_a_request() {
    let server = Server::start(app(), Limits { max_connections: 2, min_header_timeout: SHORT, ..LIMITS });
    // The first may take half of the time, the second only the least.
    let mut first = sent(server.address, "GET / HTTP/1.1\r\nhost: test\r\n");
    for _ in 0..3 {
        cut(sent(server.address, "GET / HT"));
    }
    first.write_all(b"\r\n").expect("the rest");
    read_until(&mut first, "home");
}

#[test]
fn a_request_in_pieces_is_answered() {
    let server = Server::start(app(), LIMITS);
    let mut connection = sent(server.address, "GET / HT");
    connection.write_all(b"TP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").expect("the rest");
    assert!(rest(connection).ends_with("home"));
}

#[test]
fn a_head_that_is_too_long_is_refused() {
    let server = Server::start(app(), LIMITS);
    let mut connection = sent(server.address, "GET / HTTP/1.1\r\nhost: test\r\nlong: ");
    // The server may close the connection before it has everything.
    let _ = connection.write_all(&vec![b'x'; LIMITS.max_header_bytes]);
    let mut status = [0; 12];
    connection.read_exact(&mut status).expect("a status");
    assert_eq!(&status, b"HTTP/1.1 431");
    cut(connection);
}

#[test]
fn a_body_that_does_not_arrive_and_an_answer_that_does_not_begin_end_in_503() {
    let server = Server::start(app(), Limits { request_timeout: SHORT, ..LIMITS });
    let half = "POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nhalf";
    let half = rest(sent(server.address, half));
    assert!(half.starts_with("HTTP/1.1 503"), "{half}");
    let never = answer(server.address, "/never");
    assert!(never.starts_with("HTTP/1.1 503"), "{never}");
}

#[test]
fn a_body_that_nobody_reads_does_not_keep_the_connection() {
    let server = Server::start(app(), LIMITS);
    let half = rest(sent(server.address, "GET / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nhalf"));
    assert!(half.ends_with("home"), "{half}");
}

#[test]
fn a_body_is_echoed_up_to_the_limit_and_refused_above() {
    let server = Server::start(app(), LIMITS);
    for (length, status) in [(LIMITS.max_body_bytes, "200"), (LIMITS.max_body_bytes + 1, "413")] {
        let head =
            format!("POST /echo HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        let answer = rest(sent(server.address, &(head + &"x".repeat(length))));
        assert_eq!(&answer[9..12], status, "{answer}");
    }
    // In one chunk, without saying how long it is.
    let length = LIMITS.max_body_bytes + 1;
    let head = "POST /echo HTTP/1.1\r\nhost: test\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("{length:x}\r\n{}\r\n0\r\n\r\n", "x".repeat(length));
    let answer = rest(sent(server.address, &format!("{head}{chunk}")));
    assert_eq!(&answer[9..12], "413", "{answer}");
}

#[test]
fn a_visitor_who_reads_nothing_is_disconnected() {
    let server = Server::start(app(), Limits { max_connections: 1, write_timeout: SHORT, ..LIMITS });
    let reads_nothing = requested(server.address, "/endless");
    // There is one connection only.
    assert!(answer(server.address, "/").ends_with("home"));
    drop(reads_nothing);
}

#[test]
fn no_connection_lives_longer_than_allowed() {
    let server = Server::start(app(), Limits { max_lifetime: SHORT, drain_timeout: SHORT, ..LIMITS });
    // Idle, with half a request, and with an answer that goes on for ever.
    assert!(rest(requested(server.address, "/")).ends_with("home"));
    cut(sent(server.address, "GET / HT"));
    cut(requested(server.address, "/endless"));
}

#[test]
fn the_answer_that_is_being_sent_at_the_end_of_a_connection_is_completed() {
    let server = Server::start(app(), Limits { max_lifetime: SHORT, ..LIMITS });
    assert!(rest(requested(server.address, "/slow")).ends_with("slow"));
}

#[test]
fn visitors_above_the_limit_wait_for_their_turn() {
    let server = Server::start(app(), Limits { max_connections: 2, ..LIMITS });
    let mut open = [requested(server.address, "/"), requested(server.address, "/")];
    for connection in &mut open {
        read_until(connection, "home");
    }
    let mut waits = requested(server.address, "/");
    waits.set_read_timeout(Some(SHORT)).expect("a limit");
    let early = waits.read(&mut [0]).map_err(|error| error.kind());
    assert!(matches!(early, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "{early:?}");
    waits.set_read_timeout(Some(PATIENCE)).expect("a limit");
    let [first, _second] = open;
    drop(first);
    read_until(&mut waits, "home");
}

#[test]
fn a_handler_that_panics_gives_its_connection_back() {
    let panics = async || -> &'static str { panic!("for the test") };
    let server = Server::start(app().route("/panics", get(panics)), Limits { max_connections: 1, ..LIMITS });
    assert_eq!(answer(server.address, "/panics"), "");
    assert!(answer(server.address, "/").ends_with("home"));
}
