//! The server example under load, whether its responses repeat byte for byte, and what they say: `cargo xtask test load`.
//!
//! Requests go directly to the server, which runs on this machine. Their number is bounded: 20,000 over 64 connections.

mod process;
mod responses;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use end_to_end::variable;
use process::Process;
use reqwest::Client;

const REQUESTS: usize = 20_000;
const WARM_UP: usize = 1_000;
const CONNECTIONS: usize = 64;
/// The pages without `Suspense`, whose contents are streamed in the order in which they resolve.
const PATHS: [&str; 2] = ["", "islands"];

/// The URL and the process of each server.
fn servers() -> Vec<(String, Process)> {
    let servers = variable("SERVERS");
    let server = |server: &str| {
        let (url, id) = server.split_once(' ').expect("a URL and a process");
        (url.to_owned(), Process(id.parse().expect("a process id")))
    };
    servers.lines().map(server).collect()
}

/// The policy and the HTML of a page, without the nonce, which must differ between responses.
async fn page(client: &Client, url: &str) -> (String, String) {
    let response = client.get(url).send().await.expect("a response");
    assert!(response.status().is_success(), "{url}: {}", response.status());
    let policy =
        response.headers().get("content-security-policy").expect("a policy").to_str().expect("text").to_owned();
    let html = response.text().await.expect("a page");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned();
    assert!(nonce.len() >= 16 && html.contains(&nonce), "the page's scripts carry the nonce {nonce}");
    (policy.replace(&nonce, "…"), html.replace(&nonce, "…"))
}

#[tokio::test]
async fn repeated_requests_and_both_processes_return_the_same_bytes() {
    let (client, servers) = (Client::new(), servers());
    assert_eq!(servers.len(), 2);
    for path in PATHS {
        let first = page(&client, &format!("{}{path}", servers[0].0)).await;
        assert!(first.1.matches("data-lora-rank-explorer").count() >= 3);
        for (url, _) in [&servers[0], &servers[1], &servers[1]] {
            assert_eq!(page(&client, &format!("{url}{path}")).await, first, "{url}{path}");
        }
    }
}

#[tokio::test]
async fn the_policy_allows_nothing_inline_without_the_nonce() {
    for path in PATHS {
        let (policy, html) = page(&Client::new(), &format!("{}{path}", servers()[0].0)).await;
        assert_eq!(
            policy,
            "default-src 'self'; script-src 'self' 'nonce-…' 'wasm-unsafe-eval'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        assert!(!html.contains(" style=") && !html.contains("<style"));
    }
}

#[tokio::test]
async fn twenty_thousand_requests_cause_no_error_and_leak_no_memory() {
    let (url, process) = servers().swap_remove(0);
    let client = Client::new();
    send(&client, &url, WARM_UP).await;
    let (memory, cpu, start) = (process.memory(), process.cpu_seconds(), Instant::now());
    let bytes = send(&client, &url, REQUESTS - WARM_UP).await;
    let seconds = start.elapsed().as_secs_f64();

    let sent = (REQUESTS - WARM_UP) as f64;
    println!("{REQUESTS} requests over {CONNECTIONS} connections, after the first {WARM_UP}:");
    println!("{:>10.0} requests/s, {:.1} kB each", sent / seconds, bytes as f64 / sent / 1e3);
    let (Some(before), Some(after), Some(cpu_before), Some(cpu_after)) =
        (memory, process.memory(), cpu, process.cpu_seconds())
    else {
        return println!("this system does not report another process's memory: not checked");
    };
    println!("{:>10.3} ms of CPU per response", (cpu_after - cpu_before) / sent * 1e3);
    println!("{:>10} kB at the start, {} kB at the end", before / 1000, after / 1000);
    let grown = after.saturating_sub(before);
    assert!(grown < 100 * (REQUESTS - WARM_UP), "{grown} bytes more: responses leak memory");
}

/// Requests `count` pages and returns the number of bytes received.
async fn send(client: &Client, url: &str, count: usize) -> usize {
    let next = Arc::new(AtomicUsize::new(0));
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (client, next, url) = (client.clone(), Arc::clone(&next), url.to_owned());
            tokio::spawn(async move {
                let mut bytes = 0;
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return bytes;
                    }
                    let url = format!("{url}{}", PATHS[number % 2]);
                    let response = client.get(url).send().await.expect("a response");
                    assert!(response.status().is_success(), "request {number}: {}", response.status());
                    let page = response.bytes().await.expect("a page");
                    // The scripts for hydration follow the document.
                    assert!(page.ends_with(b"__INCOMPLETE_CHUNKS=[];</script>"), "request {number} is cut off");
                    bytes += page.len();
                }
            })
        })
        .collect();
    let mut bytes = 0;
    for connection in connections {
        bytes += connection.await.expect("every request is answered");
    }
    bytes
}
