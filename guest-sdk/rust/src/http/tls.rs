//! What a TLS handshake came to.

use crate::host::http as host;

/// What the handshake of a response's connection came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tls {
    /// `tls1.2` or `tls1.3`.
    pub version: String,
    /// As in `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: String,
    /// The protocol that was agreed on; empty when none was.
    pub alpn: String,
    /// The session of an earlier connection was taken up again.
    pub resumed: bool,
    /// The server's, if it can be read.
    pub certificate: Option<Certificate>,
    /// What the server's OCSP response says of the certificate.
    pub ocsp: Ocsp,
}

/// What an OCSP response says. Times are seconds since 1970, 0 where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ocsp {
    /// `good`, `revoked`, `server_failed`; `unknown` where there is no response.
    pub status: String,
    /// Why the certificate was revoked; empty when it was not.
    pub revocation_reason: String,
    /// When the response was signed.
    pub produced_at_s: i64,
    /// Since when it is known to hold.
    pub this_update_s: i64,
    /// When there will be a newer one.
    pub next_update_s: i64,
    /// When the certificate was revoked.
    pub revoked_at_s: i64,
}

/// A server's certificate. Times are seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// Whom it is for, as in `CN=shop.example,O=Example`.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Hexadecimal.
    pub serial_number: String,
    /// From when on it is valid.
    pub not_before_s: i64,
    /// Until when it is valid.
    pub not_after_s: i64,
    /// The names and addresses that it is for.
    pub names: Vec<String>,
}

impl Tls {
    pub(super) fn of(tls: host::TlsInfo) -> Self {
        Self {
            version: tls.version,
            cipher_suite: tls.cipher_suite,
            alpn: tls.alpn,
            resumed: tls.resumed,
            certificate: tls.certificate.map(|certificate| Certificate {
                subject: certificate.subject,
                issuer: certificate.issuer,
                serial_number: certificate.serial_number,
                not_before_s: certificate.not_before_s,
                not_after_s: certificate.not_after_s,
                names: certificate.names,
            }),
            ocsp: Ocsp {
                status: tls.ocsp.status,
                revocation_reason: tls.ocsp.revocation_reason,
                produced_at_s: tls.ocsp.produced_at_s,
                this_update_s: tls.ocsp.this_update_s,
                next_update_s: tls.ocsp.next_update_s,
                revoked_at_s: tls.ocsp.revoked_at_s,
            },
        }
    }
}
