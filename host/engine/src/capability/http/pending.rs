//! Requests on their way that guests hold: started, to be collected whole, or opened, to be read
//! while the body comes.
//!
//! Each is a task of the worker. A request that is dropped is cancelled; one that was opened and
//! has its head is closed instead, so that what was sent and received is recorded.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use send_wrapper::SendWrapper;
use squall_net::{BodyStream, Outcome, Piece, StreamHead};
use tokio::task::AbortHandle;
use wasmtime::component::Resource;

use super::response::shown_headers;
use super::{carry_out, carry_out_streaming, wit};
use crate::state::VuState;

/// A request on its way that a guest holds. Dropping it cancels the request.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Pending(SendWrapper<PendingRequest>);

struct PendingRequest {
    place: Place,
    task: AbortHandle,
}

impl Drop for PendingRequest {
    fn drop(&mut self) {
        match &self.place.stream {
            Some(stream) if stream.has_begun() => stream.close(),
            _ => self.task.abort(),
        }
    }
}

/// Where a request's results come.
#[derive(Clone)]
struct Place {
    outcome: Rc<Slot>,
    /// Of a request that was opened.
    stream: Option<Rc<BodyStream>>,
}

#[derive(Default)]
struct Slot {
    outcome: RefCell<Option<Outcome>>,
    waker: RefCell<Option<Waker>>,
}

impl Slot {
    fn put(&self, outcome: Outcome) {
        *self.outcome.borrow_mut() = Some(outcome);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    fn is_filled(&self) -> bool {
        self.outcome.borrow().is_some()
    }

    fn poll_filled(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.is_filled() {
            return Poll::Ready(());
        }
        *self.waker.borrow_mut() = Some(context.waker().clone());
        Poll::Pending
    }

    async fn take(&self) -> Outcome {
        poll_fn(|context| self.poll_filled(context)).await;
        self.outcome.take().unwrap_or_else(|| unreachable!("nobody else takes it"))
    }
}

impl Place {
    fn is_ready(&self) -> bool {
        match &self.stream {
            Some(stream) => stream.has_news(),
            None => self.outcome.is_filled(),
        }
    }

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<()> {
        match &self.stream {
            Some(stream) => stream.poll_news(context),
            None => self.outcome.poll_filled(context),
        }
    }
}

/// Position of the first that is ready, once one is.
async fn first_ready(places: Vec<Place>) -> u32 {
    poll_fn(|context| {
        let mut polled = places.iter().map(|place| place.poll_ready(context));
        match polled.position(|polled| polled.is_ready()) {
            Some(position) => Poll::Ready(position as u32),
            None => Poll::Pending,
        }
    })
    .await
}

async fn within<T>(timeout_ms: Option<u64>, future: impl Future<Output = T>) -> Option<T> {
    match timeout_ms {
        Some(ms) => tokio::time::timeout(Duration::from_millis(ms), future).await.ok(),
        None => Some(future.await),
    }
}

impl VuState {
    /// Sends a request as a task of its own, and goes on.
    pub(super) fn launch(
        &mut self,
        request: wit::Request,
        stream: Option<Rc<BodyStream>>,
    ) -> wasmtime::Result<Resource<Pending>> {
        self.require_running("an HTTP request")?;
        let place = Place { outcome: Rc::default(), stream };
        let prepared = self.prepare(request)?;
        let (context, client) = (self.context(), Rc::clone(&self.local().client));
        let Place { outcome, stream } = place.clone();
        let task = tokio::task::spawn_local(async move {
            outcome.put(match (prepared, stream) {
                (Ok(prepared), None) => carry_out(context, client, prepared).await,
                (Ok(prepared), Some(stream)) => {
                    carry_out_streaming(context, client, prepared, stream).await
                }
                (Err(refused), stream) => {
                    let outcome = refused.outcome();
                    if let Some(stream) = stream {
                        stream.finish(&outcome.exchange);
                    }
                    outcome
                }
            });
        });
        let pending = PendingRequest { place, task: task.abort_handle() };
        Ok(self.table.push(Pending(SendWrapper::new(pending)))?)
    }

    fn place(&self, pending: &Resource<Pending>) -> wasmtime::Result<Place> {
        Ok(self.table.get(pending)?.0.place.clone())
    }

    fn stream(&self, pending: &Resource<Pending>) -> wasmtime::Result<Rc<BodyStream>> {
        self.place(pending)?.stream.ok_or_else(|| {
            wasmtime::Error::msg(
                "this request was made with `start`, so its body is collected: only requests made \
                 with `open` can be read while the body comes",
            )
        })
    }

    /// Nothing when there is nothing to wait for.
    pub(super) fn first_ready(
        &mut self,
        pending: &[Resource<Pending>],
        timeout_ms: Option<u64>,
    ) -> wasmtime::Result<Option<impl Future<Output = Option<u32>> + use<>>> {
        if pending.is_empty() {
            return Ok(None);
        }
        let places = pending.iter().map(|pending| self.place(pending));
        let places = places.collect::<wasmtime::Result<Vec<_>>>()?;
        Ok(Some(self.wait(move || within(timeout_ms, first_ready(places)))))
    }

    pub(super) fn outcome_of(
        &mut self,
        pending: Resource<Pending>,
    ) -> wasmtime::Result<impl Future<Output = Outcome> + use<>> {
        let pending = self.table.delete(pending)?;
        Ok(self.wait(move || async move {
            let place = &pending.0.place;
            if let Some(stream) = &place.stream {
                stream.close();
            }
            place.outcome.take().await
        }))
    }

    pub(super) fn head_of(
        &mut self,
        pending: &Resource<Pending>,
    ) -> wasmtime::Result<impl Future<Output = Option<StreamHead>> + use<>> {
        let stream = self.stream(pending)?;
        Ok(self.wait(move || async move { poll_fn(|context| stream.poll_head(context)).await }))
    }

    pub(super) fn piece_of(
        &mut self,
        pending: &Resource<Pending>,
        bytes_max: u32,
        timeout_ms: Option<u64>,
    ) -> wasmtime::Result<impl Future<Output = Option<Piece>> + use<>> {
        let stream = self.stream(pending)?;
        Ok(self.wait(move || async move {
            let read = poll_fn(|context| stream.poll_read(context, bytes_max as usize));
            within(timeout_ms, read).await
        }))
    }
}

pub(super) fn head_shown(head: &StreamHead) -> wit::ResponseHead {
    wit::ResponseHead { status: head.status, headers: shown_headers(&head.headers) }
}

pub(super) fn piece_shown(piece: Option<Piece>) -> wit::BodyPiece {
    match piece {
        Some(Piece::Bytes(bytes)) => wit::BodyPiece::Bytes(bytes.to_vec()),
        Some(Piece::End) => wit::BodyPiece::End,
        None => wit::BodyPiece::TimedOut,
    }
}

impl wit::HostPending for VuState {
    fn ready(&mut self, pending: Resource<Pending>) -> wasmtime::Result<bool> {
        Ok(self.table.get(&pending)?.0.place.is_ready())
    }

    fn drop(&mut self, pending: Resource<Pending>) -> wasmtime::Result<()> {
        self.table.delete(pending)?;
        Ok(())
    }
}
