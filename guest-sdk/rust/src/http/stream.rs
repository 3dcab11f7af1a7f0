//! Responses that are read while they come, and server-sent events.

use std::io;
use std::time::Duration;

use super::{Request, Response, timeout_ms};
use crate::host::http as host;
use crate::timers::Instant;

pub use squall_event_stream::Event;

/// What is asked of the host at a time by [`Stream::next`].
const READ_BYTES: u32 = 64 * 1024;

/// A response whose body is read while it comes, made by [`Request::open`].
///
/// It is also an [`io::Read`]. The host takes no more from the server than a small buffer holds
/// until some of it is read. Dropping it closes it, as [`Stream::close`] does.
///
/// ```no_run
/// use std::io::{BufRead as _, BufReader};
///
/// use squall_sdk::http;
///
/// let stream = http::get("http://shop.example/export.csv").open();
/// let rows = BufReader::new(stream).lines().count();
/// # let _ = rows;
/// ```
#[derive(Debug)]
pub struct Stream {
    pending: host::Pending,
    /// Once it was asked for; status 0 when none came.
    head: Option<host::ResponseHead>,
}

/// What reading a [`Stream`] or [`Events`] comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<T> {
    /// The next one.
    Item(T),
    /// There is no more; [`Stream::close`] tells why.
    End,
    /// Nothing came in time; it can be asked again.
    TimedOut,
}

impl<T> Next<T> {
    /// The item, if there is one.
    pub fn item(self) -> Option<T> {
        match self {
            Self::Item(item) => Some(item),
            Self::End | Self::TimedOut => None,
        }
    }
}

impl Stream {
    pub(super) fn open(request: &Request<'_>) -> Self {
        Self { pending: host::open(request.wire(&request.pairs())), head: None }
    }

    fn head(&mut self) -> &host::ResponseHead {
        let none = || host::ResponseHead { status: 0, headers: Vec::new() };
        let pending = &self.pending;
        self.head.get_or_insert_with(|| host::await_head(pending).unwrap_or_else(none))
    }

    /// The HTTP status, once it is there; 0 when no response comes, and [`Stream::close`] tells
    /// why.
    pub fn status(&mut self) -> u16 {
        self.head().status
    }

    /// First value of a header, by any letter case, once the head is there.
    pub fn header(&mut self, name: &str) -> Option<&str> {
        let headers = &self.head().headers;
        let found = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The next bytes, at least one, once they are there. Without a timeout it waits as long as it
    /// takes.
    pub fn next(&mut self, timeout: Option<Duration>) -> Next<Vec<u8>> {
        self.piece(READ_BYTES, timeout)
    }

    fn piece(&mut self, bytes_max: u32, timeout: Option<Duration>) -> Next<Vec<u8>> {
        match host::read_body(&self.pending, bytes_max, timeout_ms(timeout)) {
            host::BodyPiece::Bytes(bytes) => Next::Item(bytes),
            host::BodyPiece::End => Next::End,
            host::BodyPiece::TimedOut => Next::TimedOut,
        }
    }

    /// Takes no more. What has come by then counts as the whole; the response has no body.
    pub fn close(self) -> Response {
        Response::new(host::finish(self.pending))
    }
}

impl io::Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let bytes_max = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        let Next::Item(bytes) = self.piece(bytes_max, None) else { return Ok(0) };
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}

/// A server's events, made by [`Request::events`].
///
/// ```no_run
/// use std::time::Duration;
///
/// use squall_sdk::http;
///
/// let mut prices = http::get("http://shop.example/prices").events();
/// while let Some(event) = prices.next(Some(Duration::from_secs(5))).item() {
///     println!("{}: {}", event.kind, event.data);
/// }
/// let response = prices.close();
/// # let _ = response;
/// ```
#[derive(Debug)]
pub struct Events {
    stream: Stream,
    reader: squall_event_stream::Reader,
    is_over: bool,
}

impl Events {
    pub(super) fn open(request: &Request<'_>) -> Self {
        let mut stream = Stream::open(request);
        let type_of = stream.header("Content-Type").unwrap_or_default();
        let essence = type_of.split(';').next().unwrap_or_default().trim();
        let is_stream = essence.eq_ignore_ascii_case("text/event-stream");
        let is_over = !is_stream || stream.status() != 200;
        Self { stream, reader: squall_event_stream::Reader::default(), is_over }
    }

    /// The HTTP status; 0 when no response came. What is not 200 has no events.
    pub fn status(&mut self) -> u16 {
        self.stream.status()
    }

    /// First value of a header of the response, by any letter case.
    pub fn header(&mut self, name: &str) -> Option<&str> {
        self.stream.header(name)
    }

    /// The next event, once it is complete. Also ends where the response is no `text/event-stream`
    /// or an event has more bytes than [`squall_event_stream::EVENT_BYTES_MAX`].
    pub fn next(&mut self, timeout: Option<Duration>) -> Next<Event> {
        let started = Instant::now();
        loop {
            if let Some(event) = self.reader.pop() {
                return Next::Item(event);
            }
            if self.is_over {
                return Next::End;
            }
            let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
            match self.stream.next(left) {
                Next::Item(bytes) => self.is_over = self.reader.feed(&bytes).is_err(),
                Next::End => self.is_over = true,
                Next::TimedOut => return Next::TimedOut,
            }
        }
    }

    /// The identifier that was said last, to go on from with `Last-Event-ID`.
    pub fn last_id(&self) -> &str {
        self.reader.last_id()
    }

    /// How long the server asks clients to wait before they connect again.
    pub fn retry(&self) -> Option<Duration> {
        self.reader.retry_ms().map(Duration::from_millis)
    }

    /// Takes no more; see [`Stream::close`].
    pub fn close(self) -> Response {
        self.stream.close()
    }
}
