//! Opens sockets: no delay, keepalive, from the client's own address, a bounded handshake.
//!
//! One address is tried, the one that `dns.select` picked: a load test wants to know that an
//! address is down, not to get around it. Only where the run asks for it (`dns.happyEyeballs`) are
//! the others tried beside it, as RFC 8305 says.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream};

use crate::error_kind::{ErrorCode, Failure, classify};
use crate::settings::Settings;
use crate::stream::{ByteCount, Counted};

/// Time that an address has to answer before the next one is tried beside it: RFC 8305, section 8.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Where a connection goes.
#[derive(Clone, Debug)]
pub(crate) enum Destination {
    /// This address.
    Tcp(SocketAddr),
    /// The first of these that answers; never empty.
    Any(Vec<SocketAddr>),
    /// A socket on this machine.
    Unix(Arc<Path>),
}

/// Connects; the bytes of the connection go to `bytes`. Says to which address, unless it is a Unix
/// socket.
pub(crate) async fn connect(
    settings: &Settings,
    to: &Destination,
    local: Option<IpAddr>,
    bytes: &Rc<ByteCount>,
) -> Result<(Counted, Option<SocketAddr>), Failure> {
    let tcp = |(socket, address)| (Counted::new(socket, Rc::clone(bytes)), Some(address));
    match to {
        Destination::Tcp(address) => dial(settings, *address, local).await.map(tcp),
        Destination::Any(addresses) => {
            race(addresses, |address| dial(settings, address, local)).await.map(tcp)
        }
        Destination::Unix(path) => Ok((unix(settings, path, bytes).await?, None)),
    }
}

#[cfg(unix)]
async fn unix(settings: &Settings, path: &Path, bytes: &Rc<ByteCount>) -> Result<Counted, Failure> {
    let handshake = tokio::net::UnixStream::connect(path);
    match tokio::time::timeout(settings.dial_timeout, handshake).await {
        Ok(Ok(socket)) => Ok(Counted::unix(socket, Rc::clone(bytes))),
        Ok(Err(error)) => Err(classify::dial_unix(&error, path)),
        Err(_elapsed) => {
            let message = format!(
                "dial timeout: no answer from {} within {:?}",
                path.display(),
                settings.dial_timeout
            );
            Err(Failure::new(ErrorCode::DIAL_TIMEOUT, message))
        }
    }
}

#[cfg(not(unix))]
async fn unix(_: &Settings, path: &Path, _: &Rc<ByteCount>) -> Result<Counted, Failure> {
    let message = format!("{}: this system has no Unix sockets", path.display());
    Err(Failure::new(ErrorCode::NON_TCP, message))
}

async fn dial(
    settings: &Settings,
    address: SocketAddr,
    local: Option<IpAddr>,
) -> Result<(TcpStream, SocketAddr), Failure> {
    let socket = socket(settings, address, local)?;
    let handshake = tokio::time::timeout(settings.dial_timeout, socket.connect(address));
    match handshake.await {
        Ok(Ok(stream)) => Ok((stream, address)),
        Ok(Err(error)) => Err(classify::dial(&error, address)),
        Err(_elapsed) => Err(classify::dial_timeout(settings.dial_timeout, address)),
    }
}

fn socket(
    settings: &Settings,
    address: SocketAddr,
    local: Option<IpAddr>,
) -> Result<TcpSocket, Failure> {
    let made = || -> io::Result<TcpSocket> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A request is written at once; Nagle's algorithm could only hold it back.
        socket.set_nodelay(true)?;
        if !settings.tcp_keepalive.is_zero() {
            let keepalive = TcpKeepalive::new()
                .with_time(settings.tcp_keepalive)
                .with_interval(settings.tcp_keepalive);
            SockRef::from(&socket).set_tcp_keepalive(&keepalive)?;
        }
        Ok(socket)
    };
    let socket = made().map_err(|error| classify::dial(&error, address))?;
    if let Some(local) = local {
        if local.is_ipv4() != address.is_ipv4() {
            return Err(classify::other_family(local, address));
        }
        bind(&socket, local).map_err(|error| classify::bind(&error, local))?;
    }
    Ok(socket)
}

/// Sends from this address. The port is left to the moment of connecting, when the system knows
/// where to: then the same one can serve many destinations, and they do not run out.
fn bind(socket: &TcpSocket, local: IpAddr) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    leave_port_to_connect(socket)?;
    socket.bind(SocketAddr::new(local, 0))
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "no crate that is linked knows this option")]
fn leave_port_to_connect(socket: &TcpSocket) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    let on: libc::c_int = 1;
    // SAFETY: the descriptor is open, since `socket` is borrowed; the kernel reads the four bytes
    // of `on`, which lives until the call is over, and keeps no pointer to it.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_IP,
            libc::IP_BIND_ADDRESS_NO_PORT,
            (&raw const on).cast(),
            size_of::<libc::c_int>() as libc::socklen_t,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The first connection of several addresses: one is tried after the other, the next as soon as
/// one has failed, and beside those before it after [`ATTEMPT_DELAY`].
pub(crate) async fn race<A: Clone, T>(
    addresses: &[A],
    dial: impl AsyncFn(A) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut waiting = addresses.iter().cloned();
    let mut running = FuturesUnordered::new();
    let mut first_failure = None;
    loop {
        if let Some(address) = waiting.next() {
            running.push(dial(address));
        }
        let failure = tokio::select! {
            biased;
            Some(outcome) = running.next() => match outcome {
                Ok(connected) => return Ok(connected),
                Err(failure) => Some(failure),
            },
            () = tokio::time::sleep(ATTEMPT_DELAY), if waiting.len() > 0 => None,
        };
        first_failure = first_failure.or(failure);
        if running.is_empty() && waiting.len() == 0 {
            // What the first one said, which is the one that was asked for.
            return Err(first_failure.map_or_else(no_address, |failure| Failure {
                message: format!(
                    "{}; none of {} addresses took the connection",
                    failure.message,
                    addresses.len()
                ),
                ..failure
            }));
        }
    }
}

fn no_address() -> Failure {
    Failure::new(ErrorCode::DIAL, "there is no address to connect to")
}
