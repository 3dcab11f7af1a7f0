//! HTTP/2 over one connection that many exchanges share.
//!
//! hyper speaks the protocol in tasks on the same thread. The last handle to a connection closes
//! it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;

use ::h2::Reason;
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::task::AbortHandle;

use crate::error_kind::classify;
use crate::http::body::PiecedBody;
use crate::limits::HEAD_BYTES_MAX;
use crate::pool::Connecting;
use crate::stream::{Stamped, Stamps, Transport};
use crate::tls::TlsInfo;

/// An open HTTP/2 connection.
pub(crate) struct Connection {
    sender: SendRequest<PiecedBody>,
    tasks: LocalTasks,
    pub(crate) stamps: Rc<Stamps>,
    pub(crate) remote_address: Option<SocketAddr>,
    pub(crate) tls: Option<Arc<TlsInfo>>,
    /// An exchange went over it before.
    pub(crate) used: Cell<bool>,
    /// Exchanges that have a place on it now.
    pub(crate) active: Cell<usize>,
    /// How many exchanges at once the server takes.
    room: Rc<Cell<usize>>,
}

impl Connection {
    /// Starts to speak HTTP/2 over a transport. Those who wait for `permission` go on when the
    /// server has said how many requests at once it takes; until then there is room for one.
    pub(crate) async fn open(
        transport: Transport,
        remote_address: Option<SocketAddr>,
        tls: Option<Arc<TlsInfo>>,
        permission: Connecting,
    ) -> Result<Rc<Self>, hyper::Error> {
        let stamps = Rc::new(Stamps::new(true));
        let io = TokioIo::new(Stamped::new(transport, Rc::clone(&stamps)));
        let tasks = LocalTasks::default();
        let mut builder = Builder::new(tasks.clone());
        builder.max_header_list_size(HEAD_BYTES_MAX as u32);
        builder.initial_max_send_streams(1);
        let (sender, connection) = builder.handshake(io).await?;
        let room = Rc::new(Cell::new(1));
        let speaking = speak(connection, Rc::clone(&stamps), Rc::clone(&room), permission);
        tasks.keep(&tokio::task::spawn_local(speaking));
        Ok(Rc::new(Self {
            sender,
            tasks,
            stamps,
            remote_address,
            tls,
            used: Cell::new(false),
            active: Cell::new(0),
            room,
        }))
    }

    /// True when the server takes another request now. One is always sent, also to a server that
    /// takes none: it has the request's time to change its mind.
    pub(crate) fn has_room(&self) -> bool {
        self.active.get() < self.room.get()
    }

    /// False when the server has closed it or said GOAWAY.
    pub(crate) fn is_usable(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Sends the request and waits for the head of the response. `sent_ns` is set when the request
    /// has been written.
    pub(crate) async fn send(
        &self,
        message: http::Request<()>,
        body: Bytes,
        sent_ns: &Rc<Cell<u64>>,
    ) -> Result<http::Response<Incoming>, TrySendError<http::Request<PiecedBody>>> {
        let body = PiecedBody::new(body, Rc::clone(&self.stamps), Rc::clone(sent_ns));
        self.sender.clone().try_send_request(message.map(|()| body)).await
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.tasks.abort();
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("remote_address", &self.remote_address)
            .finish_non_exhaustive()
    }
}

/// Speaks HTTP/2 until the connection ends, and keeps `room` at what the server takes.
async fn speak(
    mut connection: hyper::client::conn::http2::Connection<
        TokioIo<Stamped>,
        PiecedBody,
        LocalTasks,
    >,
    stamps: Rc<Stamps>,
    room: Rc<Cell<usize>>,
    permission: Connecting,
) {
    // The connection's other task reads, and may have done so already.
    let settings = async {
        if stamps.last_read_ns.get() == 0 {
            stamps.first_read.notified().await;
        }
    };
    let mut speaking = pin!(poll_fn(|cx| {
        let ended = Pin::new(&mut connection).poll(cx);
        room.set(connection.current_max_send_streams().max(1));
        ended
    }));
    tokio::select! {
        biased;
        // Exchanges under way get the error; without one nobody has to know.
        _ = &mut speaking => return,
        // The first that a server says are its settings.
        () = settings => {}
    }
    // Looks at them.
    let ended = futures_util::poll!(&mut speaking).is_ready();
    permission.opened(room.get());
    if !ended {
        let _ = speaking.await;
    }
}

/// Runs hyper's tasks on this thread. Keeps hold of the two that own the socket and the queue of
/// requests; the others belong to single exchanges and end with these two.
#[derive(Clone, Default)]
struct LocalTasks(Rc<RefCell<Vec<AbortHandle>>>);

impl LocalTasks {
    const KEPT_MAX: usize = 2;

    fn keep(&self, task: &tokio::task::JoinHandle<()>) {
        let mut kept = self.0.borrow_mut();
        if kept.len() < Self::KEPT_MAX {
            kept.push(task.abort_handle());
        }
    }

    fn abort(&self) {
        for task in self.0.borrow().iter() {
            task.abort();
        }
    }
}

impl<F: Future<Output = ()> + 'static> hyper::rt::Executor<F> for LocalTasks {
    fn execute(&self, future: F) {
        self.keep(&tokio::task::spawn_local(future));
    }
}

/// True when the server has said GOAWAY: the connection takes no more requests.
pub(crate) fn is_going_away(error: &hyper::Error) -> bool {
    classify::find_h2(error).is_some_and(::h2::Error::is_go_away)
}

/// True when the server says that it has not worked on the request, so that it may be sent again:
/// it is shutting down in good order, or refuses the stream.
pub(crate) fn was_refused(error: &hyper::Error) -> bool {
    classify::find_h2(error).is_some_and(|error| {
        let graceful = error.is_go_away() && error.reason() == Some(Reason::NO_ERROR);
        let refused = error.is_reset() && error.reason() == Some(Reason::REFUSED_STREAM);
        error.is_remote() && (graceful || refused)
    })
}
