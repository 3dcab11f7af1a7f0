//! Interface `http`: requests of guests, carried out by `squall-net` and recorded here.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use send_wrapper::SendWrapper;
use squall_net::http_types::Method;
use squall_net::{Bytes, Client, Exchange, Failure, Header, Request, TIMEOUT_DEFAULT};
use tokio::task::AbortHandle;
use wasmtime::component::Resource;

use crate::bindings::squall::vu::http as wit;
use crate::clock;
use crate::recording::{Expected, HttpTags, TagPairs};
use crate::state::VuState;
use crate::worker::context::WorkerContext;

/// A finished exchange that a guest holds.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Response(Exchange);

/// A request on its way that a guest holds. Dropping it cancels the request.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Pending(SendWrapper<PendingRequest>);

struct PendingRequest {
    slot: Rc<PendingSlot>,
    task: AbortHandle,
}

impl Drop for PendingRequest {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Default)]
struct PendingSlot {
    exchange: RefCell<Option<Exchange>>,
    waker: RefCell<Option<Waker>>,
}

impl PendingSlot {
    fn is_ready(&self) -> bool {
        self.exchange.borrow().is_some()
    }

    fn finish(&self, exchange: Exchange) {
        *self.exchange.borrow_mut() = Some(exchange);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}

/// Position of the first of `slots` that is ready, once one is.
async fn first_ready(slots: Vec<Rc<PendingSlot>>) -> u32 {
    poll_fn(|context| {
        if let Some(position) = slots.iter().position(|slot| slot.is_ready()) {
            return Poll::Ready(position as u32);
        }
        for slot in &slots {
            *slot.waker.borrow_mut() = Some(context.waker().clone());
        }
        Poll::Pending
    })
    .await
}

/// A request, ready to be sent and recorded.
struct Prepared {
    request: Request,
    tags: HttpTags,
}

impl VuState {
    fn prepare(&self, request: wit::Request) -> Result<Prepared, Failure> {
        let context = self.context();
        let (target, url_label) = context.target(&request.url)?;
        let method = method_of(request.method)?;
        let mut prepared = Request::new(method.clone(), target);
        prepared.headers = request
            .headers
            .iter()
            .map(|(name, value)| Header::new(name, value.as_bytes()))
            .collect::<Result<_, _>>()?;
        prepared.body = request.body.map(Bytes::from).unwrap_or_default();
        let timeout = request.timeout_ms.map(|ms| Duration::from_millis(u64::from(ms)));
        prepared.timeout = timeout.unwrap_or(TIMEOUT_DEFAULT);
        prepared.discard_body =
            request.discard_body.unwrap_or(context.shared.discard_response_bodies);
        let tags = HttpTags {
            base: self.local().base_tags(&context),
            local: self.local(),
            method,
            label: request.name.map_or(url_label, |name| context.name(&name)),
            own: request.tags,
            expected: expected(request.expected),
        };
        Ok(Prepared { request: prepared, tags })
    }

    fn hand_over(&mut self, exchange: Exchange) -> wasmtime::Result<wit::Exchange> {
        let status = exchange.status;
        let error_code = exchange.error_code();
        let body_bytes = exchange.body_bytes;
        let response = self.table.push(Response(exchange))?;
        Ok(wit::Exchange { response, status, error_code, body_bytes })
    }

