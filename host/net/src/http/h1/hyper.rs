//! HTTP/1 over one connection, by hyper.
//!
//! hyper speaks the protocol in a task of its own beside the client's. A connection that is dropped
//! closes its socket, whatever its task is doing.

use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use ::hyper::body::Incoming;
use ::hyper::client::conn::TrySendError;
use ::hyper::client::conn::http1::{Builder, SendRequest};
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use tokio::task::AbortHandle;

use crate::stream::{Stamped, Stamps, Transport};
use crate::tls::TlsInfo;

/// An open HTTP/1 connection, used by one exchange at a time.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    task: AbortHandle,
    pub(crate) stamps: Rc<Stamps>,
    pub(crate) remote_address: Option<SocketAddr>,
    pub(crate) tls: Option<Arc<TlsInfo>>,
    /// When it was given back; 0 before its first exchange.
    pub(crate) idle_since_ns: u64,
}

impl Connection {
    /// Starts to speak HTTP/1 over a transport.
    pub(crate) async fn open(
        transport: Transport,
        remote_address: Option<SocketAddr>,
        tls: Option<Arc<TlsInfo>>,
    ) -> Result<Self, ::hyper::Error> {
        let stamps = Rc::new(Stamps::new(false));
        let io = TokioIo::new(Stamped::new(transport, Rc::clone(&stamps)));
        let (sender, connection) = Builder::new()
            .title_case_headers(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .handshake(io)
            .await?;
        let task = tokio::task::spawn_local(async move {
            // The exchange that is under way gets the error; without one nobody has to know.
            let _ = connection.await;
        });
        let task = task.abort_handle();
        Ok(Self { sender, task, stamps, remote_address, tls, idle_since_ns: 0 })
    }

    /// False when the server has closed it, or it is not done with the exchange before.
    pub(crate) fn is_usable(&self) -> bool {
        self.sender.is_ready()
    }

    /// True when an exchange went over it before.
    pub(crate) fn is_reused(&self) -> bool {
        self.idle_since_ns != 0
    }

    /// True when there is no use in keeping it.
    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Sends the request and waits for the head of the response.
    pub(crate) async fn send(
        &mut self,
        message: http::Request<Full<Bytes>>,
    ) -> Result<http::Response<Incoming>, TrySendError<http::Request<Full<Bytes>>>> {
        self.stamps.arm();
        self.sender.try_send_request(message).await
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("remote_address", &self.remote_address)
            .finish_non_exhaustive()
    }
}
