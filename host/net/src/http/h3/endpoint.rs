//! UDP sockets: one for all clients of a worker, or one for each of the addresses that they send
//! from.
//!
//! Invariant: at most [`ENDPOINTS_MAX`] are kept for new connections, the oldest go first; one that
//! has gone lives until its last connection has ended.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use quinn::{Endpoint, EndpointConfig, TokioRuntime, TransportConfig, VarInt};
use socket2::{Domain, Protocol, Socket, Type};

use crate::error_kind::{Failure, classify};

/// Sockets that are kept for new connections.
const ENDPOINTS_MAX: usize = 64;
/// Asked of the system for each direction of a socket that all connections of a worker share; it
/// gives what it allows (`net.core.rmem_max`).
const SOCKET_BUFFER_BYTES: usize = 4 * 1024 * 1024;
/// Bytes that a connection may have sent without an acknowledgement: about what the kernel lets
/// TCP have.
const SEND_WINDOW_BYTES: u64 = 1024 * 1024;
/// Silence after which a connection is given up.
pub(crate) const IDLE_MAX: Duration = Duration::from_secs(30);
/// Silence after which the server is asked for a sign of life, so that neither a slow answer nor a
/// pause between two requests ends the connection, as with TCP.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// The sockets of one worker, newest first.
#[derive(Debug)]
pub(crate) struct Endpoints {
    transport: Arc<TransportConfig>,
    open: RefCell<VecDeque<(IpAddr, Endpoint)>>,
}

impl Default for Endpoints {
    fn default() -> Self {
        let mut transport = TransportConfig::default();
        transport
            .max_idle_timeout(Some(VarInt::from_u32(IDLE_MAX.as_millis() as u32).into()))
            .keep_alive_interval(Some(KEEP_ALIVE))
            .send_window(SEND_WINDOW_BYTES)
            .max_concurrent_bidi_streams(VarInt::from_u32(0))
            .datagram_receive_buffer_size(None);
        Self { transport: Arc::new(transport), open: RefCell::default() }
    }
}

impl Endpoints {
    /// What connections are to be like.
    pub(crate) fn transport(&self) -> Arc<TransportConfig> {
        Arc::clone(&self.transport)
    }

    /// The socket for connections to this address, from the one that the run says.
    pub(crate) fn to(&self, to: SocketAddr, local: Option<IpAddr>) -> Result<Endpoint, Failure> {
        if let Some(local) = local.filter(|local| local.is_ipv4() != to.is_ipv4()) {
            return Err(classify::other_family(local, to));
        }
        let from = local.unwrap_or(match to {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        });
        let mut open = self.open.borrow_mut();
        if let Some((_, endpoint)) = open.iter().find(|(known, _)| *known == from) {
            return Ok(endpoint.clone());
        }
        let made = socket(from).and_then(|socket| {
            Endpoint::new(EndpointConfig::default(), None, socket, Arc::new(TokioRuntime))
        });
        let endpoint = made.map_err(|error| match local {
            Some(local) => classify::bind(&error, local),
            None => classify::dial(&error, to),
        })?;
        open.truncate(ENDPOINTS_MAX - 1);
        open.push_front((from, endpoint.clone()));
        Ok(endpoint)
    }
}

fn socket(from: IpAddr) -> io::Result<UdpSocket> {
    let address = SocketAddr::new(from, 0);
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if from.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // A wish; the system's own size will do.
    let _ = socket.set_recv_buffer_size(SOCKET_BUFFER_BYTES);
    let _ = socket.set_send_buffer_size(SOCKET_BUFFER_BYTES);
    socket.bind(&address.into())?;
    Ok(socket.into())
}
