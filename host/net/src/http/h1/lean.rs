//! The lean HTTP/1 client: one write, one read, no task, no buffer of its own.
//!
//! `render` writes the head of a request, `head` reads that of a response, `chunked` its chunks,
//! `reader` puts a response together from bytes in pieces of any size; none of them knows a socket.
//! This file connects them with one: within the exchange's future, out of buffers that belong to
//! the thread (`scratch`) and are in use only while a call lasts. So what waits holds no buffer,
//! unless a part of a head or a body has come, and an idle connection is a socket and some numbers.
//!
//! It can all that a [`Request`] can ask for. What it refuses of a response is listed in `head` and
//! `chunked`; where libraries differ, it does as Go's client does, which is k6's.
//!
//! Cancel safety: the future owns the connection; dropping it closes the socket.

mod chunked;
mod head;
pub(crate) mod reader;
pub(crate) mod render;
mod scratch;

use std::fmt;
use std::future::{Future as _, poll_fn};
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead as _, AsyncReadExt as _, AsyncWrite as _, ReadBuf};

use self::reader::{ReadError, Reader};
use crate::error_kind::Failure;
use crate::http::body::{BodyUse, Received};
use crate::http::course::Head;
use crate::http::request::Request;
use crate::http::route::Via;
use crate::http::stream::Demand;
use crate::network::Network;
use crate::stream::{Stamped, Stamps, Transport};
use crate::tls::TlsInfo;

/// An open HTTP/1 connection, used by one exchange at a time.
pub(crate) struct Connection {
    stream: Stamped,
    pub(crate) stamps: Rc<Stamps>,
    pub(crate) remote_address: Option<SocketAddr>,
    pub(crate) tls: Option<Arc<TlsInfo>>,
    /// When it was given back; 0 before its first exchange.
    pub(crate) idle_since_ns: u64,
}

impl Connection {
    pub(crate) fn new(
        transport: Transport,
        remote_address: Option<SocketAddr>,
        tls: Option<Arc<TlsInfo>>,
    ) -> Self {
        let stamps = Rc::new(Stamps::new(false));
        let stream = Stamped::new(transport, Rc::clone(&stamps));
        Self { stream, stamps, remote_address, tls, idle_since_ns: 0 }
    }

    /// True when an exchange went over it before.
    pub(crate) fn is_reused(&self) -> bool {
        self.idle_since_ns != 0
    }

    /// False when the server has closed it, or has sent what nobody asked for. Costs no system call
    /// unless something has come.
    pub(crate) fn is_usable(&mut self) -> bool {
        let mut byte = [0];
        let mut buffer = ReadBuf::new(&mut byte);
        let mut stream = Pin::new(&mut self.stream);
        // The task's budget says nothing about the connection.
        let read = pin!(tokio::task::unconstrained(poll_fn(|context| {
            stream.as_mut().poll_read(context, &mut buffer)
        })));
        read.poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    /// Begins an exchange; [`Exchange::poll`] carries it out. What comes is put where it is still
    /// there when the exchange is dropped.
    pub(crate) fn begin<'x>(
        &self,
        network: &'x Network,
        request: &'x Request,
        body_use: BodyUse<'x>,
        head: &'x mut Option<Head>,
        received: &'x mut Received,
    ) -> Exchange<'x> {
        self.stamps.arm();
        let reader = Reader::new(&request.method, body_use, head, received);
        Exchange { network, request, outgoing: Outgoing::Whole, reader }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("remote_address", &self.remote_address)
            .finish_non_exhaustive()
    }
}

/// One request and its response, on their way over a connection.
///
/// Not a future of its own: futures that hold futures hold them more than once, and there is one of
/// these for each VU that waits.
pub(crate) struct Exchange<'x> {
    network: &'x Network,
    request: &'x Request,
    outgoing: Outgoing,
    reader: Reader<'x>,
}

impl Exchange<'_> {
    /// Has a proxy make the request: it gets the whole URL. To be said before the first poll.
    pub(crate) fn ask(&mut self, proxy: &Via) -> Result<(), Failure> {
        let mut head = Vec::new();
        render::render_for_proxy(&mut head, self.network, self.request, proxy)?;
        self.outgoing = Outgoing::Rest { head: head.into(), body: self.request.body.clone() };
        Ok(())
    }

    /// Sends the request and receives all of the response, as far as the connection goes along.
    /// Comes to whether the connection can be used again.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        connection: &mut Connection,
    ) -> Poll<Result<bool, ReadError>> {
        let stream = &mut connection.stream;
        self.outgoing.poll(context, stream, self.network, self.request)?;
        if let Err(error) = ready!(poll_receive(context, stream, &mut self.reader)) {
            return Poll::Ready(Err(self.outgoing.explain(error)));
        }
        // What has not gone out by now would be in the way of the next request.
        let is_sent = matches!(self.outgoing, Outgoing::Sent);
        let asks_to_close = render::asks_to_close(self.request);
        Poll::Ready(Ok(is_sent && !asks_to_close && self.reader.keeps_connection()))
    }
}

