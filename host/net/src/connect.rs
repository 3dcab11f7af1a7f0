//! Opens TCP connections: no delay, keepalive, a bounded handshake.
//!
//! One address is tried, the one that `dns.select` picked: a load test wants to know that an
//! address is down, not to get around it.

use std::net::SocketAddr;
use std::rc::Rc;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream};

use crate::error_kind::{Failure, classify};
use crate::settings::Settings;
use crate::stream::{ByteCount, Counted};

/// Connects to `address`; the bytes of the connection go to `bytes`.
pub(crate) async fn connect(
    settings: &Settings,
    address: SocketAddr,
    bytes: &Rc<ByteCount>,
) -> Result<Counted, Failure> {
    let handshake = tokio::time::timeout(settings.dial_timeout, dial(settings, address));
    match handshake.await {
        Ok(Ok(socket)) => Ok(Counted::new(socket, Rc::clone(bytes))),
        Ok(Err(error)) => Err(classify::dial(&error, address)),
        Err(_elapsed) => Err(classify::dial_timeout(settings.dial_timeout, address)),
    }
}

async fn dial(settings: &Settings, address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A request is written at once; Nagle's algorithm could only hold it back.
    socket.set_nodelay(true)?;
    if !settings.tcp_keepalive.is_zero() {
        let keepalive = TcpKeepalive::new()
            .with_time(settings.tcp_keepalive)
            .with_interval(settings.tcp_keepalive);
        SockRef::from(&socket).set_tcp_keepalive(&keepalive)?;
    }
    socket.connect(address).await
}
