//! A server for tests that speaks HTTP/3, and nothing else: what a request gets is chosen by its
//! path, as with [`crate::TestServer`]. Behind the feature `http3`.
//!
//! | path | what it does |
//! | --- | --- |
//! | `/` | the small body |
//! | `/bytes/N` | N bytes |
//! | `/echo` | the body and the headers of the request |
//! | `/delay/MS` | the small body, after so many milliseconds |
//! | `/hints` | a head with status 103, then the small body |
//! | `/trailers` | the small body, then trailers |
//! | `/full` | status 413 at once, without reading the body |
//! | `/silent` | nothing, ever |
//! | `/reset`, `/reset-body` | the stream is reset before the head, in the body |
//! | `/close`, `/close-body` | the connection is closed before the head, in the body |
//! | `/short` | fewer bytes than `content-length` says |
//! | `/reject-first` | the first request of the server is rejected unseen |
//! | `/goaway` | the small body, and no more requests on this connection |

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use ::h3::error::{Code, StreamError};
use ::h3::server::RequestStream;
use anyhow::Context as _;
use bytes::{Buf as _, Bytes};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{Endpoint, ServerConfig, VarInt};
use rustls_pki_types::PrivatePkcs8KeyDer;
use tokio::sync::watch;

use crate::{Authority, SMALL_BODY};

type Stream = RequestStream<h3_quinn::BidiStream<Bytes>, Bytes>;

/// What a server is like.
#[derive(Clone, Debug)]
pub struct H3Config {
    /// Requests at once on one connection.
    pub streams_max: u32,
    /// The protocol that it names in the handshake.
    pub alpn: &'static str,
    /// Addresses have to prove that they are theirs before anything else (a Retry packet).
    pub retries: bool,
    /// Silence after which it gives a connection up.
    pub idle_max: Duration,
}

impl Default for H3Config {
    fn default() -> Self {
        Self { streams_max: 256, alpn: "h3", retries: false, idle_max: Duration::from_mins(1) }
    }
}

/// What has happened.
#[derive(Debug, Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

