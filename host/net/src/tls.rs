//! TLS: whom to trust, what to offer, and the handshake.
//!
//! Reading the system's certificates takes tens of milliseconds, so it is done once in a process,
//! when the first `https` request needs it. All clients share the verifier; each has its own small
//! store of sessions, else all virtual users would look like one returning visitor.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, DigitallySignedStruct, ProtocolVersion, RootCertStore, SignatureScheme,
};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error_kind::{ErrorCode, Failure, classify};
use crate::http::request::Origin;
use crate::http::response::TlsVersion;
use crate::http::route::Class;
use crate::network::NetworkError;
use crate::settings::{Settings, TlsRoots};
use crate::stream::Counted;

/// Sessions that one client remembers, over all its hosts: a virtual user talks to a few hosts, and
/// a session is a kilobyte or two.
const SESSIONS_MAX: usize = 16;

type Verifier = Arc<dyn ServerCertVerifier>;

/// The trust of a worker's clients.
#[derive(Debug)]
pub(crate) struct Tls {
    config: Arc<ClientConfig>,
}

impl Tls {
    /// Loads what is needed to trust a server.
    pub(crate) fn new(settings: &Settings) -> Result<Self, Failure> {
        let verifier = verifier(settings)?;
        let provider = provider();
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Failure::new(ErrorCode::TLS, error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config) })
    }

    /// The configuration of one client, with its own sessions.
    pub(crate) fn client_config(&self) -> Arc<ClientConfig> {
        let mut config = ClientConfig::clone(&self.config);
        config.resumption = Resumption::in_memory_sessions(SESSIONS_MAX);
        Arc::new(config)
    }
}

/// Checks certificates that the run brought along, before anything starts.
pub(crate) fn check_roots(roots: &TlsRoots) -> Result<(), NetworkError> {
    if let TlsRoots::Only(certificates) = roots {
        let mut store = RootCertStore::empty();
        for (index, certificate) in certificates.iter().enumerate() {
            store
                .add(certificate.clone())
                .map_err(|source| NetworkError::Root { number: index + 1, source })?;
        }
    }
    Ok(())
}

/// Does the handshake over a fresh connection.
pub(crate) async fn handshake(
    config: Arc<ClientConfig>,
    origin: &Origin,
    stream: Counted,
) -> Result<TlsStream<Counted>, Failure> {
    let name = ServerName::try_from(&*origin.host).map_err(|_| {
        let message = format!("`{}` cannot be a server's name in TLS", origin.host);
        Failure::new(ErrorCode::TLS, message)
    })?;
    let connector = TlsConnector::from(config);
    let handshake = connector.connect(name.to_owned(), stream);
    handshake.await.map_err(|error| classify::tls_handshake(&error, &origin.host))
}

/// The configuration for connections of this class: what it offers to speak. They share sessions.
pub(crate) fn offering(config: Arc<ClientConfig>, class: Class) -> Arc<ClientConfig> {
    let protocols: &[&[u8]] = match class {
        Class::Negotiated => return config,
        Class::Http1 => &[b"http/1.1"],
        Class::Http2 => &[b"h2"],
    };
    let mut config = ClientConfig::clone(&config);
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Arc::new(config)
}

/// The negotiated version, and whether the connection speaks HTTP/2.
pub(crate) fn negotiated(stream: &TlsStream<Counted>) -> (Option<TlsVersion>, bool) {
    let session = stream.get_ref().1;
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => Some(TlsVersion::Tls12),
        Some(ProtocolVersion::TLSv1_3) => Some(TlsVersion::Tls13),
        _ => None,
    };
    (version, session.alpn_protocol() == Some(b"h2"))
}

fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(aws_lc_rs::default_provider())))
}

fn verifier(settings: &Settings) -> Result<Verifier, Failure> {
    if settings.insecure_skip_tls_verify {
        return Ok(Arc::new(AcceptAny(provider().signature_verification_algorithms)));
    }
    match &settings.tls_roots {
        TlsRoots::System => system_verifier(),
        TlsRoots::Only(certificates) => {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(certificates.iter().cloned());
            let builder = WebPkiServerVerifier::builder_with_provider(store.into(), provider());
            let verifier = builder.build().map_err(|error| no_roots(&error.to_string()))?;
            Ok(verifier)
        }
    }
}

/// The system's verifier; made once for the whole process.
fn system_verifier() -> Result<Verifier, Failure> {
    static SYSTEM: OnceLock<Result<Verifier, Failure>> = OnceLock::new();
    let system = SYSTEM.get_or_init(|| match rustls_platform_verifier::Verifier::new(provider()) {
        Ok(verifier) => Ok(Arc::new(verifier)),
        Err(error) => Err(no_roots(&error.to_string())),
    });
    system.clone()
}

fn no_roots(problem: &str) -> Failure {
    let message = format!(
        "no trusted certificates ({problem}); install the system's CA certificates, point \
         SSL_CERT_FILE at a bundle, or set insecureSkipTLSVerify"
    );
    Failure::new(ErrorCode::TLS, message)
}

/// `insecureSkipTLSVerify`: any certificate is good; that the server holds its key is still
/// checked.
#[derive(Debug)]
struct AcceptAny(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AcceptAny {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