/// How much of the request is still to be sent.
enum Outgoing {
    /// All; its head is not even written down.
    Whole,
    /// What the socket did not take at once.
    Rest {
        head: Bytes,
        body: Bytes,
    },
    /// Nothing, but TLS may hold some of it back.
    Held,
    Sent,
    /// The server takes no more. What it has said before is read all the same, since it may be the
    /// reason.
    Refused(io::Error),
}

impl Outgoing {
    /// Sends as much as the socket takes. An error means that there is no use in reading.
    fn poll(
        &mut self,
        context: &mut Context<'_>,
        stream: &mut Stamped,
        network: &Network,
        request: &Request,
    ) -> io::Result<()> {
        loop {
            let step = match self {
                Self::Sent | Self::Refused(_) => return Ok(()),
                Self::Whole => scratch::with_output(|head| {
                    render::render(head, network, request);
                    let written = poll_write(context, stream, head, &request.body);
                    let taken = match &written {
                        Poll::Ready(Ok(count)) => *count,
                        _ => 0,
                    };
                    *self = Self::rest(head, &request.body, taken);
                    written
                }),
                Self::Rest { head, body } => {
                    let written = poll_write(context, stream, head, body);
                    if let Poll::Ready(Ok(count)) = written {
                        let of_head = count.min(head.len());
                        head.advance(of_head);
                        body.advance(count - of_head);
                        if head.is_empty() && body.is_empty() {
                            *self = Self::Held;
                        }
                    }
                    written
                }
                Self::Held => {
                    let flushed = Pin::new(&mut *stream).poll_flush(context);
                    if let Poll::Ready(Ok(())) = flushed {
                        *self = Self::Sent;
                    }
                    flushed.map_ok(|()| 0)
                }
            };
            match step {
                Poll::Pending => return Ok(()),
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) if is_refusal(&error) => *self = Self::Refused(error),
                Poll::Ready(Err(error)) => return Err(error),
            }
        }
    }

    fn rest(head: &[u8], body: &Bytes, taken: usize) -> Self {
        if taken == head.len() + body.len() {
            return Self::Held;
        }
        let of_head = taken.min(head.len());
        let head = Bytes::copy_from_slice(&head[of_head..]);
        Self::Rest { head, body: body.slice(taken - of_head..) }
    }

    /// The reason why there is no response: that the server did not take the request, if so.
    fn explain(&mut self, error: ReadError) -> ReadError {
        match std::mem::replace(self, Self::Sent) {
            Self::Refused(refusal) if matches!(error, ReadError::Io(_)) => ReadError::Io(refusal),
            _ => error,
        }
    }
}

/// True for the errors of a server that has closed its side.
fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset)
}

/// One write of as much as goes; something must be left of the two.
fn poll_write(
    context: &mut Context<'_>,
    stream: &mut Stamped,
    head: &[u8],
    body: &[u8],
) -> Poll<io::Result<usize>> {
    let stream = Pin::new(stream);
    let count = ready!(match (head, body) {
        (head, []) => stream.poll_write(context, head),
        ([], body) => stream.poll_write(context, body),
        (head, body) => {
            stream.poll_write_vectored(context, &[IoSlice::new(head), IoSlice::new(body)])
        }
    })?;
    if count == 0 {
        return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
    }
    Poll::Ready(Ok(count))
}

/// Reads until the response is complete, or no more of it is wanted.
fn poll_receive(
    context: &mut Context<'_>,
    stream: &mut Stamped,
    reader: &mut Reader<'_>,
) -> Poll<Result<(), ReadError>> {
    while !reader.is_done() {
        if let Some(demand) = reader.stream()
            && ready!(demand.poll_demand(context)) == Demand::NoMore
        {
            break;
        }
        let count = if let Some(mut room) = reader.room() {
            // The rest of a body that is kept goes where it stays.
            let count = ready!(pin!(stream.read_buf(&mut room)).poll(context))?;
            reader.filled(count);
            count
        } else {
            ready!(scratch::with_input(|input| {
                let mut buffer = ReadBuf::new(input);
                ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer))?;
                reader.feed(buffer.filled())?;
                Poll::Ready(Ok::<_, ReadError>(buffer.filled().len()))
            }))?
        };
        if count == 0 {
            reader.end()?;
        }
    }
    Poll::Ready(Ok(()))
}
