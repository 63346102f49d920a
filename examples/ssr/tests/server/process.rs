//! The program itself, with its own limits: signals and few file descriptors.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::*;

/// Larger than what the system keeps of an answer for a visitor who does not read it.
const LARGE: u64 = 24 << 20;
const SMALL: &str = "a small file";

/// Killed when it is dropped.
struct Process {
    child: Child,
    address: SocketAddr,
    /// Told when its output ends, which is when the process does.
    ended: Receiver<()>,
}

impl Process {
    /// Starts the program from a shell after `setting`, with a site of its own in the folder `name`.
    fn start(name: &str, setting: &str) -> Self {
        let site = format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"));
        let _ = fs::remove_dir_all(&site);
        fs::create_dir_all(&site).expect("a folder");
        File::create(format!("{site}/large")).and_then(|file| file.set_len(LARGE)).expect("a file");
        fs::write(format!("{site}/small"), SMALL).expect("a file");
        shell(&format!("mkfifo '{site}/never'"));
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{setting} exec \"$0\""), env!("CARGO_BIN_EXE_ssr")]);
        command.env("SITE", site).env("ADDRESS", "127.0.0.1:0").stdout(Stdio::piped());
        let mut child = command.spawn().expect("a server");
        let mut output = BufReader::new(child.stdout.take().expect("its output")).lines();
        let url = output.next().expect("a line").expect("its URL");
        let address = url.trim_start_matches("http://").trim_end_matches('/').parse().expect("an address");
        let (tell, ended) = channel();
        thread::spawn(move || {
            output.for_each(drop);
            let _ = tell.send(());
        });
        Self { child, address, ended }
    }

    /// Sends a signal to the process.
    fn signal(&self, signal: &str) {
        shell(&format!("kill -{signal} {}", self.child.id()));
    }

    fn ends_with_success(mut self) {
        self.ended.recv_timeout(PATIENCE).expect("the server ends");
        assert!(self.child.wait().expect("a status").success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Errors only mean that it has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn shell(command: &str) {
    assert!(Command::new("sh").args(["-c", command]).status().expect("a shell").success(), "{command}");
}

#[test]
fn sigterm_lets_a_running_request_end_and_waits_for_no_other() {
    stopped_by("TERM");
}

#[test]
fn ctrl_c_lets_a_running_request_end_and_waits_for_no_other() {
    stopped_by("INT");
}

fn stopped_by(signal: &str) {
    let process = Process::start(signal, "");
    let half = sent(process.address, "GET / HTTP/1.1\r\nhost:");
    let mut idle = requested(process.address, "/");
    read_until(&mut idle, "\r\n0\r\n\r\n");
    let mut running = requested(process.address, "/large");
    read_until(&mut running, "\r\n\r\n");

    process.signal(signal);
    assert_eq!(rest(idle), "");
    assert_eq!(rest(running).len() as u64, LARGE);
    process.ends_with_success();
    drop(half);
}

#[test]
fn a_second_ctrl_c_waits_for_nothing() {
    let process = Process::start("twice", "");
    // Nobody reads its end.
    let mut running = requested(process.address, "/large");
    read_until(&mut running, "\r\n\r\n");
    process.signal("INT");
    while TcpStream::connect(process.address).is_ok() {}
    let start = Instant::now();
    process.signal("INT");
    process.ends_with_success();
    // It would wait eight seconds for the request.
    assert!(start.elapsed() < Duration::from_secs(5));
    drop(running);
}

#[test]
fn what_keeps_the_program_from_starting_is_said_with_its_place() {
    let said = |site: &str, address: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ssr"));
        let command = command.env("SITE", site).env("ADDRESS", address).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a server");
        let mut output = child.stderr.take().expect("its errors");
        let (tell, errors) = channel();
        thread::spawn(move || {
            let mut text = String::new();
            output.read_to_string(&mut text).expect("text");
            let _ = tell.send(text);
        });
        let said = errors.recv_timeout(PATIENCE);
        let _ = child.kill();
        assert!(!child.wait().expect("a status").success());
        said.unwrap_or_else(|_| panic!("it runs with SITE={site} ADDRESS={address}"))
    };
    let here = env!("CARGO_MANIFEST_DIR");
    assert!(said("nowhere", "127.0.0.1:0").contains("no folder `nowhere`; the variable SITE"));
    assert!(
        said(here, "localhost:3000").contains("the variable ADDRESS is `localhost:3000`, and must be an IP address")
    );
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = listener.local_addr().expect("an address");
    assert!(said(here, &taken.to_string()).contains(&format!("cannot listen on {taken}: ")));
}

#[test]
fn a_file_that_never_opens_does_not_keep_the_program_from_ending() {
    let process = Process::start("never-opens", "");
    let never = requested(process.address, "/never");
    assert!(answer(process.address, "/").starts_with("HTTP/1.1 200"));
    process.signal("TERM");
    process.ends_with_success();
    drop(never);
}

#[test]
fn with_64_descriptors_a_hundred_half_requests_shut_nobody_out() {
    let process = Process::start("descriptors", "ulimit -n 64;");
    let mut before = sent(process.address, "");
    let half: Vec<_> = (0..100).map(|_| sent(process.address, "GET / HTTP/1.1\r\nhost:")).collect();
    // Meanwhile the server accepts as many of them as it ever will. It can still open files.
    for _ in 0..2000 {
        before.write_all(b"GET /small HTTP/1.1\r\nhost: test\r\n\r\n").expect("it is sent");
        read_until(&mut before, SMALL);
    }
    assert!(answer(process.address, "/").starts_with("HTTP/1.1 200"));
    drop(half);
}