/// A server on loopback; dropping it ends it.
#[derive(Debug)]
pub struct H3Server {
    authority: Authority,
    address: SocketAddr,
    counts: Arc<Counts>,
    end: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl H3Server {
    /// Starts one.
    pub fn start(config: &H3Config) -> anyhow::Result<Self> {
        let authority = Authority::new("squall test HTTP/3 authority")?;
        let server_config = server_config(&authority, config)?;
        let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = socket.local_addr()?;
        let counts = Arc::new(Counts::default());
        let (end, ended) = watch::channel(false);
        let serving = Serving { counts: Arc::clone(&counts), retries: config.retries };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("h3-server".into()).spawn(move || {
            runtime.block_on(async {
                let config = quinn::EndpointConfig::default();
                let quic = Arc::new(quinn::TokioRuntime);
                // Without a server every test fails, and says so.
                if let Ok(endpoint) = Endpoint::new(config, Some(server_config), socket, quic) {
                    serve(endpoint, serving, ended).await;
                }
            });
        })?;
        Ok(Self { authority, address, counts, end, thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path, by address.
    pub fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// The certificate of its authority, DER.
    pub fn ca_der(&self) -> &[u8] {
        self.authority.der()
    }

    /// The certificate of its authority, PEM.
    pub fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    /// Connections whose handshake is done, so far.
    pub fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// Requests that have come, so far.
    pub fn requests(&self) -> usize {
        self.counts.requests.load(Ordering::SeqCst)
    }
}

impl Drop for H3Server {
    fn drop(&mut self) {
        self.end.send_replace(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn server_config(authority: &Authority, config: &H3Config) -> anyhow::Result<ServerConfig> {
    let issued = authority.issue(&["127.0.0.1", "localhost", "*.squall.test"])?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(
            vec![issued.cert_der.into()],
            PrivatePkcs8KeyDer::from(issued.key_der).into(),
        )?;
    tls.alpn_protocols = vec![config.alpn.as_bytes().to_vec()];
    let mut server = ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls)?));
    let mut transport = quinn::TransportConfig::default();
    transport.max_concurrent_bidi_streams(VarInt::from_u32(config.streams_max));
    transport.max_idle_timeout(Some(config.idle_max.try_into()?));
    server.transport_config(Arc::new(transport));
    Ok(server)
}

#[derive(Clone, Debug)]
struct Serving {
    counts: Arc<Counts>,
    retries: bool,
}

async fn serve(endpoint: Endpoint, serving: Serving, mut ended: watch::Receiver<bool>) {
    loop {
        let incoming = tokio::select! {
            incoming = endpoint.accept() => incoming,
            _ = ended.wait_for(|ended| *ended) => None,
        };
        let Some(incoming) = incoming else { break };
        if serving.retries && !incoming.remote_address_validated() {
            let _ = incoming.retry();
            continue;
        }
        let serving = serving.clone();
        tokio::spawn(async move {
            let served = async {
                let quic = incoming.await?;
                serving.counts.connections.fetch_add(1, Ordering::SeqCst);
                connection(quic, serving).await
            };
            // Clients that go away are no news.
            let _: anyhow::Result<()> = served.await;
        });
    }
    endpoint.close(VarInt::from_u32(0x100), b"the test is over");
}

async fn connection(quic: quinn::Connection, serving: Serving) -> anyhow::Result<()> {
    let mut connection =
        ::h3::server::builder().build(h3_quinn::Connection::new(quic.clone())).await?;
    while let Some(resolver) = connection.accept().await? {
        let number = serving.counts.requests.fetch_add(1, Ordering::SeqCst);
        let (request, mut stream) = resolver.resolve_request().await?;
        if request.uri().path() == "/goaway" {
            connection.shutdown(0).await?;
        }
        let quic = quic.clone();
        tokio::spawn(async move {
            let _ = answer(&request, &mut stream, &quic, number).await;
        });
    }
    Ok(())
}

async fn answer(
    request: &Request<()>,
    stream: &mut Stream,
    quic: &quinn::Connection,
    number: usize,
) -> anyhow::Result<()> {
    let path = request.uri().path();
    let (name, argument) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    match name {
        "bytes" => send(stream, vec![b'x'; argument.parse()?].into()).await?,
        "echo" => echo(request, stream).await?,
        "delay" => {
            tokio::time::sleep(Duration::from_millis(argument.parse()?)).await;
            send(stream, SMALL_BODY.into()).await?;
        }
        "hints" => {
            let hints = Response::builder().status(StatusCode::EARLY_HINTS).body(())?;
            stream.send_response(hints).await?;
            send(stream, SMALL_BODY.into()).await?;
        }
        "trailers" => {
            send(stream, SMALL_BODY.into()).await?;
            let mut trailers = HeaderMap::new();
            trailers.insert("x-sum", HeaderValue::from_static("1"));
            stream.send_trailers(trailers).await?;
        }
        "full" => {
            head(stream, StatusCode::PAYLOAD_TOO_LARGE, 0).await?;
            stream.finish().await?;
            stream.stop_sending(Code::H3_NO_ERROR);
            return Ok(());
        }
        "silent" => std::future::pending().await,
        "reset" => {
            stream.stop_stream(Code::H3_INTERNAL_ERROR);
            return Ok(());
        }
        "reject-first" if number == 0 => {
            stream.stop_stream(Code::H3_REQUEST_REJECTED);
            return Ok(());
        }
        "close" => quic.close(Code::H3_EXCESSIVE_LOAD.value().try_into()?, b"too much"),
        "reset-body" | "close-body" | "short" => {
            head(stream, StatusCode::OK, 1000).await?;
            stream.send_data(Bytes::from_static(b"only this")).await?;
            // The client is to see it before what comes next.
            tokio::time::sleep(Duration::from_millis(50)).await;
            match name {
                "reset-body" => stream.stop_stream(Code::H3_INTERNAL_ERROR),
                "close-body" => quic.close(VarInt::from_u32(0x100), b""),
                _ => stream.finish().await?,
            }
            return Ok(());
        }
        _ => send(stream, SMALL_BODY.into()).await?,
    }
    stream.finish().await?;
    Ok(())
}

async fn echo(request: &Request<()>, stream: &mut Stream) -> anyhow::Result<()> {
    let mut received = Vec::new();
    while let Some(mut data) = stream.recv_data().await? {
        received.extend_from_slice(&data.copy_to_bytes(data.remaining()));
    }
    let mut response = Response::builder().header("x-method", request.method().as_str());
    let authority = request.uri().authority().context("a request without an authority")?;
    response = response.header("x-authority", authority.as_str());
    for (name, value) in request.headers() {
        response = response.header(format!("x-sent-{name}"), value);
    }
    stream.send_response(response.body(())?).await?;
    stream.send_data(received.into()).await?;
    Ok(())
}

async fn send(stream: &mut Stream, body: Bytes) -> Result<(), StreamError> {
    head(stream, StatusCode::OK, body.len()).await?;
    stream.send_data(body).await
}

async fn head(stream: &mut Stream, status: StatusCode, length: usize) -> Result<(), StreamError> {
    let mut response = Response::new(());
    *response.status_mut() = status;
    response.headers_mut().insert("content-length", length.into());
    stream.send_response(response).await
}
