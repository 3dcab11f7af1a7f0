//! One virtual user's client: from a request to an exchange.
//!
//! The way of a request: a connection (from the pool, or opened for it), the head and the body of
//! the response, the connection back to the pool. One deadline bounds it all. Where a reused
//! connection turns out to be closed before anything came back, the request is sent once more, over
//! a fresh one if it is HTTP/1, under the rules of Go's client, which are k6's.
//!
//! Invariants: `execute` never fails, it reports; a future that is dropped closes its HTTP/1
//! connection or resets its HTTP/2 stream; an idle client is a pointer and an empty cell.

mod lean;
#[cfg(feature = "http3")]
mod quic;

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;

use http::{Method, StatusCode};
use hyper::body::Incoming;
use tokio::time::Sleep;

use crate::call::{Call, Leg, Outcome, Sessions, SharedJar};
use crate::clock;
use crate::error_kind::classify::{self, Stage};
use crate::error_kind::{ErrorCode, Failure};
use crate::http::body::{self, BodyError, BodyUse};
use crate::http::coding::{self, Applied, Encoding};
use crate::http::course::{Course, Fault, Head, Phases, received_within, within};
use crate::http::decode::{DecodeError, Decoder};
use crate::http::request::{ConnectionUse, Request};
use crate::http::response::{Exchange, Proto};
use crate::http::route::Route;
use crate::http::{batch, debug, h1, h2, head};
use crate::limits::BatchLimits;
use crate::network::{Network, count};
use crate::pool::held::Held;
use crate::pool::{Lease, Pool, Shared, Way};
use crate::settings::{HttpDebug, Settings};
use crate::stream::ByteCount;
use crate::tls;

/// Decoded between two looks at other tasks of the thread: 0.2 to 0.6 ms.
const DECODED_AT_ONCE_BYTES: usize = 256 * 1024;

/// Bytes on the sockets of one client, TLS and headers included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Sent since the last call.
    pub sent_bytes: u64,
    /// Received since the last call.
    pub received_bytes: u64,
}

/// One virtual user's client, with its own connections.
///
/// Lives on one thread, inside a tokio `LocalSet`. Dropping it closes its connections.
pub struct Client {
    pub(super) network: Rc<Network>,
    /// Its place in the pool of local addresses.
    place: u64,
    state: OnceCell<Box<State>>,
}

/// What a client has once it is used.
#[derive(Default)]
pub(super) struct State {
    pub(super) pool: Rc<Pool>,
    held: Held,
    pub(super) bytes: Rc<ByteCount>,
    pub(super) tls: tls::Sessions,
    /// Made when there is a first cookie.
    jar: RefCell<Option<SharedJar>>,
    digest: OnceCell<Box<RefCell<Sessions>>>,
}

impl Client {
    /// A client without connections; it allocates nothing before its first request.
    #[must_use]
    pub fn new(network: Rc<Network>) -> Self {
        Self { network, place: 0, state: OnceCell::new() }
    }

    /// Gives it the place of a virtual user in the option `localIPs`, counted from 0: they take its
    /// addresses in turn.
    #[must_use]
    pub fn at_place(self, place: u64) -> Self {
        Self { place, ..self }
    }

    /// Sends the request and receives all of the response. Dropping the future cancels: an HTTP/1
    /// connection is closed, an HTTP/2 stream reset.
    pub async fn execute(&self, request: Request) -> Exchange {
        self.send(&request).await
    }

    pub(crate) async fn send(&self, request: &Request) -> Exchange {
        let obstacle = request.obstacle.as_ref().or(request.target.obstacle.as_ref());
        if let Some(failure) = obstacle {
            return Exchange::failed(failure.clone(), clock::now_ns());
        }
        // Rare, and large: not worth a place in every request's future.
        let with_tls = request.tls.as_ref().map(|tls| Box::new(request.with_tls(tls)));
        let request = with_tls.as_deref().unwrap_or(request);
        let settings = self.network.settings();
        if let Some(limit) = &settings.rate_limit
            && !request.continues
        {
            // Waiting for its turn is not part of the request, nor of its timeout.
            limit.wait().await;
        }
        if settings.http_debug != HttpDebug::Off {
            debug::request(request, settings.http_debug);
        }
        let start_ns = clock::now_ns();
        let deadline = tokio::time::sleep_until(clock::deadline(start_ns, request.timeout));
        let mut course = Course::new(start_ns);
        let mut outcome = self.run(request, &mut course, pin!(deadline)).await;
        if course.content_encoding().is_some() {
            // The time of this is ours, not the server's: all marks are set.
            let decoded = Box::pin(self.decode(&mut course)).await;
            outcome = outcome.and(decoded);
        }
        let exchange = course.finish(outcome);
        if settings.http_debug != HttpDebug::Off {
            debug::response(&exchange, settings.http_debug);
        }
        exchange
    }

