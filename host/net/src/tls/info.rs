//! What a handshake came to, as data: version, cipher suite, the server's certificate, its OCSP
//! response.
//!
//! All exchanges of a connection share one [`TlsInfo`]. Servers show the same certificate again and
//! again, so certificates are kept once a worker ([`Peers`]) and read only when somebody asks.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::{CommonState, HandshakeKind, ProtocolVersion};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::time::Time;

use super::ocsp::{Ocsp, OcspStatus};
use super::suites::TlsCipherSuite;

/// Certificates that a worker keeps; those beyond push out the oldest.
const PEERS_MAX: usize = 64;

/// A version of TLS that a connection can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsVersion {
    /// TLS 1.2
    Tls12,
    /// TLS 1.3
    Tls13,
}

impl TlsVersion {
    /// k6's name for it, as in the tag `tls_version`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls12 => "tls1.2",
            Self::Tls13 => "tls1.3",
        }
    }
}

/// A connection's handshake.
#[derive(Debug)]
pub struct TlsInfo {
    /// The version of TLS.
    pub version: TlsVersion,
    /// The cipher suite; its name is k6's `tls_cipher_suite`.
    pub cipher_suite: TlsCipherSuite,
    /// The protocol that was agreed on by ALPN, such as `h2`.
    pub alpn: Option<Box<str>>,
    /// The session of an earlier connection was taken up again: no certificate was sent, the
    /// one of that session counts.
    pub resumed: bool,
    peer: Option<Arc<Peer>>,
}

/// What is known of a handshake that is over.
#[derive(Debug)]
pub(super) struct Handshake {
    version: TlsVersion,
    cipher_suite: TlsCipherSuite,
    alpn: Option<Box<str>>,
    resumed: bool,
    leaf: Option<CertificateDer<'static>>,
    staple: Option<Vec<u8>>,
}

impl Handshake {
    /// What the handshake of this connection came to; `staple` is the OCSP response that came
    /// along.
    pub(super) fn of(session: &CommonState, staple: Option<Vec<u8>>) -> Self {
        let leaf = session.peer_certificates().and_then(<[_]>::first);
        let suite = session.negotiated_cipher_suite().map(|suite| suite.suite());
        Self {
            // A finished handshake is of one of the two that are offered.
            version: match session.protocol_version() {
                Some(ProtocolVersion::TLSv1_2) => TlsVersion::Tls12,
                _ => TlsVersion::Tls13,
            },
            cipher_suite: TlsCipherSuite::negotiated(
                suite.unwrap_or(rustls::CipherSuite::TLS_NULL_WITH_NULL_NULL),
            ),
            alpn: session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into()),
            resumed: session.handshake_kind() == Some(HandshakeKind::Resumed),
            leaf: leaf.map(|leaf| leaf.clone().into_owned()),
            staple,
        }
    }
}

impl TlsInfo {
    pub(super) fn new(handshake: Handshake, peers: &Peers) -> Self {
        let Handshake { version, cipher_suite, alpn, resumed, leaf, staple } = handshake;
        let peer = leaf.map(|leaf| peers.keep(leaf, staple, resumed));
        Self { version, cipher_suite, alpn, resumed, peer }
    }

    /// The server's certificate; `None` when it cannot be read, which only `insecureSkipTLSVerify`
    /// lets pass.
    pub fn certificate(&self) -> Option<&TlsCertificate> {
        let peer = self.peer.as_deref()?;
        peer.certificate.get_or_init(|| TlsCertificate::parse(&peer.leaf)).as_ref()
    }

    /// The server's certificate as it came, DER.
    pub fn certificate_der(&self) -> Option<&[u8]> {
        self.peer.as_deref().map(|peer| peer.leaf.as_ref())
    }

    /// The OCSP response that the server sent with its certificate, if it can be read.
    pub fn ocsp(&self) -> Option<&Ocsp> {
        self.peer.as_deref()?.ocsp.as_ref()
    }

    /// What that response says; unknown when there is none, as in k6.
    pub fn ocsp_status(&self) -> OcspStatus {
        self.ocsp().map_or(OcspStatus::Unknown, |ocsp| ocsp.status)
    }
}

/// A certificate's fields. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsCertificate {
    /// Whom it is for, as RFC 4514 writes it: `CN=localhost,O=Example`.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Its number, hexadecimal in upper case, without leading zeros.
    pub serial_number: String,
    /// From when on it is valid.
    pub not_before_s: i64,
    /// Until when it is valid.
    pub not_after_s: i64,
    /// The names and addresses that it is for.
    pub subject_alt_names: Vec<String>,
}

