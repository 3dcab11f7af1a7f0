//! How far one request has come: its marks, what it learned about its connection, and how it ends.
//!
//! Kept outside the futures that do the work, so that it is still there when the deadline drops
//! them.

use std::cell::Cell;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_ENCODING;
use tokio::time::Sleep;

use crate::clock;
use crate::error_kind::Failure;
use crate::error_kind::classify::{self, Stage};
use crate::http::body::{BodyUse, Received};
use crate::http::headers::Headers;
use crate::http::request::Request;
use crate::http::response::{Exchange, Proto};
use crate::http::stream::BodyStream;
use crate::pool::held::HeldConnection;
use crate::timings::Marks;
use crate::tls::TlsInfo;

/// The head of a response.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) proto: Proto,
    pub(crate) reason: Option<Bytes>,
    pub(crate) headers: Headers,
}

/// Why one attempt gave no response.
pub(crate) enum Fault {
    /// The connection was of no use; another one may be.
    Stale,
    /// It failed, and that is the result.
    Failed(Failure),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// How far a request has come.
pub(crate) struct Course {
    pub(crate) marks: Marks,
    /// Once it has come.
    pub(crate) head: Option<Head>,
    pub(crate) received: Received,
    remote_address: Option<SocketAddr>,
    tls: Option<Arc<TlsInfo>>,
    pub(crate) reused: bool,
    pub(crate) held: Option<HeldConnection>,
    pub(crate) retried: bool,
}

impl Course {
    pub(crate) fn new(start_ns: u64) -> Self {
        Self {
            marks: Marks { start_ns, ..Marks::default() },
            head: None,
            received: Received::default(),
            remote_address: None,
            tls: None,
            reused: false,
            held: None,
            retried: false,
        }
    }

    /// The request goes over this connection.
    pub(crate) fn over(
        &mut self,
        address: Option<SocketAddr>,
        tls: Option<&Arc<TlsInfo>>,
        reused: bool,
    ) {
        self.remote_address = address;
        self.tls = tls.map(Arc::clone);
        self.reused = reused;
    }

    /// What came before counts as getting a connection.
    pub(crate) fn start_again(&mut self) {
        self.retried = true;
        self.marks.ready_ns = 0;
        self.marks.sent_ns = 0;
        self.marks.first_byte_ns = 0;
        self.marks.end_ns = 0;
    }

    pub(crate) fn stage(&self) -> Stage {
        match (self.marks.sent_ns, self.marks.first_byte_ns) {
            (0, 0) => Stage::Sending,
            (_, 0) => Stage::Waiting,
            _ => Stage::Receiving,
        }
    }

    pub(crate) fn timeout(&self, request: &Request) -> Fault {
        classify::timeout(request.timeout, self.stage()).into()
    }

    /// One retry is enough: the second time it is the server's answer.
    pub(crate) fn stale_or_failed(&self, again: bool, error: &(dyn Error + 'static)) -> Fault {
        if again && !self.retried {
            return Fault::Stale;
        }
        classify::exchange(error, self.stage()).into()
    }

    /// How the body that was received is coded, if there is one and it is. The usual response has
    /// no such header, and pays for this look and nothing else.
    pub(crate) fn content_encoding(&self) -> Option<&[u8]> {
        let head = self.head.as_ref().filter(|_| !self.received.is_empty())?;
        head.headers.get(CONTENT_ENCODING)
    }

    /// The exchange with what was received; a failed one has the part of the body that came.
    pub(crate) fn finish(mut self, outcome: Result<(), Failure>) -> Exchange {
        if self.marks.end_ns == 0 {
            self.marks.end_ns = clock::now_ns();
        }
        let mut exchange = Exchange {
            body: self.received.take(),
            body_bytes: self.received.bytes,
            timings: self.marks.timings(),
            end_ns: self.marks.end_ns,
            remote_address: self.remote_address,
            tls: self.tls,
            connection_reused: self.reused,
            held: self.held,
            retried: self.retried,
            ..Exchange::default()
        };
        match (outcome, self.head) {
            (Err(failure), _) => exchange.failure = Some(failure),
            (Ok(()), Some(head)) => {
                exchange.status = head.status.as_u16();
                exchange.proto = head.proto;
                exchange.reason = head.reason;
                exchange.headers = head.headers;
            }
            (Ok(()), None) => unreachable!("without a response there is a failure"),
        }
        exchange
    }
}

/// Lengths of the phases of connecting; kept outside the future that is dropped at the deadline.
#[derive(Default)]
#[expect(clippy::struct_field_names, reason = "names carry their units")]
pub(crate) struct Phases {
    pub(crate) looking_up_ns: Cell<u64>,
    pub(crate) connecting_ns: Cell<u64>,
    pub(crate) tls_handshaking_ns: Cell<u64>,
}

/// Measures a phase until it is dropped, so that a phase that is cut off has its length too.
pub(crate) struct PhaseTimer<'p> {
    start_ns: u64,
    length_ns: &'p Cell<u64>,
}

impl<'p> PhaseTimer<'p> {
    pub(crate) fn start(length_ns: &'p Cell<u64>) -> Self {
        Self { start_ns: clock::now_ns(), length_ns }
    }
}

impl Drop for PhaseTimer<'_> {
    fn drop(&mut self) {
        let length_ns = clock::now_ns() - self.start_ns;
        self.length_ns.set(self.length_ns.get() + length_ns);
    }
}

/// What `poll` comes to, or nothing at the deadline, which a stream that has begun has not.
pub(crate) async fn polled_within<T>(
    mut deadline: Pin<&mut Sleep>,
    stream: Option<&BodyStream>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> Option<T> {
    poll_fn(|context| match poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if stream.is_some_and(BodyStream::has_begun) => Poll::Pending,
        Poll::Pending => deadline.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// As [`within`], for the rest of a response: what is read while it comes has no deadline.
pub(crate) async fn received_within<F: Future>(
    deadline: Pin<&mut Sleep>,
    body_use: BodyUse<'_>,
    future: F,
) -> Option<F::Output> {
    match body_use.stream {
        None => within(deadline, future).await,
        Some(_) => Some(future.await),
    }
}

/// The future's output, or nothing at the deadline.
pub(crate) async fn within<F: Future>(deadline: Pin<&mut Sleep>, future: F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = deadline => None,
    }
}
