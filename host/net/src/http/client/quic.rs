//! Exchanges by HTTP/3: the connection, and a request over it.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;

use ::h3::error::StreamError;
use bytes::Buf as _;
use futures_util::FutureExt as _;
use futures_util::future::FusedFuture;
use http::header::CONTENT_LENGTH;
use http::{Method, StatusCode};
use quinn::{ClientConfig, Endpoint};
use tokio::time::Sleep;

use super::{Client, refuse_switching};
use crate::clock;
use crate::connect::{self, Destination};
use crate::error_kind::classify::Stage;
use crate::error_kind::{ErrorCode, Failure};
use crate::http::body::{BodyUse, Received};
use crate::http::course::{Course, Fault, Head, PhaseTimer, Phases, received_within, within};
use crate::http::h3::failure::{self, is_of_connection, was_refused};
use crate::http::h3::{Connection, Counting, Download};
use crate::http::head;
use crate::http::headers::Headers;
use crate::http::request::{Origin, Request};
use crate::http::response::Proto;
use crate::http::route::Route;
use crate::http::stream::poll_on_demand;
use crate::network::count;
use crate::pool::{Connecting, Lease, Shared, Way};
use crate::tls;

/// An address, and the socket to reach it by.
type Reach = (SocketAddr, Result<Endpoint, Failure>);

impl Client {
    /// Opens a connection for the route. QUIC connects and does the handshake of TLS in the same
    /// round trips: connecting is what it takes to have a socket, the rest counts as TLS.
    pub(in crate::http) async fn open_h3(
        &self,
        route: Route<'_>,
        permission: Connecting,
        phases: &Phases,
    ) -> Result<Way, Failure> {
        let (network, origin) = (&self.network, route.origin);
        let to = {
            let _phase = origin.ip.is_none().then(|| PhaseTimer::start(&phases.looking_up_ns));
            network.destination(origin).await?
        };
        let addresses = match to {
            Destination::Tcp(address) => vec![address],
            Destination::Any(addresses) => addresses,
            Destination::Unix(path) => return Err(no_unix(&path)),
        };
        let reaches: Vec<Reach> = {
            let _phase = PhaseTimer::start(&phases.connecting_ns);
            let (endpoints, local) = (network.endpoints(), self.local_ip());
            addresses.iter().map(|&address| (address, endpoints.to(address, local))).collect()
        };
        let _phase = PhaseTimer::start(&phases.tls_handshaking_ns);
        let dial = |reach| self.dial_h3(origin, reach);
        let (quic, address) = connect::race(&reaches, dial).await?;
        count(&network.counts.connections_opened);
        let info = tls::quic_info(network.tls(), &quic);
        let bytes = Rc::clone(&self.state().bytes);
        let opened = Connection::open(quic, address, info, bytes).await;
        let connection = opened.map_err(|error| {
            let message = format!("`{}` does not speak HTTP/3 ({error})", origin.host);
            Failure::new(ErrorCode::GENERIC, message)
        })?;
        let connection = Shared::Http3(connection);
        Ok(Way::Shared(if network.settings().no_connection_reuse {
            Lease::alone(connection)
        } else {
            let lease = self.state().pool.share(route, connection);
            permission.opened(usize::MAX);
            lease
        }))
    }

    async fn dial_h3(
        &self,
        origin: &Origin,
        (address, endpoint): Reach,
    ) -> Result<(quinn::Connection, SocketAddr), Failure> {
        let network = &self.network;
        let handshake = tls::quic_handshake(network.tls(), &self.state().tls, origin)?;
        let failed = |otherwise: Failure| match handshake.failed.get() {
            Some(error) => failure::tls(error, &origin.host),
            None => otherwise,
        };
        let mut config = ClientConfig::new(Arc::<tls::QuicHandshake>::clone(&handshake));
        config.transport_config(network.endpoints().transport());
        let connecting = endpoint?.connect_with(config, address, &origin.host);
        let connecting = connecting.map_err(|error| failed(failure::connect(&error, address)))?;
        let dial_timeout = network.settings().dial_timeout;
        match tokio::time::timeout(dial_timeout, connecting).await {
            Ok(Ok(quic)) => Ok((quic, address)),
            Ok(Err(error)) => Err(failed(failure::handshake(&error, &origin.host, address))),
            Err(_elapsed) => Err(failure::dial_timeout(dial_timeout, address)),
        }
    }

    pub(super) async fn exchange_h3(
        &self,
        lease: Lease,
        connection: &Rc<Connection>,
        request: &Request,
        route: Route<'_>,
        course: &mut Course,
        deadline: Pin<&mut Sleep>,
    ) -> Result<(), Fault> {
        let reused = connection.used.replace(true);
        course.over(Some(connection.remote_address), connection.tls.as_ref(), reused);
        let outcome = {
            let _counting = Counting(connection);
            self.speak_h3(connection, request, course, deadline).await
        };
        let pool = &self.state().pool;
        if outcome.is_err() && !connection.is_usable() {
            pool.unshare(route, lease.connection());
        }
        pool.leave(route, lease, self.network.settings());
        outcome
    }

