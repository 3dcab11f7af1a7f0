//! Whether a server's certificate is good, and the OCSP response that comes with it.
//!
//! Reading the system's certificates takes tens of milliseconds, so it is done once in a process,
//! when the first `https` request needs it.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, RootCertStore, SignatureScheme,
};

use super::suites::provider;
use crate::error_kind::{ErrorCode, Failure};
use crate::settings::TlsRoots;

pub(super) type Verifier = Arc<dyn ServerCertVerifier>;

thread_local! {
    /// The response that the certificate verified last came with. It is passed on here, since a
    /// verifier is shared by connections and does not know for which one it works; whoever polls a
    /// handshake takes it right afterwards.
    static STAPLE: Cell<Option<Vec<u8>>> = const { Cell::new(None) };
}

/// The OCSP response that a handshake on this thread has seen since the last call.
pub(super) fn take_staple() -> Option<Vec<u8>> {
    STAPLE.take()
}

/// The verifier for these settings.
pub(super) fn verifier(skip: bool, roots: &TlsRoots) -> Result<Verifier, Failure> {
    if skip {
        return Ok(Arc::new(Watched { inner: Arc::new(AcceptAny) }));
    }
    match roots {
        TlsRoots::System => system(),
        TlsRoots::Only(certificates) => {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(certificates.iter().cloned());
            let builder = WebPkiServerVerifier::builder_with_provider(store.into(), provider());
            let inner = builder.build().map_err(|error| no_roots(&error.to_string()))?;
            Ok(Arc::new(Watched { inner }))
        }
    }
}

/// The system's verifier; made once for the whole process.
fn system() -> Result<Verifier, Failure> {
    static SYSTEM: OnceLock<Result<Verifier, Failure>> = OnceLock::new();
    let system = SYSTEM.get_or_init(|| match rustls_platform_verifier::Verifier::new(provider()) {
        Ok(inner) => Ok(Arc::new(Watched { inner: Arc::new(inner) })),
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

/// Of a certificate that is for other names and from a stranger, too, the names are what is told:
/// so Go does it, and k6. The library looks for the authority first.
fn name_before_authority(
    error: rustls::Error,
    end_entity: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
) -> rustls::Error {
    if error != rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) {
        return error;
    }
    let names = ParsedCertificate::try_from(end_entity)
        .and_then(|certificate| verify_server_name(&certificate, server_name));
    match names {
        Err(
            mismatch @ rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ),
        ) => mismatch,
        _ => error,
    }
}

/// Another verifier, and a look at what it is given.
#[derive(Debug)]
struct Watched {
    inner: Verifier,
}

impl ServerCertVerifier for Watched {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        STAPLE.set((!ocsp_response.is_empty()).then(|| ocsp_response.to_vec()));
        self.inner
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| name_before_authority(error, end_entity, server_name))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.inner.root_hint_subjects()
    }
}

/// `insecureSkipTLSVerify`: any certificate is good, also one that the library cannot read
/// (version 1, short keys), and so is any signature made with it.
#[derive(Debug)]
struct AcceptAny;

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
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}