    fn response(&self, response: &Resource<Response>) -> wasmtime::Result<&Exchange> {
        Ok(&self.table.get(response)?.0)
    }
}

fn expected(expected: wit::ExpectedStatuses) -> Expected {
    match expected {
        wit::ExpectedStatuses::Usual => Expected::usual(),
        wit::ExpectedStatuses::Between(ranges) => {
            Expected::Between(ranges.into_iter().map(|(first, last)| first..=last).collect())
        }
        wit::ExpectedStatuses::Unjudged => Expected::Unjudged,
    }
}

fn method_of(method: wit::Method) -> Result<Method, Failure> {
    Ok(match method {
        wit::Method::Get => Method::GET,
        wit::Method::Head => Method::HEAD,
        wit::Method::Post => Method::POST,
        wit::Method::Put => Method::PUT,
        wit::Method::Patch => Method::PATCH,
        wit::Method::Delete => Method::DELETE,
        wit::Method::Options => Method::OPTIONS,
        wit::Method::Other(name) => Method::from_bytes(name.as_bytes()).map_err(|_| {
            let found = format!("`{name}` is not an HTTP method: expected letters such as `PURGE`");
            Failure::new(squall_net::ErrorCode::GENERIC, found)
        })?,
    })
}

/// Sends, waits, records.
async fn exchange(context: Rc<WorkerContext>, client: Rc<Client>, prepared: Prepared) -> Exchange {
    let exchange = client.execute(prepared.request).await;
    finish(&context, &prepared.tags, &exchange);
    exchange
}

fn finish(context: &WorkerContext, tags: &HttpTags, exchange: &Exchange) {
    context.recording.http(tags, exchange);
    if let Some(failure) = &exchange.failure
        && context.log_budget.allows()
    {
        let (method, url) = (&tags.method, &tags.label.text);
        tracing::warn!("Request Failed: {method} {url}: {failure}");
    }
}

/// A request that could not even be made: no metrics, as in k6.
fn refused(failure: Failure) -> Exchange {
    Exchange::failed(failure, clock::now_ns())
}

impl wit::Host for VuState {
    async fn send(&mut self, request: wit::Request) -> wasmtime::Result<wit::Exchange> {
        self.require_running("an HTTP request")?;
        let sent = self.prepare(request).map(|prepared| {
            let client = Rc::clone(&self.local().client);
            let context = self.context();
            self.wait(move || exchange(context, client, prepared))
        });
        let exchange = match sent {
            Ok(exchange) => exchange.await,
            Err(failure) => refused(failure),
        };
        self.hand_over(exchange)
    }

    async fn batch(&mut self, requests: Vec<wit::Request>) -> wasmtime::Result<Vec<wit::Exchange>> {
        self.require_running("an HTTP request")?;
        let sent = {
            let prepared = requests.into_iter().map(|request| self.prepare(request));
            let prepared: Vec<_> = prepared.collect();
            let client = Rc::clone(&self.local().client);
            let context = self.context();
            self.wait(move || send_batch(context, client, prepared))
        };
        let exchanges = sent.await;
        exchanges.into_iter().map(|exchange| self.hand_over(exchange)).collect()
    }

    fn start(&mut self, request: wit::Request) -> wasmtime::Result<Resource<Pending>> {
        self.require_running("an HTTP request")?;
        let slot = Rc::new(PendingSlot::default());
        let prepared = self.prepare(request);
        let (context, client) = (self.context(), Rc::clone(&self.local().client));
        let place = Rc::clone(&slot);
        let task = tokio::task::spawn_local(async move {
            place.finish(match prepared {
                Ok(prepared) => exchange(context, client, prepared).await,
                Err(failure) => refused(failure),
            });
        });
        let pending = PendingRequest { slot, task: task.abort_handle() };
        Ok(self.table.push(Pending(SendWrapper::new(pending)))?)
    }

    async fn wait_any(
        &mut self,
        pending: Vec<Resource<Pending>>,
        timeout_ms: Option<u64>,
    ) -> wasmtime::Result<Option<u32>> {
        if pending.is_empty() {
            return Ok(None);
        }
        let waited = {
            let slot =
                |pending: &Resource<Pending>| Ok(Rc::clone(&self.table.get(pending)?.0.slot));
            let slots = pending.iter().map(slot).collect::<wasmtime::Result<Vec<_>>>()?;
            self.wait(move || async move {
                let ready = first_ready(slots);
                match timeout_ms {
                    Some(ms) => tokio::time::timeout(Duration::from_millis(ms), ready).await.ok(),
                    None => Some(ready.await),
                }
            })
        };
        Ok(waited.await)
    }

