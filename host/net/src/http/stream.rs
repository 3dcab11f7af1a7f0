//! A response's body that is read while it comes: one side receives, the other reads, with a
//! bounded buffer between them. When it is full, nothing more is taken from the socket, so a slow
//! reader slows the server down and costs no memory.
//!
//! Both sides are tasks of one thread. Responses that the client itself answers (redirects,
//! questions who is there) are not streamed: they are collected as ever, and only the last one is
//! handed over when it turns out to be that, by [`BodyStream::finish`].

use std::cell::RefCell;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http::header::LOCATION;

use crate::call::{Call, Leg, Outcome};
use crate::http::client::Client;
use crate::http::course::Head;
use crate::http::headers::Headers;
use crate::http::response::Exchange;

/// From so many bytes on that nobody has read, no more are received. One read of a socket may go
/// beyond that.
const BUFFER_BYTES: usize = 64 * 1024;

/// The head of a response whose body may still be coming.
#[derive(Clone, Debug, Default)]
pub struct StreamHead {
    /// HTTP status.
    pub status: u16,
    /// Its header lines.
    pub headers: Headers,
}

/// A response's body on its way from the connection to a reader.
#[derive(Debug, Default)]
pub struct BodyStream(RefCell<State>);

#[derive(Debug, Default)]
struct State {
    head: Option<StreamHead>,
    /// The reader knows of the head.
    head_is_known: bool,
    /// What came and was not read.
    unread: BytesMut,
    /// Nothing more will come.
    is_over: bool,
    /// The reader wants no more.
    is_closed: bool,
    reader: Option<Waker>,
    receiver: Option<Waker>,
}

/// What a reader gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// At least one byte.
    Bytes(Bytes),
    /// There is no more; how the exchange went is told by its outcome.
    End,
}

/// Whether there is a reader for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    More,
    NoMore,
}

impl State {
    fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    fn wake_receiver(&mut self) {
        if let Some(waker) = self.receiver.take() {
            waker.wake();
        }
    }

    fn has_news(&self) -> bool {
        let has_head = self.head.is_some() && !self.head_is_known;
        has_head || self.is_over || !self.unread.is_empty()
    }
}

