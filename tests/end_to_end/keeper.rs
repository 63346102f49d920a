//! Runs a WebDriver program until the keeper's own input ends, then closes the browser. Tests that share a browser do not know
//! which of them is the last, and their process may end at any time.
//!
//! `keeper PORT FOLDER DRIVER ARGUMENT…`. The input is the id that WebDriver gave the browser; the folder is removed at the end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

fn main() {
    let mut words = std::env::args_os().skip(1);
    let mut word = || words.next().expect("a port, a folder, a driver");
    let (port, folder, driver) = (word().into_string().expect("a number"), word(), word());
    let nothing = Stdio::null;
    let mut driver = Command::new(driver);
    let mut driver = driver.args(words).stdin(nothing()).stderr(nothing()).spawn().expect("the driver starts");
    let mut session = String::new();
    std::io::stdin().read_to_string(&mut session).expect("the name of a session");
    if !session.is_empty() {
        // A crashed browser does not answer and need not be closed.
        let _ = close(&port, &session);
    }
    let _ = driver.kill();
    let _ = driver.wait();
    let _ = std::fs::remove_dir_all(folder);
}

fn close(port: &str, session: &str) -> std::io::Result<usize> {
    let mut connection = TcpStream::connect(format!("127.0.0.1:{port}"))?;
    connection.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(connection, "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    connection.read(&mut [0])
}
