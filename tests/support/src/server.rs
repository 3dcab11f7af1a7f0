//! The server as tests hold it: start, addresses, the record, stop.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use socket2::{Domain, Socket, Type};
use tokio::sync::watch;

use crate::arrival::{Arrival, InterArrivals};
use crate::certificates::{CertificateError, Certificates};
use crate::clock::now_ns;
use crate::config::Config;
use crate::listener::Listener;
use crate::record::RecordView;
use crate::shared::{Shared, get};
use crate::worker::{self, Door};

/// Connections that the kernel keeps for us before they are accepted.
const BACKLOG: i32 = 4_096;

/// Connections tried to fill the queue of [`Listener::Full`]; two do on Linux.
const FILLERS_MAX: usize = 8;

/// How often [`TestServer::wait_for_arrivals`] looks.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Why a test server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// It misbehaves for whoever asks, so it is offered to this machine only.
    #[error(
        "`{address}` is not a loopback address; \
         this server misbehaves on request and is for this machine only"
    )]
    NotLoopback {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// A listening socket could not be opened.
    #[error("the {listener} listener could not be opened on {address}")]
    Listen {
        /// Which listener.
        listener: Listener,
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The certificates could not be made, or not be written.
    #[error("the certificates could not be made")]
    Certificates(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A serving thread could not be started.
    #[error("a serving thread could not be started")]
    Thread(#[source] io::Error),
}

impl From<CertificateError> for StartError {
    fn from(error: CertificateError) -> Self {
        Self::Certificates(Box::new(error))
    }
}

/// A running server. It stops, and closes all connections, when it is dropped.
///
/// ```
/// # fn main() -> Result<(), squall_test_support::StartError> {
/// use squall_test_support::{Listener, TestServer};
///
/// let server = TestServer::start_default()?;
/// let good = server.url("/bytes/1000");
/// let bad = server.url_of(Listener::TlsExpired, "/");
/// assert!(good.starts_with("http://127.0.0.1:") && bad.starts_with("https://127.0.0.1:"));
/// assert_eq!(server.arrivals_total(), 0);
/// # Ok(())
/// # }
/// ```
///
/// Requests for `/__...` are neither recorded nor counted as arrivals; they count in bytes and
/// connections like any other.
#[derive(Debug)]
pub struct TestServer {
    shared: Arc<Shared>,
    addresses: [SocketAddr; Listener::ALL.len()],
    certificates: Certificates,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
    /// Sockets that must stay as they are: the refused port and the full queue.
    _held: Vec<Socket>,
}

impl TestServer {
    /// Opens all listeners and serves them until the value is dropped.
    pub fn start(config: Config) -> Result<Self, StartError> {
        if !config.address.ip().is_loopback() {
            return Err(StartError::NotLoopback { address: config.address });
        }
        let certificates = Certificates::make()?;
        let (plain_address, threads_count) = (config.address, config.threads.max(1));
        let shared = Arc::new(Shared::new(config));
        let mut sockets = Vec::new();
        let mut held = Vec::new();
        let mut addresses = [plain_address; Listener::ALL.len()];
        for listener in Listener::ALL {
            let address = match listener {
                Listener::Plain => plain_address,
                _ => SocketAddr::new(plain_address.ip(), 0),
            };
            let opened = open(listener, address);
            let opened =
                opened.map_err(|source| StartError::Listen { listener, address, source })?;
            addresses[listener.index()] = opened.address;
            held.extend(opened.held);
            if let Some(socket) = opened.served {
                let tls = certificates.tls(listener)?;
                sockets.push((Door { listener, tls, shared: Arc::clone(&shared) }, socket));
            }
        }
        let (stop, stopped) = watch::channel(false);
        let threads = (0..threads_count)
            .map(|index| spawn(index, &sockets, stopped.clone()))
            .collect::<io::Result<_>>()
            .map_err(StartError::Thread)?;
        Ok(Self { shared, addresses, certificates, stop, threads, _held: held })
    }

    /// A server with [`Config::default`].
    pub fn start_default() -> Result<Self, StartError> {
        Self::start(Config::default())
    }

    /// The address of a listener.
    pub fn address(&self, listener: Listener) -> SocketAddr {
        self.addresses[listener.index()]
    }

    /// The IP of all listeners.
    pub fn ip(&self) -> IpAddr {
        self.address(Listener::Plain).ip()
    }

    /// `http://127.0.0.1:PORT` and `path`, which starts with `/`.
    pub fn url(&self, path: &str) -> String {
        self.url_of(Listener::Plain, path)
    }

    /// `https://127.0.0.1:PORT` and `path`; the certificate is good for a client that trusts
    /// [`Self::ca_file`].
    pub fn https_url(&self, path: &str) -> String {
        self.url_of(Listener::Tls, path)
    }

    /// `http://127.0.0.1:PORT` of the listener for HTTP/2 with prior knowledge, and `path`.
    pub fn h2c_url(&self, path: &str) -> String {
        self.url_of(Listener::H2c, path)
    }

    /// The URL of `path` at a listener.
    pub fn url_of(&self, listener: Listener, path: &str) -> String {
        format!("{}://{}{path}", listener.scheme(), self.address(listener))
    }

    /// The URL of `path` at a listener with a host name of your own (good certificates are for
    /// `localhost`, `squall.test` and names below it).
    pub fn url_with_host(&self, listener: Listener, host: &str, path: &str) -> String {
        format!("{}://{host}:{}{path}", listener.scheme(), self.address(listener).port())
    }

    /// A PEM file with the certificate of the CA behind the good listeners; gone when the server
    /// is dropped.
    pub fn ca_file(&self) -> &Path {
        self.certificates.ca_file.path()
    }

    /// The certificate of the CA as PEM.
    pub fn ca_pem(&self) -> String {
        self.certificates.ca_pem()
    }

    /// The certificate of the CA as DER.
    pub fn ca_der(&self) -> &[u8] {
        self.certificates.ca_der()
    }

    /// The arrivals that are kept: the newest [`crate::Limits::arrivals_max`].
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.view().arrivals
    }

    /// The arrivals that are kept and whose path (without query) is `path`.
    pub fn arrivals_at(&self, path: &str) -> Vec<Arrival> {
        let mut arrivals = self.view().arrivals;
        arrivals.retain(|arrival| arrival.path() == path);
        arrivals
    }

    /// All arrivals since the start or the last [`Self::reset`], kept or not.
    pub fn arrivals_total(&self) -> u64 {
        self.shared.record.total()
    }

    /// Arrivals that are counted but no longer kept.
    pub fn arrivals_overwritten(&self) -> u64 {
        let view = self.view();
        view.total - view.arrivals.len() as u64
    }

    /// Arrivals in each whole second after the first one; exact, also when some are no longer kept.
    pub fn arrivals_per_second(&self) -> Vec<u64> {
        self.view().per_second
    }

    /// The gaps between the arrivals that are kept.
    pub fn inter_arrivals(&self) -> InterArrivals {
        InterArrivals::of(self.view().arrivals.iter().map(|arrival| arrival.at_ns).collect())
    }

    /// What the proxies were asked for since the start or the last [`Self::reset`], such as
    /// `GET http://shop.test/`, `CONNECT shop.test:443` or `SOCKS shop.test:80`.
    pub fn proxied(&self) -> Vec<String> {
        self.shared.proxied()
    }

    /// Waits until so many arrivals are recorded, at most `lasts`; tells whether they are.
    pub fn wait_for_arrivals(&self, total: u64, lasts: Duration) -> bool {
        let lasts_ns = u64::try_from(lasts.as_nanos()).unwrap_or(u64::MAX);
        let deadline_ns = now_ns().saturating_add(lasts_ns);
        while self.arrivals_total() < total {
            if now_ns() > deadline_ns {
                return false;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        true
    }

    /// Connections accepted since the start or the last [`Self::reset`].
    pub fn connections_opened(&self) -> u64 {
        get(&self.shared.counters.opened)
    }

    /// Connections open now.
    pub fn connections_open(&self) -> u64 {
        get(&self.shared.counters.open)
    }

    /// Connections closed at once because [`crate::Limits::connections_max`] were open.
    pub fn connections_turned_away(&self) -> u64 {
        get(&self.shared.counters.turned_away)
    }

    /// TLS handshakes that failed or took too long.
    pub fn handshakes_failed(&self) -> u64 {
        get(&self.shared.counters.handshakes_failed)
    }

    /// Requests that were refused as malformed or too long, and HTTP/2 connections that broke the
    /// protocol.
    pub fn bad_requests(&self) -> u64 {
        get(&self.shared.counters.bad_requests)
    }

    /// Bytes read from sockets; what TLS adds counts.
    pub fn bytes_received(&self) -> u64 {
        get(&self.shared.counters.received_bytes)
    }

    /// Bytes written to sockets; what TLS adds counts.
    pub fn bytes_sent(&self) -> u64 {
        get(&self.shared.counters.sent_bytes)
    }

    /// Freezes the server from now on for `lasts`; see [`crate::Freeze`] for what that means.
    pub fn freeze_for(&self, lasts: Duration) {
        self.shared.freeze_for(lasts);
    }

    /// The record and the counters start again; connections and tokens stay.
    pub fn reset(&self) {
        self.shared.reset();
    }

    fn view(&self) -> RecordView {
        self.shared.record.view()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so itself.
            drop(thread.join());
        }
    }
}

fn spawn(
    index: usize,
    sockets: &[(Door, std::net::TcpListener)],
    stopped: watch::Receiver<bool>,
) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let doors = sockets
        .iter()
        .map(|(door, socket)| Ok((door.clone(), worker::adopt(&runtime, socket.try_clone()?)?)))
        .collect::<io::Result<_>>()?;
    std::thread::Builder::new()
        .name(format!("test-server-{index}"))
        .spawn(move || worker::serve(&runtime, doors, stopped))
}

/// A port in the state that its listener is for.
struct Opened {
    address: SocketAddr,
    served: Option<std::net::TcpListener>,
    held: Vec<Socket>,
}

fn open(listener: Listener, address: SocketAddr) -> io::Result<Opened> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.port() != 0 {
        // A port that was asked for may still have connections of an earlier server in TIME_WAIT.
        socket.set_reuse_address(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    let address = socket.local_addr()?.as_socket().unwrap_or(address);
    match listener {
        Listener::Refused => Ok(Opened { address, served: None, held: vec![socket] }),
        Listener::Full => {
            socket.listen(0)?;
            let mut held = fill(address)?;
            held.push(socket);
            Ok(Opened { address, served: None, held })
        }
        _ => {
            socket.listen(BACKLOG)?;
            Ok(Opened { address, served: Some(socket.into()), held: Vec::new() })
        }
    }
}

/// Connects without waiting until the queue is full; connections that do not get in hang, which
/// is fine.
fn fill(address: SocketAddr) -> io::Result<Vec<Socket>> {
    (0..FILLERS_MAX)
        .map(|_| {
            let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
            socket.set_nonblocking(true)?;
            // "In progress" is the expected answer.
            drop(socket.connect(&address.into()));
            Ok(socket)
        })
        .collect()
}