    /// Sends the request and receives the response, side by side: a server may answer before it
    /// has all of the body.
    async fn speak_h3(
        &self,
        connection: &Connection,
        request: &Request,
        course: &mut Course,
        mut deadline: Pin<&mut Sleep>,
    ) -> Result<(), Fault> {
        let message = head::for_h3(&self.network, request)?;
        let (mut upload, mut download) =
            match within(deadline.as_mut(), connection.send(message)).await {
                None => return Err(course.timeout(request)),
                Some(Ok(streams)) => streams,
                Some(Err(error)) => {
                    let again = was_refused(&error) || is_of_connection(&error);
                    return Err(stale_or_failed(course, again, &error, connection));
                }
            };
        let sent_ns = std::cell::Cell::new(0);
        let sending = async {
            // A server that wants no more of the body answers, or the connection has failed:
            // either is seen where the response is read.
            if upload.send(request.body.clone()).await.is_ok() {
                sent_ns.set(clock::now_ns());
            }
        };
        let mut sending = pin!(sending.fuse());
        let answering = alongside(sending.as_mut(), answer(&mut download));
        let answered = within(deadline.as_mut(), answering).await;
        course.marks.sent_ns = sent_ns.get();
        let response = match answered {
            None => return Err(course.timeout(request)),
            Some(Ok(response)) => response,
            Some(Err(error)) => {
                let lost = course.reused && is_of_connection(&error) && request.is_replayable();
                let again = was_refused(&error) || lost;
                return Err(stale_or_failed(course, again, &error, connection));
            }
        };
        course.marks.first_byte_ns = clock::now_ns();
        let (status, headers) = (response.status(), response.into_parts().0.headers);
        refuse_switching(status)?;
        let announced = announced(request, status, &headers);
        let headers = Headers::from(headers);
        let head = Head { status, proto: Proto::Http3, reason: None, headers };
        let body_use = self.body_use(request).behind(&head);
        course.head = Some(head);
        let collecting = collect(&mut download, announced, body_use, &mut course.received);
        let collecting = alongside(sending, collecting);
        let collected = received_within(deadline, body_use, collecting).await;
        course.marks.end_ns = clock::now_ns();
        course.marks.sent_ns = sent_ns.get();
        match collected {
            None => Err(course.timeout(request)),
            Some(Ok(())) => Ok(()),
            Some(Err(BodyError::Failed(error))) => {
                Err(failure::exchange(&error, connection, Stage::Receiving).into())
            }
            Some(Err(BodyError::TooLarge)) => Err(self.too_large("has").into()),
            Some(Err(BodyError::Short { announced })) => {
                let message = format!(
                    "the response's body ended after {} of the announced {announced} bytes",
                    course.received.bytes
                );
                Err(Failure::new(ErrorCode::GENERIC, message).into())
            }
        }
    }
}

/// Why a body was not received.
enum BodyError {
    TooLarge,
    /// It ended before, or went on behind, the length that its head says.
    Short {
        announced: u64,
    },
    Failed(StreamError),
}

/// The head of the response, behind those that only say that it will come.
async fn answer(download: &mut Download) -> Result<http::Response<()>, StreamError> {
    loop {
        let response = download.recv_response().await?;
        let is_on_the_way = response.status().is_informational();
        if !is_on_the_way || response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Ok(response);
        }
    }
}

/// The length that the body must have.
fn announced(request: &Request, status: StatusCode, headers: &http::HeaderMap) -> Option<u64> {
    let is_bare = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if request.method == Method::HEAD || is_bare {
        return None;
    }
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Receives the whole body, or as much of it as is wanted. Trailers end it.
async fn collect(
    download: &mut Download,
    announced: Option<u64>,
    body_use: BodyUse<'_>,
    received: &mut Received,
) -> Result<(), BodyError> {
    if announced.is_some_and(|announced| announced > body_use.bytes_max) {
        return Err(BodyError::TooLarge);
    }
    loop {
        let mut receiving = pin!(download.recv_data());
        let next = poll_fn(|context| {
            poll_on_demand(body_use.stream, context, |context| receiving.as_mut().poll(context))
        });
        let Some(data) = next.await else { return Ok(()) };
        let Some(mut data) = data.map_err(BodyError::Failed)? else { break };
        let data = data.copy_to_bytes(data.remaining());
        received.push(data, announced.unwrap_or(0), body_use).map_err(|_| BodyError::TooLarge)?;
    }
    match announced {
        Some(announced) if announced != received.bytes => Err(BodyError::Short { announced }),
        _ => Ok(()),
    }
}

/// What `main` comes to; `side` is worked on meanwhile.
async fn alongside<S, M>(mut side: Pin<&mut S>, main: M) -> M::Output
where
    S: FusedFuture<Output = ()>,
    M: Future,
{
    let mut main = pin!(main);
    loop {
        tokio::select! {
            biased;
            () = side.as_mut(), if !side.is_terminated() => {}
            output = main.as_mut() => return output,
        }
    }
}

/// One retry is enough: the second time it is the server's answer.
fn stale_or_failed(
    course: &Course,
    again: bool,
    error: &StreamError,
    connection: &Connection,
) -> Fault {
    if again && !course.retried {
        return Fault::Stale;
    }
    failure::exchange(error, connection, course.stage()).into()
}

fn no_unix(path: &std::path::Path) -> Failure {
    let message = format!("HTTP/3 needs UDP, and the Unix socket {} has none", path.display());
    Failure::new(ErrorCode::NON_TCP, message)
}