    async fn finish(&mut self, pending: Resource<Pending>) -> wasmtime::Result<wit::Exchange> {
        let pending = self.table.delete(pending)?;
        let finished = self.wait(move || async move {
            let slot = Rc::clone(&pending.0.slot);
            first_ready(vec![Rc::clone(&slot)]).await;
            slot.exchange.take().unwrap_or_else(|| unreachable!("`first_ready` saw it"))
        });
        let exchange = finished.await;
        self.hand_over(exchange)
    }
}

/// Sends those requests that could be made; results keep the order of the guest's list.
async fn send_batch(
    context: Rc<WorkerContext>,
    client: Rc<Client>,
    prepared: Vec<Result<Prepared, Failure>>,
) -> Vec<Exchange> {
    let mut requests = Vec::with_capacity(prepared.len());
    let mut places = Vec::with_capacity(prepared.len());
    for prepared in prepared {
        places.push(prepared.map(|Prepared { request, tags }| {
            requests.push(request);
            tags
        }));
    }
    let mut sent = client.batch(requests, context.shared.batch).await.into_iter();
    let exchanges = places.into_iter().map(|place| match place {
        Ok(tags) => {
            let exchange =
                sent.next().unwrap_or_else(|| unreachable!("one exchange for each request"));
            finish(&context, &tags, &exchange);
            exchange
        }
        Err(failure) => refused(failure),
    });
    exchanges.collect()
}

impl wit::HostResponse for VuState {
    fn timings(&mut self, response: Resource<Response>) -> wasmtime::Result<wit::Timings> {
        let timings = &self.response(&response)?.timings;
        Ok(wit::Timings {
            duration_us: timings.duration_ns() / 1_000,
            blocked_us: timings.blocked_ns / 1_000,
            looking_up_us: timings.looking_up_ns / 1_000,
            connecting_us: timings.connecting_ns / 1_000,
            tls_handshaking_us: timings.tls_handshaking_ns / 1_000,
            sending_us: timings.sending_ns / 1_000,
            waiting_us: timings.waiting_ns / 1_000,
            receiving_us: timings.receiving_ns / 1_000,
        })
    }

    fn header(
        &mut self,
        response: Resource<Response>,
        name: String,
    ) -> wasmtime::Result<Option<String>> {
        let value = self.response(&response)?.headers.get(&name);
        Ok(value.map(|value| String::from_utf8_lossy(value).into_owned()))
    }

    fn headers(&mut self, response: Resource<Response>) -> wasmtime::Result<TagPairs> {
        let headers = self.response(&response)?.headers.iter();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(headers.map(|(name, value)| (name.to_ascii_lowercase(), text(value))).collect())
    }

    fn body(&mut self, response: Resource<Response>) -> wasmtime::Result<Vec<u8>> {
        Ok(self.response(&response)?.body.to_vec())
    }

    fn proto(&mut self, response: Resource<Response>) -> wasmtime::Result<String> {
        Ok(self.response(&response)?.proto.as_str().to_owned())
    }

    fn remote_address(&mut self, response: Resource<Response>) -> wasmtime::Result<String> {
        let address = self.response(&response)?.remote_address;
        Ok(address.map_or_else(String::new, |address| address.to_string()))
    }

    fn error(&mut self, response: Resource<Response>) -> wasmtime::Result<String> {
        let failure = self.response(&response)?.failure.as_ref();
        Ok(failure.map_or_else(String::new, ToString::to_string))
    }

    fn drop(&mut self, response: Resource<Response>) -> wasmtime::Result<()> {
        self.table.delete(response)?;
        Ok(())
    }
}

impl wit::HostPending for VuState {
    fn ready(&mut self, pending: Resource<Pending>) -> wasmtime::Result<bool> {
        Ok(self.table.get(&pending)?.0.slot.is_ready())
    }

    fn drop(&mut self, pending: Resource<Pending>) -> wasmtime::Result<()> {
        self.table.delete(pending)?;
        Ok(())
    }
}
