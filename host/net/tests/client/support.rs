//! What all tests share: a worker's surroundings, clients, and a server of raw sockets.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::http_types::Request as Request1;
use squall_net::{
    BatchLimits, Bytes, Call, Client, Exchange, Network, Request, Settings, Target, TlsRoots,
};
use squall_test_support::TestServer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

/// Long enough for a busy machine; a test that gets here has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a test as a worker runs its VUs: one thread, a local set.
pub(crate) fn run<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    let test = async { tokio::time::timeout(PATIENCE, test).await };
    local.block_on(&runtime, test).expect("the test did not end in time")
}

pub(crate) fn server() -> TestServer {
    TestServer::start_default().unwrap()
}

/// Settings that trust the server's own authority.
pub(crate) fn trusting(server: &TestServer) -> Settings {
    Settings {
        tls_roots: TlsRoots::Only(vec![server.ca_der().to_vec().into()]),
        ..Settings::default()
    }
}

/// Every test runs with one HTTP/1 client in one program, and with the other in another.
pub(crate) fn network(settings: Settings) -> Rc<Network> {
    let settings = Settings { http1_client: crate::HTTP1_CLIENT, ..settings };
    Network::new(Arc::new(settings)).unwrap()
}

pub(crate) fn client(settings: Settings) -> Client {
    Client::new(network(settings))
}

pub(crate) fn get(url: &str) -> Request {
    request(Method::GET, url)
}

pub(crate) fn request(method: Method, url: &str) -> Request {
    let mut request = Request::new(method, Rc::new(Target::parse(url).unwrap()));
    request.timeout = PATIENCE / 2;
    request
}

/// What came of the requests, sent side by side.
pub(crate) async fn all_of(
    client: &Client,
    requests: Vec<Request>,
    limits: BatchLimits,
) -> Vec<Exchange> {
    let calls = requests.into_iter().map(Call::from).collect();
    let outcomes = client.batch(calls, limits, |_, _| {}).await;
    outcomes.into_iter().map(|outcome| outcome.exchange).collect()
}

/// The exchange, which must have succeeded with status 200.
pub(crate) async fn ok(client: &Client, request: Request) -> Exchange {
    let exchange = client.execute(request).await;
    assert_eq!(exchange.failure, None);
    assert_eq!(exchange.status, 200);
    exchange
}

/// The code of the exchange, which must have failed with a message that says something.
pub(crate) async fn code(client: &Client, request: Request) -> u16 {
    let exchange = client.execute(request).await;
    let failure = exchange.failure.clone().expect("the request did not fail");
    assert!(failure.message.len() > 10, "{failure:?}");
    assert_eq!(exchange.status, 0);
    assert_eq!(exchange.error_code(), failure.code.get());
    failure.code.get()
}

/// The first header of this name, which must be there and be text.
pub(crate) fn header_of<'e>(exchange: &'e Exchange, name: &str) -> &'e str {
    std::str::from_utf8(exchange.headers.get(name).unwrap()).unwrap()
}

/// A server of raw sockets: each connection is given to `serve`, with its number from 0.
pub(crate) async fn raw<S, F>(serve: S) -> SocketAddr
where
    S: Fn(usize, TcpStream) -> F + 'static,
    F: Future<Output = ()> + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::task::spawn_local(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::task::spawn_local(serve(number, stream));
        }
    });
    address
}

/// Reads until the head of a request is there; `None` when the client closed first.
pub(crate) async fn read_head<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte).await {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    Some(String::from_utf8(head).unwrap())
}

