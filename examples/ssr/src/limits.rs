//! What a visitor may take up, and for how long.
#![cfg(feature = "ssr")]

use std::io;
use std::time::Duration;

/// Enough for some hundred visitors at a time, since a browser opens up to six. All of them at the limits below hold about 130 MB.
const MAX_CONNECTIONS: u32 = 1000;
/// A socket and a file that is being sent.
const DESCRIPTORS_PER_CONNECTION: u64 = 2;
/// The standard streams, the listener and the runtime have about ten.
const OTHER_DESCRIPTORS: u64 = 16;
/// A head is a few hundred bytes, so the slowest line sends it in a second or two. Between two requests, Apache waits as long.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// Most lines need no more.
const MIN_HEADER_TIMEOUT: Duration = Duration::from_secs(1);
/// Room for the longest URL that browsers send and for cookies. nginx allows half of it.
const MAX_HEADER_BYTES: usize = 64 << 10;
/// Nobody waits longer for a page.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// No page here has a body to send. A form's is smaller than this.
const MAX_BODY_BYTES: usize = 1 << 20;
/// A line that is that slow has been lost.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);
/// Who reads one byte at a time is not stopped by the limit above. In this time even a line of 50 kbit/s transfers 2 MB.
const MAX_LIFETIME: Duration = Duration::from_secs(300);
/// `docker stop` kills after 10 seconds, Kubernetes after 30, systemd after 90.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);

/// The limits of [`serve`](crate::serve).
#[derive(Clone, Copy)]
pub struct Limits {
    /// How many connections are open at once. Others wait in the system's queue.
    pub max_connections: u32,
    /// How long the head of a request may take, and how long a connection may be idle before its next request. The fewer connections
    /// were free when it was accepted, the shorter: in proportion, down to `min_header_timeout`.
    pub header_timeout: Duration,
    /// How long a head may take if no other connection was free.
    pub min_header_timeout: Duration,
    /// The size of a request's head. So much of an answer is kept, too, for a visitor who is slow to read it.
    pub max_header_bytes: usize,
    /// How long it may take until an answer begins. A handler that reads a body has to have read it by then.
    pub request_timeout: Duration,
    /// The size of a request's body.
    pub max_body_bytes: usize,
    /// How long a visitor may read nothing of an answer.
    pub write_timeout: Duration,
    /// How long a connection takes requests.
    pub max_lifetime: Duration,
    /// How long the request that is being answered may take after that, or after the server was asked to stop.
    pub drain_timeout: Duration,
}

impl Limits {
    /// How long the head of a request may take on a connection that was accepted while so many others were free.
    pub(crate) fn header_timeout(&self, free: usize) -> Duration {
        let share = free as f64 / f64::from(self.max_connections);
        self.header_timeout.mul_f64(share).max(self.min_header_timeout)
    }

    /// The limits for this process, whose file descriptors are raised as far as that is needed and allowed. With fewer of them,
    /// there are fewer connections: one that was accepted can be answered.
    ///
    /// # Errors
    /// If the system does not tell how many descriptors the process may have.
    pub fn of_this_process() -> io::Result<Self> {
        let wanted = u64::from(MAX_CONNECTIONS) * DESCRIPTORS_PER_CONNECTION + OTHER_DESCRIPTORS;
        let descriptors = rlimit::increase_nofile_limit(wanted)?;
        let connections = descriptors.saturating_sub(OTHER_DESCRIPTORS) / DESCRIPTORS_PER_CONNECTION;
        Ok(Self {
            max_connections: u32::try_from(connections).unwrap_or(MAX_CONNECTIONS).clamp(1, MAX_CONNECTIONS),
            header_timeout: HEADER_TIMEOUT,
            min_header_timeout: MIN_HEADER_TIMEOUT,
            max_header_bytes: MAX_HEADER_BYTES,
            request_timeout: REQUEST_TIMEOUT,
            max_body_bytes: MAX_BODY_BYTES,
            write_timeout: WRITE_TIMEOUT,
            max_lifetime: MAX_LIFETIME,
            drain_timeout: DRAIN_TIMEOUT,
        })
    }
}
