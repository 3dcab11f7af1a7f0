//! Certificates of a test server: a CA made at its start, good ones for loopback and bad ones of
//! every kind.
//!
//! Keys are ECDSA P-256 and live in memory only; the one thing on disk is the CA's certificate,
//! in a temporary file for clients that want to trust it.

use std::io::Write as _;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::NamedTempFile;

use crate::authority::Authority;
use crate::listener::Listener;

/// The names that good certificates are for.
const NAMES: [&str; 5] = ["localhost", "127.0.0.1", "::1", "squall.test", "*.squall.test"];

/// Why the certificates of a server could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CertificateError {
    #[error("a certificate could not be made")]
    Make(#[source] rcgen::Error),
    #[error("a certificate could not be used for TLS")]
    Use(#[source] rustls::Error),
    #[error("the file of the CA certificate could not be written to the temporary folder")]
    Write(#[source] std::io::Error),
}

impl From<rcgen::Error> for CertificateError {
    fn from(error: rcgen::Error) -> Self {
        Self::Make(error)
    }
}

/// All certificates of one server.
#[derive(Debug)]
pub(crate) struct Certificates {
    pub(crate) ca_file: NamedTempFile,
    authority: Authority,
    unknown_authority: Authority,
}

impl Certificates {
    /// The authority's own certificate, PEM.
    pub(crate) fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    /// The authority's own certificate, DER.
    pub(crate) fn ca_der(&self) -> &[u8] {
        self.authority.der()
    }

    pub(crate) fn make() -> Result<Self, CertificateError> {
        let authority = Authority::new("squall test CA")?;
        let unknown_authority = Authority::new("squall unknown test CA")?;
        let mut ca_file = tempfile::Builder::new()
            .prefix("squall-test-ca-")
            .suffix(".pem")
            .tempfile()
            .map_err(CertificateError::Write)?;
        ca_file.write_all(authority.pem().as_bytes()).map_err(CertificateError::Write)?;
        ca_file.flush().map_err(CertificateError::Write)?;
        Ok(Self { ca_file, authority, unknown_authority })
    }

    /// What a listener speaks TLS with; `None` for those that do not.
    pub(crate) fn tls(
        &self,
        listener: Listener,
    ) -> Result<Option<Arc<ServerConfig>>, CertificateError> {
        let http1: &[&[u8]] = &[b"http/1.1"];
        let both: &[&[u8]] = &[b"h2", b"http/1.1"];
        let all = rustls::ALL_VERSIONS;
        let (certified, alpn, versions) = match listener {
            Listener::Tls => (signed_by(&self.authority, &good()?)?, both, all),
            Listener::TlsHttp1 | Listener::TlsProxy => {
                (signed_by(&self.authority, &good()?)?, http1, all)
            }
            Listener::Tls12 => {
                (signed_by(&self.authority, &good()?)?, both, &[&rustls::version::TLS12] as &[_])
            }
            Listener::TlsSelfSigned => (self_signed(&good()?)?, both, all),
            Listener::TlsWrongHost => {
                let params = CertificateParams::new(["wrong.squall.test".to_owned()])?;
                (signed_by(&self.authority, &params)?, both, all)
            }
            Listener::TlsExpired => {
                let mut params = good()?;
                params.not_before = date_time_ymd(2000, 1, 1);
                params.not_after = date_time_ymd(2001, 1, 1);
                (signed_by(&self.authority, &params)?, both, all)
            }
            Listener::TlsUnknownCa => (signed_by(&self.unknown_authority, &good()?)?, both, all),
            Listener::Plain
            | Listener::H2c
            | Listener::PlainOnTlsPort
            | Listener::Silent
            | Listener::Refused
            | Listener::Full
            | Listener::Proxy => return Ok(None),
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .map_err(CertificateError::Use)?
            .with_no_client_auth()
            .with_single_cert(certified.0, certified.1)
            .map_err(CertificateError::Use)?;
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        Ok(Some(Arc::new(config)))
    }
}

type Certified = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn good() -> Result<CertificateParams, CertificateError> {
    Ok(CertificateParams::new(NAMES.map(str::to_owned))?)
}

fn signed_by(
    authority: &Authority,
    params: &CertificateParams,
) -> Result<Certified, CertificateError> {
    let issued = authority.issue_with(params)?;
    Ok((vec![issued.cert_der.into()], PrivatePkcs8KeyDer::from(issued.key_der).into()))
}

fn self_signed(params: &CertificateParams) -> Result<Certified, CertificateError> {
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((vec![certificate.der().clone()], private(&key)))
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}
