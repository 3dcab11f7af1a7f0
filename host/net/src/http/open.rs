//! Opens a connection: address, TCP or Unix socket, the way through a proxy, TLS, HTTP.

use std::net::SocketAddr;

use crate::connect;
use crate::error_kind::classify::{self, Stage};
use crate::error_kind::{ErrorCode, Failure};
use crate::http::client::Client;
use crate::http::course::{PhaseTimer, Phases};
use crate::http::request::Origin;
use crate::http::route::{Class, Route, Via};
use crate::http::{h1, h2};
use crate::network::count;
use crate::pool::{Connecting, Lease, Shared, Way};
use crate::stream::{Counted, Transport};
use crate::tls::{self, Secured};
use crate::tunnel;

impl Client {
    /// Opens a connection for the route. The phase of connecting contains all of the way to and
    /// through a proxy; TLS with the target is a phase of its own.
    pub(super) async fn open(
        &self,
        route: Route<'_>,
        permission: Connecting,
        phases: &Phases,
    ) -> Result<Way, Failure> {
        #[cfg(feature = "http3")]
        if route.class == Class::Http3 {
            return self.open_h3(route, permission, phases).await;
        }
        let found = self.socket(route, phases).await.map_err(|failure| match route.via {
            Some(via) if failure.is_of_way => via.failure(&failure.failure),
            _ => failure.failure,
        })?;
        let (socket, address) = found;
        let broken = |error: hyper::Error| classify::exchange(&error, Stage::Connecting);
        let (transport, info, is_h2) = if route.origin.secure {
            let _phase = PhaseTimer::start(&phases.tls_handshaking_ns);
            let secured = self.handshake(route.origin, route.class, socket).await;
            let secured = secured.map_err(|failure| match route.asked() {
                Some(proxy) => proxy.failure(&failure),
                None => failure,
            })?;
            let is_h2 = secured.is_h2();
            (Transport::Tls(Box::new(secured.stream)), Some(secured.info), is_h2)
        } else {
            (Transport::Plain(socket), None, route.class == Class::Http2)
        };
        if is_h2 {
            let is_shared = !self.network.settings().no_connection_reuse;
            let opened = h2::Connection::open(transport, address, info, permission).await;
            let connection = Shared::Http2(opened.map_err(broken)?);
            return Ok(Way::Shared(if is_shared {
                self.state().pool.share(route, connection)
            } else {
                Lease::alone(connection)
            }));
        }
        if route.class == Class::Http2 {
            return Err(not_http2(route.origin));
        }
        permission.opened(1);
        let client = self.network.settings().http1_client;
        let opened = h1::Connection::open(client, transport, address, info).await;
        opened.map(Way::Idle).map_err(broken)
    }

    /// A connection on which the origin of the route can be spoken to, and the address that it was
    /// made to.
    async fn socket(
        &self,
        route: Route<'_>,
        phases: &Phases,
    ) -> Result<(Counted, Option<SocketAddr>), WayFailure> {
        let network = &self.network;
        let next = route.via.map_or(route.origin, |via| &via.origin);
        let to = {
            let _phase = next.ip.is_none().then(|| PhaseTimer::start(&phases.looking_up_ns));
            network.destination(next).await.map_err(WayFailure::of_way)?
        };
        let _phase = PhaseTimer::start(&phases.connecting_ns);
        let (local, bytes) = (self.local_ip(), &self.state().bytes);
        let connected = connect::connect(network.settings(), &to, local, bytes).await;
        let (socket, address) = connected.map_err(WayFailure::of_way)?;
        count(&network.counts.connections_opened);
        match route.tunnel() {
            None => Ok((socket, address)),
            Some(via) => Ok((self.tunnel(socket, via, route.origin).await?, address)),
        }
    }

    /// Goes on through a proxy that is connected to.
    async fn tunnel(
        &self,
        mut socket: Counted,
        via: &Via,
        target: &Origin,
    ) -> Result<Counted, WayFailure> {
        if via.origin.secure {
            let secured = self.handshake(&via.origin, Class::Http1, socket).await;
            socket = Counted::through(secured.map_err(WayFailure::of_way)?.stream);
        }
        let user_agent = self.network.user_agent();
        let opened = tunnel::open(&mut socket, via, target, user_agent).await;
        opened.map(|()| socket).map_err(WayFailure::of_tunnel)
    }

    async fn handshake(
        &self,
        origin: &Origin,
        class: Class,
        socket: Counted,
    ) -> Result<Secured, Failure> {
        tls::handshake(self.network.tls(), &self.state().tls, origin, class, socket).await
    }
}

/// Why there is no connection.
struct WayFailure {
    failure: Failure,
    /// It happened before the proxy, if there is one, was asked for anything.
    is_of_way: bool,
}

impl WayFailure {
    fn of_way(failure: Failure) -> Self {
        Self { failure, is_of_way: true }
    }

    fn of_tunnel(failure: Failure) -> Self {
        Self { failure, is_of_way: false }
    }
}

fn not_http2(origin: &Origin) -> Failure {
    let message = format!(
        "`{}` did not choose HTTP/2 in the TLS handshake, and the request allows nothing else",
        origin.host
    );
    Failure::new(ErrorCode::HTTP2, message)
}
