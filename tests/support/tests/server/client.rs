//! A raw HTTP/1 client: writes bytes, reads bytes, hides nothing.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use squall_test_support::{Listener, TestServer, now_ns};

/// Long enough for a busy machine, short enough to end a test that hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// Time since its start.
pub(crate) struct Stopwatch(u64);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(now_ns())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        Duration::from_nanos(now_ns() - self.0)
    }
}

pub(crate) struct Client {
    stream: TcpStream,
    /// What came and was not taken yet.
    pending: Vec<u8>,
}

/// An answer with a content-length.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, wanted: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case(wanted).then_some(value)
        })
    }
}

impl Client {
    pub(crate) fn new(server: &TestServer) -> Self {
        Self::to(server, Listener::Plain)
    }

    pub(crate) fn to(server: &TestServer, listener: Listener) -> Self {
        let stream = TcpStream::connect(server.address(listener)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { stream, pending: Vec::new() }
    }

    pub(crate) fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).unwrap();
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n"));
        self.answer()
    }

    pub(crate) fn post(&mut self, path: &str, body: &str) -> Answer {
        let length = body.len();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n\r\n");
        self.send(&(head + body));
        self.answer()
    }

    /// Reads one answer by its content-length; without one there is no body.
    pub(crate) fn answer(&mut self) -> Answer {
        let head = self.head();
        let mut answer = Answer { head, body: Vec::new() };
        let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
        while self.pending.len() < length {
            assert!(self.fill().unwrap() > 0, "closed inside a body");
        }
        answer.body = self.pending.drain(..length).collect();
        answer
    }

    /// Reads a head with its empty line.
    pub(crate) fn head(&mut self) -> String {
        let end = loop {
            let found = self.pending.windows(4).position(|four| four == b"\r\n\r\n");
            match found {
                Some(end) => break end + 4,
                None => assert!(self.fill().unwrap() > 0, "closed inside a head"),
            }
        };
        String::from_utf8(self.pending.drain(..end).collect()).unwrap()
    }

    /// Reads until the server closes: what came, and how it ended.
    pub(crate) fn rest(&mut self) -> (Vec<u8>, io::Result<()>) {
        let end = loop {
            match self.fill() {
                Ok(0) => break Ok(()),
                Ok(_) => {}
                Err(error) => break Err(error),
            }
        };
        (std::mem::take(&mut self.pending), end)
    }

    /// Whether nothing comes for a little while.
    pub(crate) fn is_silent(&mut self) -> bool {
        self.stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let silent = self.pending.is_empty()
            && matches!(self.fill(), Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        silent
    }

    fn fill(&mut self) -> io::Result<usize> {
        let mut block = [0; 16 << 10];
        let bytes = self.stream.read(&mut block)?;
        self.pending.extend_from_slice(&block[..bytes]);
        Ok(bytes)
    }
}
