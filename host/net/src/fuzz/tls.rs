//! What a server sends with its handshake, and what a user gives as PEM.

use crate::{Ocsp, TlsCertificate, TlsIdentity, TlsRoots, TlsServerName};

const CERTIFICATE: &str = include_str!("../tls/testdata/client.pem");

/// Any bytes as certificates, OCSP responses, keys and names.
pub(super) fn tls_data(bytes: &[u8]) {
    let _ = TlsCertificate::parse(bytes);
    let _ = Ocsp::parse(bytes);
    let text = String::from_utf8_lossy(bytes);
    // Most of what is worth reading is inside of PEM.
    if let Ok(document) = pem::parse(bytes) {
        let _ = TlsCertificate::parse(document.contents());
        let _ = Ocsp::parse(document.contents());
    }
    let _ = TlsRoots::from_pem(&text);
    let _ = TlsServerName::parse(&text);
    let _ = TlsIdentity::from_pem(&text, &text, None);
    let _ = TlsIdentity::from_pem(CERTIFICATE, &text, None);
    // Not with a password where PKCS#8 could ask for hours of deriving.
    if !text.contains("ENCRYPTED PRIVATE KEY") {
        let _ = TlsIdentity::from_pem(CERTIFICATE, &text, Some("secret"));
    }
}