/// Reading.
impl BodyStream {
    /// The head, once it is there; nothing when none will come.
    pub fn poll_head(&self, context: &mut Context<'_>) -> Poll<Option<StreamHead>> {
        let mut state = self.0.borrow_mut();
        if state.head.is_none() && !state.is_over {
            state.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        state.head_is_known = true;
        Poll::Ready(state.head.clone())
    }

    /// The next bytes, at most `bytes_max` of them, once there are any.
    pub fn poll_read(&self, context: &mut Context<'_>, bytes_max: usize) -> Poll<Piece> {
        let mut state = self.0.borrow_mut();
        if state.unread.is_empty() {
            if state.is_over || state.is_closed {
                return Poll::Ready(Piece::End);
            }
            state.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = state.unread.len().min(bytes_max.max(1));
        let bytes = state.unread.split_to(count).freeze();
        if state.unread.len() < BUFFER_BYTES {
            state.wake_receiver();
        }
        Poll::Ready(Piece::Bytes(bytes))
    }

    /// True once there is something that the reader does not know: the head, bytes, or the end.
    /// Else the reader is woken when there is.
    pub fn poll_news(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.borrow_mut();
        if state.has_news() {
            return Poll::Ready(());
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }

    /// True when there is something that the reader does not know.
    pub fn has_news(&self) -> bool {
        self.0.borrow().has_news()
    }

    /// Wants no more: the exchange ends at what has come, and counts as complete.
    pub fn close(&self) {
        let mut state = self.0.borrow_mut();
        state.is_closed = true;
        state.unread = BytesMut::new();
        state.wake_receiver();
    }
}

/// Receiving.
impl BodyStream {
    /// A head has come. False: it is not the last of the call, or may not be, so its body is to be
    /// collected.
    pub(crate) fn begin(&self, head: &Head) -> bool {
        let redirects = head.status.is_redirection() && head.headers.contains(LOCATION);
        if redirects || head.status == StatusCode::UNAUTHORIZED {
            return false;
        }
        self.set_head(head.status.as_u16(), head.headers.clone());
        true
    }

    fn set_head(&self, status: u16, headers: Headers) {
        let mut state = self.0.borrow_mut();
        state.head = Some(StreamHead { status, headers });
        state.wake_reader();
    }

    /// True once a head has come whose body is streamed.
    pub fn has_begun(&self) -> bool {
        self.0.borrow().head.is_some()
    }

    /// Comes when there is room for more bytes, or when none are wanted. In any case the receiver
    /// is woken when it is closed.
    pub(crate) fn poll_demand(&self, context: &mut Context<'_>) -> Poll<Demand> {
        let mut state = self.0.borrow_mut();
        if state.is_closed {
            return Poll::Ready(Demand::NoMore);
        }
        state.receiver = Some(context.waker().clone());
        if state.unread.len() < BUFFER_BYTES { Poll::Ready(Demand::More) } else { Poll::Pending }
    }

    pub(crate) fn push(&self, data: &[u8]) {
        let mut state = self.0.borrow_mut();
        if !state.is_closed && !data.is_empty() {
            state.unread.extend_from_slice(data);
            state.wake_reader();
        }
    }

    /// The call is over. What was collected because it might not have been the last response is
    /// handed over now.
    pub fn finish(&self, exchange: &Exchange) {
        if !self.has_begun() && exchange.status != 0 {
            self.set_head(exchange.status, exchange.headers.clone());
            self.push(&exchange.body);
        }
        let mut state = self.0.borrow_mut();
        state.is_over = true;
        state.wake_reader();
    }
}

impl Client {
    /// Carries out a call whose last response's body goes to `stream` as it comes; the outcome has
    /// no body. The timeout holds up to that response's head. Codings are not undone.
    pub async fn call_streaming(
        &self,
        mut call: Call,
        stream: &Rc<BodyStream>,
        on_leg: impl FnMut(Leg<'_>),
    ) -> Outcome {
        call.request.stream = Some(Rc::clone(stream));
        let outcome = self.call(call, on_leg).await;
        stream.finish(&outcome.exchange);
        outcome
    }
}

/// Comes with `poll`'s output when there is demand, with nothing when there is none any more.
pub(crate) fn poll_on_demand<T>(
    stream: Option<&BodyStream>,
    context: &mut Context<'_>,
    poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
) -> Poll<Option<T>> {
    if let Some(stream) = stream
        && ready!(stream.poll_demand(context)) == Demand::NoMore
    {
        return Poll::Ready(None);
    }
    poll(context).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, headers: &[(&str, &str)]) -> Head {
        let pairs = headers.iter().map(|(name, value)| {
            let name: http::HeaderName = name.parse().unwrap();
            (name, http::HeaderValue::from_str(value).unwrap())
        });
        let headers: http::HeaderMap = pairs.collect();
        Head {
            status: StatusCode::from_u16(status).unwrap(),
            proto: crate::Proto::Http11,
            reason: None,
            headers: headers.into(),
        }
    }

    fn now<T>(poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn bytes_come_in_pieces_of_at_most_the_size_asked_for() {
        let stream = BodyStream::default();
        assert!(now(|cx| stream.poll_head(cx)).is_pending());
        assert!(stream.begin(&head(200, &[])));
        assert!(stream.has_news());
        assert!(
            matches!(now(|cx| stream.poll_head(cx)), Poll::Ready(Some(head)) if head.status == 200)
        );
        assert!(!stream.has_news() && now(|cx| stream.poll_read(cx, 2)).is_pending());
        stream.push(b"abc");
        let piece = |bytes: &'static [u8]| Poll::Ready(Piece::Bytes(Bytes::from_static(bytes)));
        assert_eq!(now(|cx| stream.poll_read(cx, 2)), piece(b"ab"));
        assert_eq!(now(|cx| stream.poll_read(cx, 0)), piece(b"c"));
        assert!(now(|cx| stream.poll_read(cx, 2)).is_pending());
        stream.finish(&Exchange::default());
        assert_eq!(now(|cx| stream.poll_read(cx, 2)), Poll::Ready(Piece::End));
    }

    #[test]
    fn a_full_buffer_is_no_demand_until_it_is_read() {
        let stream = BodyStream::default();
        assert!(stream.begin(&head(200, &[])));
        stream.push(&vec![0; BUFFER_BYTES]);
        assert!(now(|cx| stream.poll_demand(cx)).is_pending());
        let _ = now(|cx| stream.poll_read(cx, 1));
        assert_eq!(now(|cx| stream.poll_demand(cx)), Poll::Ready(Demand::More));
        stream.push(&[0]);
        assert!(now(|cx| stream.poll_demand(cx)).is_pending());
        stream.close();
        assert_eq!(now(|cx| stream.poll_demand(cx)), Poll::Ready(Demand::NoMore));
        assert_eq!(now(|cx| stream.poll_read(cx, 1)), Poll::Ready(Piece::End));
    }

    #[test]
    fn what_may_not_be_the_last_response_is_not_streamed() {
        let stream = BodyStream::default();
        assert!(!stream.begin(&head(302, &[("location", "/")])));
        assert!(!stream.begin(&head(401, &[])));
        assert!(!stream.has_begun());
        let body = Bytes::from_static(b"who is there?");
        stream.finish(&Exchange { status: 401, body: body.clone(), ..Exchange::default() });
        assert!(
            matches!(now(|cx| stream.poll_head(cx)), Poll::Ready(Some(head)) if head.status == 401)
        );
        assert_eq!(now(|cx| stream.poll_read(cx, 99)), Poll::Ready(Piece::Bytes(body)));
        assert!(stream.begin(&head(304, &[])));
    }

    #[test]
    fn without_a_response_there_is_no_head() {
        let stream = BodyStream::default();
        stream.finish(&Exchange::default());
        assert!(matches!(now(|cx| stream.poll_head(cx)), Poll::Ready(None)));
        assert_eq!(now(|cx| stream.poll_read(cx, 9)), Poll::Ready(Piece::End));
    }
}