    /// Carries out all calls, side by side as far as the limits allow; results come in their order.
    /// `on_leg` hears of each exchange, with the number of its call.
    pub async fn batch(
        &self,
        calls: Vec<Call>,
        limits: BatchLimits,
        on_leg: impl Fn(usize, Leg<'_>),
    ) -> Vec<Outcome> {
        batch::run(self, calls, limits, on_leg).await
    }

    /// To be called between iterations: cookies are forgotten unless the run keeps them. Closes
    /// connections that were held and not used since, and with `noVUConnectionReuse` all idle ones.
    pub fn end_iteration(&self) {
        let Some(state) = self.state.get() else { return };
        let settings = self.network.settings();
        state.held.clear();
        if !settings.no_cookies_reset {
            state.jar.take();
        }
        if settings.no_vu_connection_reuse {
            state.pool.close_idle();
        }
    }

    /// The cookie jar that calls use now.
    pub fn jar(&self) -> SharedJar {
        Rc::clone(self.state().jar.borrow_mut().get_or_insert_default())
    }

    /// The cookie jar, if any cookie was put into it.
    pub(crate) fn known_jar(&self) -> Option<SharedJar> {
        self.state.get()?.jar.borrow().clone()
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.network.settings()
    }

    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// What servers have asked this user.
    pub(crate) fn digest_sessions(&self) -> &RefCell<Sessions> {
        self.state().digest.get_or_init(Box::default)
    }

    /// Bytes on this client's sockets since the last call.
    pub fn take_traffic(&self) -> Traffic {
        match self.state.get() {
            None => Traffic::default(),
            Some(state) => Traffic {
                sent_bytes: state.bytes.sent.take(),
                received_bytes: state.bytes.received.take(),
            },
        }
    }

    pub(super) fn state(&self) -> &State {
        self.state.get_or_init(Box::default)
    }

    /// The address that it sends from, where the run says so.
    pub(super) fn local_ip(&self) -> Option<IpAddr> {
        self.network.settings().local_ips.get(self.place)
    }

    /// One request, and once more if the connection was stale.
    async fn run(
        &self,
        request: &Request,
        course: &mut Course,
        mut deadline: Pin<&mut Sleep>,
    ) -> Result<(), Failure> {
        if request.method == Method::CONNECT {
            let message = "method CONNECT is not supported: it opens a tunnel, not an exchange";
            return Err(Failure::new(ErrorCode::GENERIC, message));
        }
        if request.timeout.is_zero() {
            // A timer of no length fires a moment later, and some servers are faster.
            return Err(classify::timeout(request.timeout, Stage::Connecting));
        }
        let route = Route::of(&self.network, request)?;
        let mut fresh = self.network.settings().no_connection_reuse;
        loop {
            let way = if let Some(way) = self.ready(request, route, fresh, course) {
                // After a failed attempt this is later than the start.
                let retried_ns = if course.retried { clock::now_ns() } else { 0 };
                course.marks.ready_ns = course.marks.start_ns.max(retried_ns);
                way
            } else {
                // Rare, and large: not worth a place in every request's future.
                let connected = self.connected(request, route, fresh, course, deadline.as_mut());
                Box::pin(connected).await?
            };
            let outcome = match way {
                Way::Shared(lease) => {
                    let deadline = deadline.as_mut();
                    Box::pin(self.exchange_shared(lease, request, route, course, deadline)).await
                }
                Way::Idle(h1::Connection::Lean(connection)) => {
                    // When one connection was stale, others may be.
                    fresh = true;
                    self.exchange_lean(connection, request, route, course, deadline.as_mut()).await
                }
                Way::Idle(h1::Connection::Hyper(connection)) => {
                    fresh = true;
                    let deadline = deadline.as_mut();
                    Box::pin(self.exchange_hyper(connection, request, route, course, deadline))
                        .await
                }
                Way::Wait(_) | Way::Connect(_) => unreachable!("these never leave `connected`"),
            };
            match outcome {
                Err(Fault::Stale) => {
                    count(&self.network.counts.retries);
                    course.start_again();
                }
                Err(Fault::Failed(failure)) => return Err(failure),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// An open connection, if there is one that this request may use.
    fn ready(
        &self,
        request: &Request,
        route: Route<'_>,
        fresh: bool,
        course: &Course,
    ) -> Option<Way> {
        let state = self.state();
        if let ConnectionUse::Held(name) = request.connection
            && !course.retried
            && let Some(connection) = state.held.take(name, route.origin)
        {
            return Some(Way::Idle(connection));
        }
        if fresh { None } else { state.pool.take(route) }
    }

    /// A connection, once there is one.
    async fn connected(
        &self,
        request: &Request,
        route: Route<'_>,
        fresh: bool,
        course: &mut Course,
        deadline: Pin<&mut Sleep>,
    ) -> Result<Way, Failure> {
        let phases = Phases::default();
        let way = within(deadline, self.wait_or_open(route, fresh, &phases)).await;
        course.marks.looking_up_ns += phases.looking_up_ns.get();
        course.marks.connecting_ns += phases.connecting_ns.get();
        course.marks.tls_handshaking_ns += phases.tls_handshaking_ns.get();
        let way = way.unwrap_or_else(|| Err(classify::timeout(request.timeout, Stage::Connecting)));
        if way.is_ok() {
            course.marks.ready_ns = clock::now_ns();
        }
        way
    }

    async fn wait_or_open(
        &self,
        route: Route<'_>,
        fresh: bool,
        phases: &Phases,
    ) -> Result<Way, Failure> {
        let pool = &self.state().pool;
        loop {
            match pool.way(route, fresh) {
                Way::Connect(permission) => return self.open(route, permission, phases).await,
                // Nobody else runs between the question and this wait, so no wake-up is lost.
                Way::Wait(waiting) => waiting.changed().await,
                ready => return Ok(ready),
            }
        }
    }

    async fn exchange_hyper(
        &self,
        mut connection: h1::hyper::Connection,
        request: &Request,
        route: Route<'_>,
        course: &mut Course,
        mut deadline: Pin<&mut Sleep>,
    ) -> Result<(), Fault> {
        course.over(connection.remote_address, connection.tls.as_ref(), connection.is_reused());
        let message = head::for_h1(&self.network, request, route.asked())?;
        let answer = within(deadline.as_mut(), connection.send(message)).await;
        course.marks.sent_ns = connection.stamps.sent_ns();
        course.marks.first_byte_ns = connection.stamps.first_read_ns.get();
        let answer = match answer {
            None => return Err(course.timeout(request)),
            Some(Ok(answer)) => answer,
            Some(Err(mut error)) => {
                let unsent = error.take_message().is_some() || !connection.stamps.has_written();
                let silent = course.marks.first_byte_ns == 0;
                let again = course.reused && silent && (unsent || request.is_replayable());
                return Err(course.stale_or_failed(again, error.error()));
            }
        };
        let received = self.receive(answer, request, course, deadline).await;
        // A large request may still have been on its way when the response came.
        course.marks.sent_ns = connection.stamps.sent_ns();
        received?;
        if !connection.is_closed() {
            connection.idle_since_ns = course.marks.end_ns;
            self.give_back(request, route, course, h1::Connection::Hyper(connection));
        }
        Ok(())
    }

    /// Keeps a connection that can be used again, for whom the request says.
    fn give_back(
        &self,
        request: &Request,
        route: Route<'_>,
        course: &mut Course,
        connection: h1::Connection,
    ) {
        let state = self.state();
        if request.connection == ConnectionUse::Hold {
            course.held = Some(state.held.hold(route.origin, connection));
        } else if !self.network.settings().no_connection_reuse {
            state.pool.give_back(route, connection, self.network.settings());
        }
    }

    async fn exchange_shared(
        &self,
        lease: Lease,
        request: &Request,
        route: Route<'_>,
        course: &mut Course,
        deadline: Pin<&mut Sleep>,
    ) -> Result<(), Fault> {
        match lease.connection().clone() {
            Shared::Http2(connection) => {
                self.exchange_h2(lease, &connection, request, route, course, deadline).await
            }
            #[cfg(feature = "http3")]
            Shared::Http3(connection) => {
                let exchange =
                    self.exchange_h3(lease, &connection, request, route, course, deadline);
                Box::pin(exchange).await
            }
        }
    }

    async fn exchange_h2(
        &self,
        lease: Lease,
        connection: &h2::Connection,
        request: &Request,
        route: Route<'_>,
        course: &mut Course,
        mut deadline: Pin<&mut Sleep>,
    ) -> Result<(), Fault> {
        let reused = connection.used.replace(true);
        course.over(connection.remote_address, connection.tls.as_ref(), reused);
        let message = head::for_h2(&self.network, request)?;
        let sent_ns = Rc::new(Cell::new(0));
        let sending = connection.send(message, request.body.clone(), &sent_ns);
        let answer = within(deadline.as_mut(), sending).await;
        course.marks.sent_ns = sent_ns.get();
        let answer = match answer {
            None => return Err(course.timeout(request)),
            Some(Ok(answer)) => answer,
            Some(Err(mut error)) => {
                let unsent = error.take_message().is_some();
                let again = unsent || h2::was_refused(error.error());
                if !connection.is_usable() || h2::is_going_away(error.error()) {
                    self.state().pool.unshare(route, lease.connection());
                }
                return Err(course.stale_or_failed(again, error.error()));
            }
        };
        course.marks.first_byte_ns = connection.stamps.last_read_ns.get();
        let received = self.receive(answer, request, course, deadline).await;
        course.marks.sent_ns = sent_ns.get();
        self.state().pool.leave(route, lease, self.network.settings());
        received
    }

    /// Receives the rest of a response whose head is there.
    async fn receive(
        &self,
        answer: http::Response<Incoming>,
        request: &Request,
        course: &mut Course,
        deadline: Pin<&mut Sleep>,
    ) -> Result<(), Fault> {
        let (head, incoming) = answer.into_parts();
        refuse_switching(head.status)?;
        let (proto, reason) = (Proto::of(head.version), head::reason(&head));
        let headers = head.headers.into();
        let head = Head { status: head.status, proto, reason, headers };
        let body_use = self.body_use(request).behind(&head);
        course.head = Some(head);
        let collecting = body::collect(incoming, body_use, &mut course.received);
        let collected = received_within(deadline, body_use, collecting).await;
        course.marks.end_ns = clock::now_ns();
        match collected {
            None => Err(course.timeout(request)),
            Some(Ok(())) => Ok(()),
            Some(Err(BodyError::Failed(error))) => {
                Err(classify::exchange(&error, Stage::Receiving).into())
            }
            Some(Err(BodyError::TooLarge)) => Err(self.too_large("has").into()),
        }
    }

    /// Undoes the codings of the body that was received. What is decoded up to a mistake is kept.
    async fn decode(&self, course: &mut Course) -> Result<(), Failure> {
        let Some(value) = course.content_encoding() else { return Ok(()) };
        let applied = match coding::applied(value) {
            Applied::Nothing => return Ok(()),
            Applied::These(applied) => applied,
            Applied::TooMany => return Err(classify::decompression("more than 8 codings")),
        };
        let bytes_max = self.network.settings().body_bytes_max;
        let mut decoder = Decoder::new(course.received.take(), &applied, bytes_max);
        let decoded = loop {
            match decoder.step(DECODED_AT_ONCE_BYTES) {
                Ok(false) => tokio::task::yield_now().await,
                Ok(true) => break Ok(()),
                Err(DecodeError::TooLarge) => return Err(self.too_large("decompresses to")),
                Err(DecodeError::Corrupt(error)) => {
                    let names = Encoding::header_value(&applied);
                    break Err(classify::decompression(&format!("{names}: {error}")));
                }
            }
        };
        course.received.replace(decoder.into_decoded());
        decoded
    }

    fn body_use<'r>(&self, request: &'r Request) -> BodyUse<'r> {
        let bytes_max = self.network.settings().body_bytes_max;
        BodyUse { discard: request.discard_body, bytes_max, stream: request.stream.as_deref() }
    }

    fn too_large(&self, has: &str) -> Failure {
        count(&self.network.counts.bodies_over_max);
        let bytes_max = self.network.settings().body_bytes_max;
        let message = format!("the response's body {has} more than the allowed {bytes_max} bytes");
        Failure::new(ErrorCode::GENERIC, message)
    }
}

fn refuse_switching(status: StatusCode) -> Result<(), Failure> {
    if status == StatusCode::SWITCHING_PROTOCOLS {
        let message = "the server switched protocols (status 101), which was not asked for";
        return Err(Failure::new(ErrorCode::GENERIC, message));
    }
    Ok(())
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("used", &self.state.get().is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_client_is_small() {
        assert!(size_of::<Client>() <= 3 * size_of::<usize>());
    }

    #[test]
    fn the_future_of_a_request_is_small() {
        let network = Network::new(std::sync::Arc::default()).unwrap();
        let client = Client::new(network);
        let target = Rc::new(crate::Target::parse("http://127.0.0.1/").unwrap());
        let future = client.execute(Request::new(Method::GET, target));
        let size_bytes = size_of_val(&future);
        assert!(size_bytes <= 1800, "{size_bytes}");
    }
}
