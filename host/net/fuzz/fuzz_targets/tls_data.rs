//! Any bytes as what a server sends with its handshake, or what a user gives as PEM: certificates,
//! OCSP responses, keys.

#![no_main]

use libfuzzer_sys::fuzz_target;
use squall_net::{Ocsp, TlsCertificate, TlsIdentity, TlsRoots, TlsServerName};

const CERTIFICATE: &str = include_str!("../../src/tls/testdata/client.pem");

fuzz_target!(|bytes: &[u8]| {
    let _ = TlsCertificate::parse(bytes);
    let _ = Ocsp::parse(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = TlsRoots::from_pem(&text);
    let _ = TlsServerName::parse(&text);
    let _ = TlsIdentity::from_pem(&text, &text, None);
    let _ = TlsIdentity::from_pem(CERTIFICATE, &text, None);
    // Not with a password where PKCS#8 could ask for hours of deriving.
    if !text.contains("ENCRYPTED PRIVATE KEY") {
        let _ = TlsIdentity::from_pem(CERTIFICATE, &text, Some("secret"));
    }
});
