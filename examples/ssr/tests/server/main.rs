//! The server against visitors who keep it waiting, and when it is stopped: `cargo xtask test load`.
//!
//! A test fails if it waits for half a minute.

mod limits;
#[cfg(unix)]
mod process;
mod stop;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use app::{Limits, serve};
use axum::Router;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

const PATIENCE: Duration = Duration::from_secs(30);
/// A limit that a test is about.
const SHORT: Duration = Duration::from_millis(500);
/// A limit that a test is not about.
const NEVER: Duration = Duration::from_secs(3600);

const LIMITS: Limits = Limits {
    max_connections: 100,
    header_timeout: NEVER,
    min_header_timeout: NEVER,
    max_header_bytes: 16 << 10,
    request_timeout: NEVER,
    max_body_bytes: 1 << 10,
    write_timeout: NEVER,
    max_lifetime: NEVER,
    drain_timeout: NEVER,
};

/// A server in this process. It runs until [`stop`](Self::stop) is called or the tests end.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: Receiver<()>,
}

impl Server {
    fn start(app: Router, limits: Limits) -> Self {
        let (stop, stopping) = oneshot::channel();
        let (tell_address, address) = channel();
        let (tell_end, ended) = channel();
        thread::spawn(move || {
            let runtime = Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
                tell_address.send(listener.local_addr().expect("an address")).expect("the test waits");
                let stop = async {
                    // A test that ends without stopping the server leaves it running.
                    if stopping.await.is_err() {
                        std::future::pending().await
                    }
                };
                serve(listener, app, limits, stop).await;
            });
            let _ = tell_end.send(());
        });
        Self { address: address.recv().expect("an address"), stop, ended }
    }

    /// Stops the server. Returns what tells that it has ended.
    fn stop(self) -> Receiver<()> {
        self.stop.send(()).expect("the server runs");
        self.ended
    }
}

/// A connection to a server on which `text` was sent.
fn sent(address: SocketAddr, text: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).expect("a connection");
    connection.set_read_timeout(Some(PATIENCE)).expect("a limit");
    connection.write_all(text.as_bytes()).expect("it is sent");
    connection
}

/// A connection on which `path` was requested. It may be used again.
fn requested(address: SocketAddr, path: &str) -> TcpStream {
    sent(address, &format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n"))
}

/// What the server sends until it closes the connection.
fn rest(mut connection: TcpStream) -> String {
    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes).expect("the server closes the connection");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Like [`rest`] for a connection that the server may also reset, as it does where it has not read everything.
fn cut(mut connection: TcpStream) {
    let mut bytes = [0; 1 << 16];
    while match connection.read(&mut bytes) {
        Ok(count) => count > 0,
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => false,
        Err(error) => panic!("the server does not close the connection: {error}"),
    } {}
}

/// The answer to a request for `path` on a new connection.
fn answer(address: SocketAddr, path: &str) -> String {
    rest(sent(address, &format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")))
}

/// Reads an answer whose body is `end`, and leaves the connection open.
fn read_until(connection: &mut TcpStream, end: &str) {
    let (mut text, mut byte) = (String::new(), [0]);
    while !text.ends_with(end) {
        connection.read_exact(&mut byte).expect("an answer");
        text.push(char::from(byte[0]));
    }
}
