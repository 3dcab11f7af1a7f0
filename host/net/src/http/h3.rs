//! HTTP/3 over one QUIC connection that many exchanges share: experimental.
//!
//! The crate h3 speaks the protocol, quinn QUIC; their drivers are tasks on the same thread. The
//! last handle to a connection closes it. `endpoint` has the UDP sockets, `failure` says what went
//! wrong.

pub(crate) mod endpoint;
pub(crate) mod failure;

use std::cell::Cell;
use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use ::h3::client::{RequestStream, SendRequest};
use ::h3::error::{Code, ConnectionError, StreamError};
use bytes::Bytes;
use h3_quinn::{OpenStreams, RecvStream, SendStream};
use quinn::VarInt;
use tokio::task::AbortHandle;

use crate::limits::HEAD_BYTES_MAX;
use crate::stream::ByteCount;
use crate::tls::TlsInfo;

/// An open HTTP/3 connection.
pub(crate) struct Connection {
    sender: SendRequest<OpenStreams, Bytes>,
    pub(crate) quic: quinn::Connection,
    driver: AbortHandle,
    bytes: Rc<ByteCount>,
    /// What of the connection's bytes is in `bytes` already: sent, received.
    counted: Cell<(u64, u64)>,
    pub(crate) remote_address: SocketAddr,
    pub(crate) tls: Option<Arc<TlsInfo>>,
    /// An exchange went over it before.
    pub(crate) used: Cell<bool>,
    /// Exchanges that have a place on it now.
    pub(crate) active: Cell<usize>,
    /// The server has said GOAWAY, as far as somebody has asked: h3 tells nobody else.
    is_closing: Cell<bool>,
}

impl Connection {
    /// Starts to speak HTTP/3; the bytes of the connection go to `bytes`.
    pub(crate) async fn open(
        quic: quinn::Connection,
        remote_address: SocketAddr,
        tls: Option<Arc<TlsInfo>>,
        bytes: Rc<ByteCount>,
    ) -> Result<Rc<Self>, ConnectionError> {
        let mut builder = ::h3::client::builder();
        builder.max_field_section_size(HEAD_BYTES_MAX as u64);
        // Frames without meaning, there to keep servers tolerant, would be measured, too.
        builder.send_grease(false);
        let transport = h3_quinn::Connection::new(quic.clone());
        let (mut connection, sender) = builder.build(transport).await?;
        let driver = tokio::task::spawn_local(async move {
            // Exchanges under way get the error; without one nobody has to know.
            connection.wait_idle().await;
        });
        Ok(Rc::new(Self {
            sender,
            quic,
            driver: driver.abort_handle(),
            bytes,
            counted: Cell::default(),
            remote_address,
            tls,
            used: Cell::new(false),
            active: Cell::new(0),
            is_closing: Cell::new(false),
        }))
    }

    /// False when it is closed, or the server has said GOAWAY.
    pub(crate) fn is_usable(&self) -> bool {
        !self.is_closing.get() && self.quic.close_reason().is_none()
    }

    /// Opens a stream, as soon as the server allows one more, and writes the head of the request.
    pub(crate) async fn send(
        &self,
        message: http::Request<()>,
    ) -> Result<(Upload, Download), StreamError> {
        let stream = self.sender.clone().send_request(message).await;
        if let Err(StreamError::RemoteClosing { .. }) = &stream {
            self.is_closing.set(true);
        }
        let (upload, download) = stream?.split();
        Ok((Upload { stream: upload, is_finished: false }, download))
    }

    /// Adds what has gone over the wire since the last call.
    pub(crate) fn count_bytes(&self) {
        let stats = self.quic.stats();
        let (sent, received) = (stats.udp_tx.bytes, stats.udp_rx.bytes);
        let (sent_before, received_before) = self.counted.replace((sent, received));
        self.bytes.sent.set(self.bytes.sent.get() + (sent - sent_before));
        self.bytes.received.set(self.bytes.received.get() + (received - received_before));
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.count_bytes();
        self.quic.close(VarInt::from_u32(H3_NO_ERROR), b"");
        self.driver.abort();
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("remote_address", &self.remote_address)
            .finish_non_exhaustive()
    }
}

/// [`Code::H3_NO_ERROR`], RFC 9114, section 8.1.
const H3_NO_ERROR: u32 = 0x100;

/// Counts the bytes of an exchange, also of one that is cancelled.
pub(crate) struct Counting<'c>(pub(crate) &'c Connection);

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.0.count_bytes();
    }
}

/// The stream of an exchange, to the server.
pub(crate) struct Upload {
    stream: RequestStream<SendStream<Bytes>, Bytes>,
    is_finished: bool,
}

impl Upload {
    /// Sends the body. As with TCP it is sent when it is in the buffers of the transport, which
    /// hold what the server has not acknowledged.
    pub(crate) async fn send(&mut self, body: Bytes) -> Result<(), StreamError> {
        if !body.is_empty() {
            self.stream.send_data(body).await?;
        }
        self.stream.finish().await?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for Upload {
    /// Dropped as it is, the stream would end as if the body were complete.
    fn drop(&mut self) {
        if !self.is_finished {
            self.stream.stop_stream(Code::H3_REQUEST_CANCELLED);
        }
    }
}

/// The stream of an exchange, from the server. Dropping it tells the server to stop.
pub(crate) type Download = RequestStream<RecvStream, Bytes>;
