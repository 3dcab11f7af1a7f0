//! HTTP/1 by hand: read a request, look up what to do, do it; over any [`Socket`].
//!
//! By hand because most of what this server is for cannot be said through a well-behaved HTTP
//! library. [`head`] and [`chunked`] are the parsers (pure), [`misbehave`] writes the wrong
//! bytes, this file the right ones. What it refuses: requests that are not HTTP/1, heads and
//! bodies over the limits. It answers those with a status and closes.

mod chunked;
mod head;
mod misbehave;

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use http::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use self::chunked::Chunked;
use self::head::{Framing, Head};
use crate::arrival::{Arrival, Protocol};
use crate::clock::now_ns;
use crate::counted::Socket;
use crate::reply::{Body, PATTERN, Reply};
use crate::route::{Action, Headers, Request, is_control, route};
use crate::shared::{Shared, count};

pub(crate) use self::head::header_pairs;

/// Room made for each read; most requests of tests fit.
const READ_BYTES: usize = 2 << 10;

/// How long a connection that was refused is read to its end, so that the refusal is not lost in
/// a reset.
const LINGER: Duration = Duration::from_secs(1);

/// Serves one connection until either side closes it.
pub(crate) async fn serve<S: Socket>(socket: S, shared: Arc<Shared>, id: u64) {
    let connection = Connection {
        socket,
        shared,
        id,
        input: BytesMut::new(),
        output: Vec::new(),
        target: Arc::from(""),
    };
    // An IO error is how clients leave; there is nobody to tell.
    drop(connection.run().await);
}

/// Takes what comes and never says anything, until the client leaves.
pub(crate) async fn ignore<S: Socket>(mut socket: S) {
    let mut scratch = [0; 512];
    while matches!(socket.read(&mut scratch).await, Ok(1..)) {}
}

struct Connection<S> {
    socket: S,
    shared: Arc<Shared>,
    id: u64,
    /// Bytes that came and are not served yet; a request starts at 0.
    input: BytesMut,
    output: Vec<u8>,
    /// The target of the last request: mostly the next one has the same.
    target: Arc<str>,
}

/// A request that is complete in `input`.
struct Received {
    head: Head,
    at_ns: u64,
    /// The body, when it came in chunks; else it stands in `input` behind the head.
    dechunked: Option<Vec<u8>>,
    /// What the request takes of `input`.
    wire_bytes: usize,
}

/// Why reading requests ended.
enum Stop {
    /// The client closed or the connection broke.
    Gone,
    /// The request cannot be served; this is the answer.
    Refuse(Reply),
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// What becomes of a connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    KeepAlive,
    Close,
    Reset,
}

impl<S: Socket> Connection<S> {
    async fn run(mut self) -> io::Result<()> {
        loop {
            let received = match self.receive().await {
                Ok(received) => received,
                Err(Stop::Gone) => return Ok(()),
                Err(Stop::Refuse(reply)) => return self.refuse(&reply).await,
            };
            match self.answer(received).await? {
                Next::KeepAlive => {}
                Next::Close => return self.socket.shutdown().await,
                Next::Reset => return self.socket.reset_on_drop(),
            }
        }
    }

    /// Reads one request in whole.
    async fn receive(&mut self) -> Result<Received, Stop> {
        let limits = self.shared.config.limits;
        let head = loop {
            let parsed = if self.input.is_empty() { Ok(None) } else { head::parse(&self.input) };
            match parsed {
                Ok(Some(head)) => break head,
                Ok(None) if self.input.len() > limits.head_bytes_max => {
                    let text = format!("a head of more than {} bytes", limits.head_bytes_max);
                    let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
                    return Err(Stop::Refuse(Reply::error(status, &text)));
                }
                Ok(None) => self.fill().await?,
                Err(error) => {
                    let reply = Reply::error(StatusCode::BAD_REQUEST, &error.to_string());
                    return Err(Stop::Refuse(reply));
                }
            }
        };
        let at_ns = now_ns();
        let too_large = || {
            let text = format!("a body of more than {} bytes", limits.body_bytes_max);
            Stop::Refuse(Reply::error(StatusCode::PAYLOAD_TOO_LARGE, &text))
        };
        match head.framing {
            Framing::Length(0) => {
                let wire_bytes = head.bytes;
                Ok(Received { head, at_ns, dechunked: None, wire_bytes })
            }
            Framing::Length(body_bytes) if body_bytes > limits.body_bytes_max as u64 => {
                Err(too_large())
            }
            Framing::Length(body_bytes) => {
                let wire_bytes = head.bytes + body_bytes as usize;
                self.encourage(&head).await?;
                while self.input.len() < wire_bytes {
                    self.fill().await?;
                }
                Ok(Received { head, at_ns, dechunked: None, wire_bytes })
            }
            Framing::Chunked => {
                self.encourage(&head).await?;
                let mut chunked = Chunked::new(limits.body_bytes_max);
                loop {
                    match chunked.advance(&self.input[head.bytes..]) {
                        Ok(Some(taken)) => {
                            let wire_bytes = head.bytes + taken;
                            let dechunked = Some(chunked.into_body());
                            return Ok(Received { head, at_ns, dechunked, wire_bytes });
                        }
                        Ok(None) => self.fill().await?,
                        Err(chunked::Error::TooLong) => return Err(too_large()),
                        Err(error) => {
                            let reply = Reply::error(StatusCode::BAD_REQUEST, &error.to_string());
                            return Err(Stop::Refuse(reply));
                        }
                    }
                }
            }
        }
    }

