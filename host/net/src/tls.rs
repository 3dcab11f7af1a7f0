//! TLS: whom to trust, what to offer, the handshake, and what it came to.
//!
//! - `profile`, `suites`, `identity`, `key_log`: what can be set
//! - `config`: from settings to rustls, with sessions for each client
//! - `verify`: certificates of servers
//! - `quic`: the handshake inside QUIC
//! - `info`, `ocsp`: what a handshake came to, as data

mod config;
mod identity;
mod info;
mod key_log;
mod legacy_pem;
mod ocsp;
mod profile;
#[cfg(feature = "http3")]
mod quic;
mod suites;
mod verify;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use self::config::Base;
pub(crate) use self::config::{Sessions, Tls};
pub use self::identity::{TlsIdentity, TlsIdentityError};
use self::info::Handshake;
pub use self::info::{TlsCertificate, TlsInfo, TlsVersion};
pub use self::key_log::TlsKeyLog;
pub use self::ocsp::{Ocsp, OcspStatus};
pub use self::profile::{
    TlsOverrides, TlsProfile, TlsProfileError, TlsServerName, TlsServerNameError, TlsVersions,
    check_tls_offer,
};
#[cfg(feature = "http3")]
pub(crate) use self::quic::QuicHandshake;
pub use self::suites::TlsCipherSuite;
use crate::error_kind::{ErrorCode, Failure, classify};
use crate::http::request::Origin;
use crate::http::route::Class;
use crate::network::NetworkError;
use crate::settings::TlsRoots;
use crate::stream::Counted;

/// ALPN's name of HTTP/2.
const H2: &str = "h2";

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

/// Text that has no certificates of authorities.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum TlsRootsError {
    /// It is not PEM.
    #[error("it is not PEM ({problem}); expected `-----BEGIN CERTIFICATE-----`")]
    Text {
        /// What is wrong with it.
        problem: String,
    },
    /// Nothing in it is a certificate.
    #[error("there is no certificate in it; expected PEM, `-----BEGIN CERTIFICATE-----`")]
    None,
    /// One of them is not usable.
    #[error("certificate number {number} is not usable ({problem})")]
    Certificate {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        problem: String,
    },
}

impl TlsRoots {
    /// Reads the certificates of authorities, PEM.
    pub fn from_pem(text: &str) -> Result<Self, TlsRootsError> {
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
        let certificates =
            found.map_err(|error| TlsRootsError::Text { problem: error.to_string() })?;
        if certificates.is_empty() {
            return Err(TlsRootsError::None);
        }
        let mut store = RootCertStore::empty();
        for (index, certificate) in certificates.iter().enumerate() {
            store.add(certificate.clone()).map_err(|error| TlsRootsError::Certificate {
                number: index + 1,
                problem: error.to_string(),
            })?;
        }
        Ok(Self::Only(certificates))
    }
}

/// A connection whose handshake is done.
pub(crate) struct Secured {
    pub(crate) stream: TlsStream<Counted>,
    pub(crate) info: Arc<TlsInfo>,
}

impl Secured {
    /// True when the server chose HTTP/2.
    pub(crate) fn is_h2(&self) -> bool {
        self.info.alpn.as_deref() == Some(H2)
    }
}

/// The configuration for connections of this class: what it offers to speak. They share sessions.
fn offering(config: Arc<ClientConfig>, class: Class) -> Arc<ClientConfig> {
    let protocols: &[&[u8]] = match class {
        Class::Negotiated => return config,
        Class::Http1 => &[b"http/1.1"],
        Class::Http2 => &[b"h2"],
        #[cfg(feature = "http3")]
        Class::Http3 => &[b"h3"],
    };
    let mut config = ClientConfig::clone(&config);
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Arc::new(config)
}

/// Does the handshake over a fresh connection.
pub(crate) async fn handshake(
    tls: &Tls,
    sessions: &Sessions,
    origin: &Origin,
    class: Class,
    stream: Counted,
) -> Result<Secured, Failure> {
    let (base, config) = sessions.config(tls, origin)?;
    let config = offering(config, class);
    let name = name_of(&base, origin)?;
    let mut handshake = pin!(TlsConnector::from(config).connect(name, stream));
    let mut staple = None;
    let stream = poll_fn(|cx| {
        let polled = handshake.as_mut().poll(cx);
        // What this connection's verifier has left behind, before another one is polled.
        if let Some(new) = verify::take_staple() {
            staple = Some(new);
        }
        polled
    });
    let stream = stream.await.map_err(|error| classify::tls_handshake(&error, &origin.host))?;
    let info = TlsInfo::new(Handshake::of(stream.get_ref().1, staple), &tls.peers);
    Ok(Secured { stream, info: Arc::new(info) })
}

/// The name that the server's certificate must have.
fn name_of(base: &Base, origin: &Origin) -> Result<ServerName<'static>, Failure> {
    match &base.server_name {
        Some(TlsServerName(name)) => Ok(name.clone()),
        None => ServerName::try_from(String::from(&*origin.host)).map_err(|_| {
            let message = format!("`{}` cannot be a server's name in TLS", origin.host);
            Failure::new(ErrorCode::TLS, message)
        }),
    }
}

/// What the handshake of a QUIC connection is made of.
#[cfg(feature = "http3")]
pub(crate) fn quic_handshake(
    tls: &Tls,
    sessions: &Sessions,
    origin: &Origin,
) -> Result<Arc<QuicHandshake>, Failure> {
    let (base, config) = sessions.config(tls, origin)?;
    let server_name = name_of(&base, origin)?;
    let initial = suites::quic_initial().ok_or_else(|| {
        Failure::new(ErrorCode::TLS, "the TLS library has no cipher suite for QUIC")
    })?;
    let config = offering(config, Class::Http3);
    let failed = std::sync::OnceLock::new();
    Ok(Arc::new(QuicHandshake { config, server_name, initial, failed }))
}

/// What the handshake of a QUIC connection came to, as [`QuicHandshake`] has left it with quinn.
#[cfg(feature = "http3")]
pub(crate) fn quic_info(tls: &Tls, connection: &quinn::Connection) -> Option<Arc<TlsInfo>> {
    let handshake = connection.handshake_data()?.downcast::<Handshake>().ok()?;
    Some(Arc::new(TlsInfo::new(*handshake, &tls.peers)))
}
