//! What the server says about its responses, and which files it has.

use std::io::{Read, Write};
use std::net::TcpStream;

use reqwest::Client;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap};

use super::servers;

const PAGES: [&str; 4] = ["", "fetched", "islands", "fetched-island"];
const FILES: [&str; 3] = ["pkg/hydrate_bg.wasm", "pkg/hydrate.js", "lora-rank-explorer.css"];

/// The value of a header, or nothing.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

/// The headers of a response that is read to its end.
async fn headers(path: &str) -> HeaderMap {
    let response = Client::new().get(format!("{}{path}", servers()[0].0)).send().await.expect("a response");
    let headers = response.headers().clone();
    response.bytes().await.expect("a body");
    headers
}

#[tokio::test]
async fn a_page_is_not_answered_from_a_cache_nor_framed_by_another_site() {
    for page in PAGES {
        let headers = headers(page).await;
        assert_eq!(value(&headers, "cache-control"), "private, no-cache", "/{page}");
        assert!(value(&headers, "content-security-policy").ends_with("; frame-ancestors 'none'"), "/{page}");
    }
}

#[tokio::test]
async fn no_response_may_be_taken_for_another_type() {
    for path in PAGES.into_iter().chain(FILES).chain(["no-such-file"]) {
        assert_eq!(value(&headers(path).await, "x-content-type-options"), "nosniff", "/{path}");
    }
}

#[tokio::test]
async fn files_are_compressed_for_those_who_accept_it() {
    for file in FILES {
        let mut lengths = Vec::new();
        for (accepted, encoding) in [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("identity", "")] {
            let request = Client::new().get(format!("{}{file}", servers()[0].0)).header(ACCEPT_ENCODING, accepted);
            let response = request.send().await.expect("a response");
            let headers = response.headers();
            assert_eq!(response.status(), 200);
            assert_eq!(value(headers, "content-encoding"), encoding, "{file}");
            assert_eq!(value(headers, "vary"), "accept-encoding", "{file}");
            assert_eq!(value(headers, "cache-control"), "no-cache", "{file}");
            lengths.push(response.bytes().await.expect("a file").len());
        }
        assert!(lengths.is_sorted() && lengths[1] * 2 < lengths[2], "{file}: {lengths:?}");
    }
}

#[test]
fn a_path_that_no_file_can_have_is_refused_without_an_internal_error() {
    let (url, _) = servers().swap_remove(0);
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let long = ["x".repeat(300), "x".repeat(5_000), "x/".repeat(10_000), "x".repeat(60_000), "x".repeat(70_000)];
    let odd = ["%00", "icon.svg%00", "%ff", "%", "%zz", "..%2f..%2fCargo.toml", "icon.svg/x", "pkg", "pkg/", "/pkg"];
    for path in long.iter().map(String::as_str).chain(odd) {
        // A client's library would change some of these.
        let mut connection = TcpStream::connect(address).expect("a connection");
        // The server may close the connection before it has everything.
        let _ = write!(connection, "GET /{path} HTTP/1.1\r\nhost: test\r\n\r\n");
        let mut status = [0; 12];
        connection.read_exact(&mut status).expect("a status");
        let status = str::from_utf8(&status).expect("text").trim_start_matches("HTTP/1.1 ");
        assert!(["400", "404", "414", "431"].contains(&status), "{status} for /{}", &path[..path.len().min(40)]);
    }
}
