//! Connections that are measured: bytes where they enter the socket, times where they enter the
//! protocol.
//!
//! A [`Counted`] is a TCP connection, a Unix socket, or the TLS connection to a proxy that another
//! connection leads through; of the last, only the lowest layer counts.
//!
//! [`Counted`] sits on the socket, below TLS, so that its bytes are those of the wire. [`Stamped`]
//! sits above TLS, so that a TLS ticket is not taken for the first byte of a response. Neither
//! changes what passes through, with one exception: a TLS stream that ends without TLS's own
//! goodbye is an ordinary end, as it is for Go and for browsers; a body that is cut short is still
//! noticed, by its length.

use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::sync::Notify;
use tokio_rustls::client::TlsStream;

use crate::clock;

/// Bytes on all sockets of one client.
#[derive(Debug, Default)]
pub(crate) struct ByteCount {
    pub(crate) sent: Cell<u64>,
    pub(crate) received: Cell<u64>,
}

/// A socket that counts its bytes.
#[derive(Debug)]
pub(crate) struct Counted {
    wire: Wire,
    bytes: Rc<ByteCount>,
}

/// What a connection is made of, below its own TLS.
#[derive(Debug)]
enum Wire {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    /// TLS to a proxy, whose own socket has counted the bytes already.
    Proxy(Box<TlsStream<Counted>>),
}

/// Does the same with whatever the wire is.
macro_rules! on_wire {
    ($self:ident, $stream:ident => $what:expr) => {
        match &mut $self.wire {
            Wire::Tcp($stream) => $what,
            #[cfg(unix)]
            Wire::Unix($stream) => $what,
            Wire::Proxy($stream) => $what,
        }
    };
}

impl Counted {
    pub(crate) fn new(socket: TcpStream, bytes: Rc<ByteCount>) -> Self {
        Self { wire: Wire::Tcp(socket), bytes }
    }

    #[cfg(unix)]
    pub(crate) fn unix(socket: UnixStream, bytes: Rc<ByteCount>) -> Self {
        Self { wire: Wire::Unix(socket), bytes }
    }

    /// A connection that leads on through this one, to a proxy.
    pub(crate) fn through(proxy: TlsStream<Self>) -> Self {
        Self { wire: Wire::Proxy(Box::new(proxy)), bytes: Rc::default() }
    }

    fn sent(&self, count: usize) {
        self.bytes.sent.set(self.bytes.sent.get() + count as u64);
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(on_wire!(self, stream => Pin::new(stream).poll_read(cx, buffer)))?;
        let count = (buffer.filled().len() - before) as u64;
        self.bytes.received.set(self.bytes.received.get() + count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let count = ready!(on_wire!(self, stream => Pin::new(stream).poll_write(cx, data)))?;
        self.sent(count);
        Poll::Ready(Ok(count))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = on_wire!(self, stream => Pin::new(stream).poll_write_vectored(cx, data));
        let count = ready!(written)?;
        self.sent(count);
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.wire {
            Wire::Tcp(stream) => stream.is_write_vectored(),
            #[cfg(unix)]
            Wire::Unix(stream) => stream.is_write_vectored(),
            Wire::Proxy(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_wire!(self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_wire!(self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}

/// Times of one connection, shared by its stream and its exchanges. 0 is "not yet".
#[derive(Debug, Default)]
pub(crate) struct Stamps {
    /// The last write that the socket took.
    last_write_ns: Cell<u64>,
    /// The socket would not take a write, and has not taken it since.
    blocked: Cell<bool>,
    /// The first read since [`Stamps::arm`].
    pub(crate) first_read_ns: Cell<u64>,
    /// The last read; kept only where `every_read` is set.
    pub(crate) last_read_ns: Cell<u64>,
    /// HTTP/2 has many exchanges on one connection, so the first read says little about any of
    /// them.
    every_read: bool,
    /// Those whose request goes out with the next write.
    writers: RefCell<Vec<Rc<Cell<u64>>>>,
    /// Told of the first read, where `every_read` is set.
    pub(crate) first_read: Notify,
}

impl Stamps {
    pub(crate) fn new(every_read: bool) -> Self {
        Self { every_read, ..Self::default() }
    }

    /// Forgets the exchange before.
    pub(crate) fn arm(&self) {
        self.last_write_ns.set(0);
        self.blocked.set(false);
        self.first_read_ns.set(0);
    }

    /// Sets `sent_ns` at the next write.
    pub(crate) fn at_next_write(&self, sent_ns: &Rc<Cell<u64>>) {
        self.writers.borrow_mut().push(Rc::clone(sent_ns));
    }

    /// When the request had been written; 0 when it has not.
    pub(crate) fn sent_ns(&self) -> u64 {
        if self.blocked.get() { 0 } else { self.last_write_ns.get() }
    }

    /// True when any part of the request may have reached the server.
    pub(crate) fn has_written(&self) -> bool {
        self.last_write_ns.get() != 0
    }

    fn tried(&self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Ready(Ok(_)) => self.wrote(),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.blocked.set(true),
        }
    }

    fn wrote(&self) {
        self.blocked.set(false);
        let now_ns = clock::now_ns();
        self.last_write_ns.set(now_ns);
        for sent_ns in self.writers.borrow_mut().drain(..) {
            sent_ns.set(now_ns);
        }
    }

    fn read(&self) {
        if self.every_read {
            if self.last_read_ns.get() == 0 {
                self.first_read.notify_waiters();
            }
            self.last_read_ns.set(clock::now_ns());
        } else if self.first_read_ns.get() == 0 {
            self.first_read_ns.set(clock::now_ns());
        }
    }
}

/// A plain or a TLS connection.
#[derive(Debug)]
pub(crate) enum Transport {
    Plain(Counted),
    /// Boxed: the state of TLS is some hundred bytes, and most connections of a plain test have
    /// none.
    Tls(Box<TlsStream<Counted>>),
}

/// A connection that stamps its reads and writes.
#[derive(Debug)]
pub(crate) struct Stamped {
    transport: Transport,
    stamps: Rc<Stamps>,
}

impl Stamped {
    pub(crate) fn new(transport: Transport, stamps: Rc<Stamps>) -> Self {
        Self { transport, stamps }
    }
}

impl AsyncRead for Stamped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match &mut self.transport {
            Transport::Plain(stream) => ready!(Pin::new(stream).poll_read(cx, buffer))?,
            Transport::Tls(stream) => {
                match ready!(Pin::new(stream.as_mut()).poll_read(cx, buffer)) {
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
                    other => other?,
                }
            }
        }
        if buffer.filled().len() > before {
            self.stamps.read();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stamped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write(cx, data),
            Transport::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, data),
        };
        self.stamps.tried(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, data),
            Transport::Tls(stream) => Pin::new(stream.as_mut()).poll_write_vectored(cx, data),
        };
        self.stamps.tried(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        match &self.transport {
            Transport::Plain(stream) => stream.is_write_vectored(),
            Transport::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Transport::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        };
        match flushed {
            Poll::Pending => self.stamps.blocked.set(true),
            Poll::Ready(_) if self.stamps.blocked.get() => self.stamps.wrote(),
            Poll::Ready(_) => {}
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Transport::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}