/// A complete small response.
pub(crate) async fn answer<S: AsyncWrite + Unpin>(stream: &mut S, body: &str) {
    let length = body.len();
    let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(response.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
}

/// Lets other tasks of this thread, and the kernel, do what they have to do until `done` says so.
pub(crate) async fn until(mut done: impl FnMut() -> bool) {
    while !done() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// An HTTP/2 server over TLS on this thread, for what must be seen from inside. Returns settings
/// that trust it, and its URL.
pub(crate) async fn raw_h2<S, F>(serve: S) -> (Settings, String)
where
    S: Fn(Request1<h2::RecvStream>, h2::server::SendResponse<Bytes>) -> F + 'static,
    F: Future<Output = ()> + 'static,
{
    let serve = Rc::new(serve);
    let (settings, url) = raw_tls(&[b"h2"], move |stream| {
        let serve = Rc::clone(&serve);
        async move {
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(accepted) = connection.accept().await {
                let Ok((request, respond)) = accepted else { return };
                tokio::task::spawn_local(serve(request, respond));
            }
        }
    })
    .await;
    (settings, url)
}

/// An HTTP/2 server without TLS of raw bytes: `serve` gets each connection after the client's
/// preface. Returns its URL.
pub(crate) async fn scripted_h2<S, F>(serve: S) -> String
where
    S: Fn(usize, TcpStream) -> F + 'static,
    F: Future<Output = ()> + 'static,
{
    let serve = Rc::new(serve);
    let address = raw(move |number, mut stream| {
        let serve = Rc::clone(&serve);
        async move {
            let mut preface = [0; 24];
            if stream.read_exact(&mut preface).await.is_ok() {
                assert!(preface.starts_with(b"PRI * HTTP/2.0"));
                serve(number, stream).await;
            }
        }
    })
    .await;
    format!("http://{address}/")
}

/// A name server that gives every name these addresses, each time after a delay.
pub(crate) async fn name_server(
    addresses: &'static [&'static str],
    delay: Duration,
) -> Vec<SocketAddr> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let servers = vec![socket.local_addr().unwrap()];
    tokio::task::spawn_local(async move {
        let mut message = [0; 512];
        loop {
            let (length, from) = socket.recv_from(&mut message).await.unwrap();
            let mut end = 12;
            while message[end] != 0 {
                end += usize::from(message[end]) + 1;
            }
            let wants_v4 = message[end + 2] == 1;
            let ips = addresses.iter().map(|text| text.parse::<IpAddr>().unwrap());
            let ips: Vec<_> = ips.filter(|ip| ip.is_ipv4() == wants_v4).collect();
            let mut answer = message[..length.min(end + 5)].to_vec();
            answer[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, ips.len() as u8, 0, 0, 0, 0]);
            for ip in ips {
                answer.extend([0xc0, 12, 0, message[end + 2], 0, 1, 0, 0, 0, 60, 0]);
                match ip {
                    IpAddr::V4(ip) => answer.extend([&[4][..], &ip.octets()].concat()),
                    IpAddr::V6(ip) => answer.extend([&[16][..], &ip.octets()].concat()),
                }
            }
            tokio::time::sleep(delay).await;
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    servers
}

/// What takes TLS connections for 127.0.0.1, and settings that trust it.
pub(crate) fn tls_acceptor(alpn: &[&[u8]]) -> (Settings, tokio_rustls::TlsAcceptor) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = rustls_pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.into())
        .unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let tls_roots = TlsRoots::Only(vec![certificate]);
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    (Settings { tls_roots, ..Settings::default() }, acceptor)
}

/// A TLS server on this thread that gives each connection to `serve`.
pub(crate) async fn raw_tls<S, F>(alpn: &[&[u8]], serve: S) -> (Settings, String)
where
    S: Fn(tokio_rustls::server::TlsStream<TcpStream>) -> F + 'static,
    F: Future<Output = ()> + 'static,
{
    let (settings, acceptor) = tls_acceptor(alpn);
    let serve = Rc::new(serve);
    let address = raw(move |_, stream| {
        let (acceptor, serve) = (acceptor.clone(), Rc::clone(&serve));
        async move { serve(acceptor.accept(stream).await.unwrap()).await }
    })
    .await;
    (settings, format!("https://{address}/"))
}