    /// Reads some more; the end of the stream is [`Stop::Gone`].
    async fn fill(&mut self) -> Result<(), Stop> {
        self.input.reserve(READ_BYTES);
        match self.socket.read_buf(&mut self.input).await? {
            0 => Err(Stop::Gone),
            _ => Ok(()),
        }
    }

    /// Tells a client that waits for it (`expect: 100-continue`) to send its body.
    async fn encourage(&mut self, head: &Head) -> io::Result<()> {
        if head.expects_continue && self.input.len() == head.bytes {
            self.socket.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            self.socket.flush().await?;
        }
        Ok(())
    }

    async fn answer(&mut self, received: Received) -> io::Result<Next> {
        let Received { head, at_ns, dechunked, wire_bytes } = received;
        let target = std::str::from_utf8(&self.input[head.target.clone()]).unwrap_or("/?not-utf-8");
        if *self.target != *target {
            self.target = Arc::from(target);
        }
        let body = match &dechunked {
            Some(body) => body.as_slice(),
            None => &self.input[head.bytes..wire_bytes],
        };
        let action = route(
            &Request {
                method: &head.method,
                target: &self.target,
                protocol: Protocol::Http1,
                connection: self.id,
                headers: Headers::Http1(&self.input[..head.bytes]),
                body,
            },
            &self.shared,
        );
        self.input.advance(wire_bytes);
        if !is_control(&self.target) {
            self.shared.record.add(Arrival {
                at_ns,
                connection: self.id,
                method: head.method.clone(),
                target: Arc::clone(&self.target),
                protocol: Protocol::Http1,
                request_bytes: wire_bytes as u64,
            });
            self.shared.hold().await;
        }
        self.act(action, &head).await
    }

    async fn act(&mut self, action: Action, head: &Head) -> io::Result<Next> {
        let reply = match action {
            Action::Reply(reply) | Action::Control(reply) => reply,
            Action::Delayed(delay, reply) => {
                sleep(self.shared.wait(delay)).await;
                reply
            }
            Action::Misbehave(misbehaviour) => {
                let wait_max = self.shared.config.limits.wait_max;
                let deed = misbehave::act(&mut self.socket, &self.shared, misbehaviour);
                // Boxed, so that the tasks of well-behaved connections stay small.
                return timeout(wait_max, Box::pin(deed)).await.unwrap_or(Ok(Next::Close));
            }
        };
        self.reply(&reply, head.method == Method::HEAD, head.keep_alive).await?;
        Ok(if head.keep_alive { Next::KeepAlive } else { Next::Close })
    }

    async fn reply(&mut self, reply: &Reply, bodiless: bool, keep_alive: bool) -> io::Result<()> {
        render_head(&mut self.output, reply, keep_alive)?;
        let mut pattern_bytes = 0;
        match &reply.body {
            _ if bodiless => {}
            Body::Bytes(bytes) => self.output.extend_from_slice(bytes),
            Body::Pattern(bytes) => pattern_bytes = *bytes,
        }
        self.socket.write_all(&self.output).await?;
        write_pattern(&mut self.socket, pattern_bytes).await?;
        self.socket.flush().await
    }

    async fn refuse(&mut self, reply: &Reply) -> io::Result<()> {
        count(&self.shared.counters.bad_requests);
        self.reply(reply, false, false).await?;
        self.socket.shutdown().await?;
        linger(&mut self.socket, LINGER).await;
        Ok(())
    }
}

/// Writes status line and headers over what `output` held.
fn render_head(output: &mut Vec<u8>, reply: &Reply, keep_alive: bool) -> io::Result<()> {
    output.clear();
    let reason = reply.status.canonical_reason().unwrap_or("Unnamed");
    write!(output, "HTTP/1.1 {} {reason}\r\n", reply.status.as_u16())?;
    if !matches!(reply.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        write!(output, "content-length: {}\r\n", reply.body.len())?;
    }
    for (name, value) in &reply.headers {
        output.extend_from_slice(name.as_str().as_bytes());
        output.extend_from_slice(b": ");
        output.extend_from_slice(value.as_bytes());
        output.extend_from_slice(b"\r\n");
    }
    output.extend_from_slice(if keep_alive { b"\r\n" } else { b"connection: close\r\n\r\n" });
    Ok(())
}

/// Writes so many bytes of the alphabet, block by block.
async fn write_pattern<S: Socket>(socket: &mut S, mut bytes: u64) -> io::Result<()> {
    while bytes > 0 {
        let block = bytes.min(PATTERN.len() as u64);
        socket.write_all(&PATTERN[..block as usize]).await?;
        bytes -= block;
    }
    Ok(())
}

/// Reads and forgets until the client closes, the connection breaks or the time is over.
async fn linger<S: Socket>(socket: &mut S, lasts: Duration) {
    let mut scratch = [0; 512];
    let drain = async { while matches!(socket.read(&mut scratch).await, Ok(1..)) {} };
    // Over time is as good an end as any.
    drop(timeout(lasts, drain).await);
}
