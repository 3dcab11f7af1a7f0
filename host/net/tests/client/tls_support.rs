//! Servers whose TLS a test decides on: authorities, client certificates, and what a handshake
//! came to on their side.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use squall_net::{Settings, TlsIdentity, TlsRoots};
use squall_test_support::{Authority, Issued};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::support::raw;

/// The certificate that [`identity`] is.
pub(crate) const CLIENT: &str = include_str!("../../src/tls/testdata/client.pem");
/// The authority that signed it.
pub(crate) const CLIENT_CA: &str = include_str!("../../src/tls/testdata/ca.pem");
const CLIENT_KEY: &str = include_str!("../../src/tls/testdata/client.key");

/// A client certificate of [`CLIENT_CA`].
pub(crate) fn identity() -> Arc<TlsIdentity> {
    Arc::new(TlsIdentity::from_pem(CLIENT, CLIENT_KEY, None).unwrap())
}

/// A client certificate of another authority.
pub(crate) fn other_identity() -> Arc<TlsIdentity> {
    let issued = Authority::new("others").unwrap().issue(&["client"]).unwrap();
    Arc::new(TlsIdentity::from_pem(&issued.cert_pem, &issued.key_pem, None).unwrap())
}

/// Settings that trust an authority and no other.
pub(crate) fn trusting_in(authority: &Authority) -> Settings {
    let tls_roots = TlsRoots::Only(vec![authority.der().to_vec().into()]);
    Settings { tls_roots, ..Settings::default() }
}

/// A certificate for loopback.
pub(crate) fn loopback(authority: &Authority) -> Issued {
    authority.issue(&["127.0.0.1", "localhost", "*.squall.test"]).unwrap()
}

/// What a server is like.
pub(crate) struct Kind<'k> {
    pub(crate) versions: &'k [&'static SupportedProtocolVersion],
    pub(crate) wants_client: bool,
    pub(crate) staple: &'k [u8],
}

impl Default for Kind<'_> {
    fn default() -> Self {
        Self { versions: rustls::ALL_VERSIONS, wants_client: false, staple: &[] }
    }
}

/// The configuration of a server of that kind.
pub(crate) fn config(issued: &Issued, kind: &Kind<'_>) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(kind.versions)
        .unwrap();
    let builder = if kind.wants_client {
        let mut roots = RootCertStore::empty();
        let ca = rustls_pki_types::CertificateDer::from_pem_slice(CLIENT_CA.as_bytes()).unwrap();
        roots.add(ca).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let chain = vec![issued.cert_der.clone().into()];
    let key = PrivatePkcs8KeyDer::from(issued.key_der.clone());
    builder.with_single_cert_with_ocsp(chain, key.into(), kind.staple.to_vec()).unwrap()
}

/// What a server has seen of a handshake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) server_name: Option<String>,
    pub(crate) has_client_certificate: bool,
    pub(crate) suite: String,
}

/// A server on this thread that answers every request of a connection; what it sees of handshakes
/// goes to the list.
pub(crate) async fn serve(config: ServerConfig) -> (SocketAddr, Rc<RefCell<Vec<Seen>>>) {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let list = Rc::clone(&seen);
    let address = raw(move |_, stream| {
        let (acceptor, list) = (acceptor.clone(), Rc::clone(&list));
        async move {
            // Else the answer would wait for the acknowledgement of the tickets before it.
            stream.set_nodelay(true).unwrap();
            match acceptor.accept(stream).into_fallible().await {
                Ok(stream) => {
                    list.borrow_mut().push(what_is_seen(&stream));
                    answer_all(stream).await;
                }
                // Closed with unread bytes, the kernel would reset and take the alert with it.
                Err((_, mut stream)) => {
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                }
            }
        }
    })
    .await;
    (address, seen)
}

fn what_is_seen(stream: &TlsStream<TcpStream>) -> Seen {
    let session = stream.get_ref().1;
    Seen {
        server_name: session.server_name().map(str::to_owned),
        has_client_certificate: session.peer_certificates().is_some(),
        suite: format!("{:?}", session.negotiated_cipher_suite().unwrap().suite()),
    }
}

async fn answer_all(mut stream: TlsStream<TcpStream>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while let Ok(1) = stream.read(&mut byte).await {
        head.push(byte[0]);
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            if stream.write_all(answer).await.is_err() || stream.flush().await.is_err() {
                return;
            }
        }
    }
}
