//! Bodies: collects a response's, or counts and drops it; cuts a request's into pieces for HTTP/2.
//! `decode` undoes its codings when it is complete.
//!
//! Invariant: no more than the allowed number of bytes is ever held; a body over it is an error as
//! soon as that is known, which is before the first byte when the server says the length.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::buf::Limit;
use bytes::{BufMut as _, Bytes, BytesMut};
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::http::course::Head;
use crate::http::stream::{BodyStream, poll_on_demand};
use crate::stream::Stamps;

/// Reserved for a body whose length is announced; a larger one grows as it comes.
const RESERVE_BYTES_MAX: u64 = 1024 * 1024;

/// Pieces of a request's body on HTTP/2: the last one is taken when the window has room for it, so
/// the smaller they are, the better the end of sending is known. As large as a frame, so that
/// nothing is lost.
const PIECE_BYTES: usize = 16 * 1024;

/// Why a body was not received.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It has more bytes than are allowed.
    TooLarge,
    /// The connection failed.
    Failed(hyper::Error),
}

impl From<TooLarge> for BodyError {
    fn from(_: TooLarge) -> Self {
        Self::TooLarge
    }
}

/// A body has more bytes than are allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooLarge;

/// What to do with a response's body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyUse<'x> {
    pub(crate) discard: bool,
    pub(crate) bytes_max: u64,
    /// Where it goes instead of being collected, if the head is of that kind.
    pub(crate) stream: Option<&'x BodyStream>,
}

impl BodyUse<'_> {
    /// What to do with the body that follows this head. A body that is read as it comes may have
    /// any length.
    pub(crate) fn behind(self, head: &Head) -> Self {
        match self.stream {
            Some(stream) if stream.begin(head) => {
                Self { discard: false, bytes_max: u64::MAX, ..self }
            }
            _ => Self { stream: None, ..self },
        }
    }

    /// True when the client collects it.
    pub(crate) fn is_kept(self) -> bool {
        !self.discard && self.stream.is_none()
    }
}

/// The body of a response, as far as it has come; kept outside the future that receives it, so that
/// it is still there when that one is dropped.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// Length of all that came, also of what was not kept.
    pub(crate) bytes: u64,
    first: Bytes,
    rest: BytesMut,
}

impl Received {
    /// Takes the next piece. `announced` is the length that the whole is known to have, or 0.
    pub(crate) fn push(
        &mut self,
        data: Bytes,
        announced: u64,
        body_use: BodyUse<'_>,
    ) -> Result<(), TooLarge> {
        if !self.keeps(&data, body_use)? {
            return Ok(());
        }
        // Most bodies come in one piece, which is then the body, without a copy.
        if self.first.is_empty() {
            self.first = data;
            return Ok(());
        }
        if self.rest.is_empty() {
            let expected = announced.max(self.first.len() as u64 * 2).min(RESERVE_BYTES_MAX);
            self.rest.reserve(expected as usize);
            self.rest.extend_from_slice(&self.first);
        }
        self.rest.extend_from_slice(&data);
        Ok(())
    }

    /// Counts a piece, and hands it on or drops it where that is its use. True: it is to be kept.
    fn keeps(&mut self, data: &[u8], body_use: BodyUse<'_>) -> Result<bool, TooLarge> {
        self.bytes += data.len() as u64;
        self.expect(0, body_use)?;
        if let Some(stream) = body_use.stream {
            stream.push(data);
        }
        Ok(body_use.is_kept())
    }

    /// Takes the next piece, which is somebody else's.
    pub(crate) fn copy(
        &mut self,
        data: &[u8],
        announced: u64,
        body_use: BodyUse<'_>,
    ) -> Result<(), TooLarge> {
        if !self.keeps(data, body_use)? {
            return Ok(());
        }
        if self.is_empty() && data.len() as u64 == announced {
            self.first = Bytes::copy_from_slice(data);
            return Ok(());
        }
        self.reserve(announced);
        self.rest.extend_from_slice(data);
        Ok(())
    }

    /// Where the next piece can be put without a copy, at most `bytes_max` of it; for bodies that
    /// are kept. `announced` is the length of the whole.
    pub(crate) fn room(&mut self, bytes_max: u64, announced: u64) -> Limit<&mut BytesMut> {
        self.reserve(announced);
        (&mut self.rest).limit(usize::try_from(bytes_max).unwrap_or(usize::MAX))
    }

    /// So many bytes were put into [`Self::room`].
    pub(crate) fn filled(&mut self, count: usize) {
        self.bytes += count as u64;
    }

    fn reserve(&mut self, announced: u64) {
        if self.rest.capacity() == 0 {
            self.rest.reserve(announced.min(RESERVE_BYTES_MAX) as usize);
        }
    }

    /// Refuses a body that has, or with so many bytes more will have, too many. A part of what is
    /// too much is of no use.
    pub(crate) fn expect(&mut self, more: u64, body_use: BodyUse<'_>) -> Result<(), TooLarge> {
        if self.bytes.saturating_add(more) > body_use.bytes_max {
            self.take();
            return Err(TooLarge);
        }
        Ok(())
    }

    /// What was kept.
    pub(crate) fn take(&mut self) -> Bytes {
        let first = std::mem::take(&mut self.first);
        let rest = std::mem::take(&mut self.rest);
        if rest.is_empty() { first } else { rest.freeze() }
    }

    /// The same body in another form.
    pub(crate) fn replace(&mut self, body: Bytes) {
        self.first = body;
        self.rest = BytesMut::new();
    }

    /// True when nothing was kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty() && self.rest.is_empty()
    }
}

/// Receives the whole body, or as much of it as is wanted.
pub(crate) async fn collect(
    mut body: Incoming,
    body_use: BodyUse<'_>,
    received: &mut Received,
) -> Result<(), BodyError> {
    let announced = body.size_hint().lower();
    if announced > body_use.bytes_max {
        return Err(BodyError::TooLarge);
    }
    let mut next = |context: &mut Context<'_>| {
        poll_on_demand(body_use.stream, context, |context| Pin::new(&mut body).poll_frame(context))
    };
    while let Some(frame) = poll_fn(&mut next).await.flatten() {
        if let Ok(data) = frame.map_err(BodyError::Failed)?.into_data() {
            received.push(data, announced, body_use)?;
        }
    }
    Ok(())
}

/// A request's body on HTTP/2. When its last piece is taken, the next write is the end of sending.
#[derive(Debug)]
pub(crate) struct PiecedBody {
    rest: Bytes,
    stamps: Rc<Stamps>,
    sent_ns: Rc<Cell<u64>>,
}

impl PiecedBody {
    /// `sent_ns` is set when all has been written.
    pub(crate) fn new(bytes: Bytes, stamps: Rc<Stamps>, sent_ns: Rc<Cell<u64>>) -> Self {
        if bytes.is_empty() {
            stamps.at_next_write(&sent_ns);
        }
        Self { rest: bytes, stamps, sent_ns }
    }
}

impl Body for PiecedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.rest.len().min(PIECE_BYTES);
        let piece = self.rest.split_to(length);
        if self.rest.is_empty() {
            self.stamps.at_next_write(&self.sent_ns);
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    /// Of an empty body it says nothing: hyper would announce it with methods that do not want
    /// that, and where they do, the head says so (see `http::head`).
    fn size_hint(&self) -> SizeHint {
        match self.rest.len() {
            0 => SizeHint::default(),
            length => SizeHint::with_exact(length as u64),
        }
    }
}