impl TlsCertificate {
    /// Reads DER.
    #[must_use]
    pub fn parse(der: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?.tbs_certificate;
        let names = certificate.get::<SubjectAltName>().ok().flatten();
        let serial = certificate.serial_number.to_string().replace(':', "");
        Some(Self {
            subject: certificate.subject.to_string(),
            issuer: certificate.issuer.to_string(),
            serial_number: serial.trim_start_matches('0').to_owned(),
            not_before_s: seconds(certificate.validity.not_before),
            not_after_s: seconds(certificate.validity.not_after),
            subject_alt_names: names
                .map(|(_, names)| names.0.iter().filter_map(name).collect())
                .unwrap_or_default(),
        })
    }
}

fn seconds(time: Time) -> i64 {
    time.to_unix_duration().as_secs() as i64
}

fn name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) | GeneralName::Rfc822Name(name) => Some(name.to_string()),
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.to_string()),
        GeneralName::IpAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(bytes.as_bytes()).map(std::net::IpAddr::from);
            let v6 = <[u8; 16]>::try_from(bytes.as_bytes()).map(std::net::IpAddr::from);
            v4.or(v6).ok().map(|ip| ip.to_string())
        }
        _ => None,
    }
}

/// A server's certificate and what came with it.
#[derive(Debug)]
struct Peer {
    leaf: CertificateDer<'static>,
    staple: Option<Vec<u8>>,
    ocsp: Option<Ocsp>,
    /// Read when it is asked for.
    certificate: OnceLock<Option<TlsCertificate>>,
}

/// The certificates that a worker has seen, newest first.
#[derive(Debug, Default)]
pub(super) struct Peers(RefCell<VecDeque<Arc<Peer>>>);

impl Peers {
    fn keep(
        &self,
        leaf: CertificateDer<'static>,
        staple: Option<Vec<u8>>,
        resumed: bool,
    ) -> Arc<Peer> {
        let mut peers = self.0.borrow_mut();
        // A resumed session has no response of its own; that of the full handshake stands.
        let known = peers
            .iter()
            .find(|peer| peer.leaf == leaf && (resumed || peer.staple == staple))
            .map(Arc::clone);
        known.unwrap_or_else(|| {
            let ocsp = staple.as_deref().and_then(Ocsp::parse);
            let peer = Arc::new(Peer { leaf, staple, ocsp, certificate: OnceLock::new() });
            peers.truncate(PEERS_MAX - 1);
            peers.push_front(Arc::clone(&peer));
            peer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn self_signed() -> CertificateDer<'static> {
        let names = ["a.test".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        let mut params = rcgen::CertificateParams::new(names).unwrap();
        params.serial_number = Some(0x00ab_cdef_u64.into());
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2030, 1, 1);
        params.distinguished_name.push(rcgen::DnType::OrganizationName, "Squall, Inc.");
        let key = rcgen::KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().clone()
    }

    #[test]
    fn a_certificate_s_fields() {
        let certificate = TlsCertificate::parse(&self_signed()).unwrap();
        assert!(certificate.subject.contains("O=Squall\\, Inc."), "{}", certificate.subject);
        assert_eq!(certificate.issuer, certificate.subject);
        assert_eq!(certificate.serial_number, "ABCDEF");
        assert_eq!(certificate.not_before_s, 1_577_836_800);
        assert_eq!(certificate.not_after_s, 1_893_456_000);
        assert_eq!(certificate.subject_alt_names, ["a.test", "127.0.0.1", "::1"]);
        assert_eq!(TlsCertificate::parse(b"no certificate"), None);
    }

    #[test]
    fn certificates_are_kept_once_and_not_without_end() {
        let peers = Peers::default();
        let leaf = self_signed();
        let first = peers.keep(leaf.clone(), None, false);
        assert!(Arc::ptr_eq(&first, &peers.keep(leaf.clone(), None, false)));
        let stapled = peers.keep(leaf.clone(), Some(vec![1]), false);
        assert!(!Arc::ptr_eq(&first, &stapled));
        // A resumed session has what the last handshake had.
        assert!(Arc::ptr_eq(&stapled, &peers.keep(leaf, None, true)));
        for number in 0..2 * PEERS_MAX {
            peers.keep(vec![number as u8].into(), None, false);
        }
        assert_eq!(peers.0.borrow().len(), PEERS_MAX);
    }
}
