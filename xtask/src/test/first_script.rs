//! A server in front of a page's own, which puts a script before the page's first.
//!
//! A test that wants to hear everything a page says must listen from the start, on pages whose server knows of no tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result};

/// Answers as the server at `url` does, as long as the process runs, but every page loads `script` first. Returns the URL.
///
/// The script is a file of this server, which a page's policy allows with `'self'`. What the other server streams arrives
/// in one piece.
pub fn in_front_of(url: &str, script: &'static str) -> Result<String> {
    let server = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let own_url = format!("http://{}/", listener.local_addr()?);
    thread::spawn(move || {
        for browser in listener.incoming().flatten() {
            let server = server.clone();
            // Whoever hangs up needs no answer.
            thread::spawn(move || answer(browser, &server, script));
        }
    });
    Ok(own_url)
}

fn answer(mut browser: TcpStream, server: &str, script: &str) -> Result<()> {
    let mut reader = BufReader::new(browser.try_clone()?);
    let (start, headers) = head(&mut reader)?;
    if start.starts_with("GET /first.js ") {
        return respond(&mut browser, "HTTP/1.1 200 OK", &["Content-Type: text/javascript".into()], script.as_bytes());
    }
    let mut body = vec![0; value(&headers, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
    reader.read_exact(&mut body)?;

    let mut server = TcpStream::connect(server)?;
    // In HTTP 1.0 a response comes in one piece and ends with the connection; without an encoding, it can be read.
    let kept = headers.iter().filter(|header| !is_one_of(header, &["accept-encoding", "connection"]));
    let request = kept.fold(start.replace("HTTP/1.1", "HTTP/1.0"), |request, header| request + "\r\n" + header);
    server.write_all(format!("{request}\r\n\r\n").as_bytes())?;
    server.write_all(&body)?;

    let mut reader = BufReader::new(server);
    let (start, mut headers) = head(&mut reader)?;
    let mut body = Vec::new();
    reader.read_to_end(&mut body)?;
    if value(&headers, "content-type").is_some_and(|kind| kind.starts_with("text/html")) {
        let page = String::from_utf8(body)?;
        body = page.replacen("<head>", "<head><script src=\"/first.js\"></script>", 1).into_bytes();
    }
    headers.retain(|header| !is_one_of(header, &["content-length", "connection"]));
    respond(&mut browser, &start, &headers, &body)
}

/// The first line of a message, and its headers.
fn head(reader: &mut impl BufRead) -> Result<(String, Vec<String>)> {
    let lines: Vec<String> =
        reader.lines().take_while(|line| !line.as_ref().is_ok_and(String::is_empty)).collect::<Result<_, _>>()?;
    let (start, headers) = lines.split_first().context("an empty message")?;
    Ok((start.clone(), headers.to_vec()))
}

fn respond(browser: &mut TcpStream, start: &str, headers: &[String], body: &[u8]) -> Result<()> {
    let own = format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let lines = headers.iter().fold(start.replace("HTTP/1.0", "HTTP/1.1"), |lines, header| lines + "\r\n" + header);
    browser.write_all(format!("{lines}\r\n{own}").as_bytes())?;
    Ok(browser.write_all(body)?)
}

fn value<'a>(headers: &'a [String], name: &str) -> Option<&'a str> {
    let header = headers.iter().find(|header| is_one_of(header, &[name]))?;
    header.split_once(':').map(|(_, value)| value.trim())
}

fn is_one_of(header: &str, names: &[&str]) -> bool {
    header.split_once(':').is_some_and(|(name, _)| names.iter().any(|other| name.eq_ignore_ascii_case(other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve;

    fn get(url: &str, path: &str) -> String {
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        let mut server = TcpStream::connect(address).expect("a server");
        write!(server, "GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").expect("asked");
        let mut answer = String::new();
        server.read_to_string(&mut answer).expect("an answer that ends");
        answer
    }

    #[test]
    fn a_page_gets_the_script_and_everything_else_comes_through_as_it_is() {
        let folder = std::env::temp_dir().join(format!("first-script-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("index.html"), "<head><title>T</title></head>").expect("a page");
        std::fs::write(folder.join("style.css"), "<head>").expect("a file");
        let url = in_front_of(&serve::in_background(&folder).expect("served"), "run()").expect("in front");
        let page = get(&url, "/");
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("cache-control: no-store"), "{page}");
        assert!(page.ends_with("<head><script src=\"/first.js\"></script><title>T</title></head>"), "{page}");
        assert!(get(&url, "/first.js").ends_with("run()"));
        assert!(get(&url, "/style.css").ends_with("\r\n<head>"));
        assert!(get(&url, "/none").starts_with("HTTP/1.1 404"));
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
