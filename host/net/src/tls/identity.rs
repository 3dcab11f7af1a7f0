//! Client certificates: reading PEM, and which of several a server gets to see.
//!
//! Everything about a certificate is checked when it is read: that it is one, that the key is its
//! key and that the library can use both. What is wrong is told in terms of the two texts.

use std::fmt;
use std::sync::Arc;

use pem::Pem;
use rustls::client::ResolvesClientCert;
use rustls::sign::{CertifiedKey, SigningKey};
use rustls::{InconsistentKeys, SignatureScheme};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, Encode as _};

use super::legacy_pem;
use super::suites::provider;

/// A client's certificate with its key.
#[derive(Clone)]
pub struct TlsIdentity {
    certified: Arc<CertifiedKey>,
    /// Names of the authorities that signed the chain, as DER: by them a server says whose
    /// certificates it takes.
    issuers: Vec<Vec<u8>>,
}

/// A client certificate that cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TlsIdentityError {
    /// The text of the certificate is not PEM.
    #[error("cert: it is not PEM ({problem}); expected `-----BEGIN CERTIFICATE-----`")]
    CertificateText {
        /// What is wrong with it.
        problem: String,
    },
    /// There is no certificate in the text.
    #[error(
        "cert: there is no certificate in it, {found}; expected PEM, \
         `-----BEGIN CERTIFICATE-----`"
    )]
    NoCertificate {
        /// What there is.
        found: String,
    },
    /// It says that it is a certificate.
    #[error("cert: certificate number {number} cannot be read ({problem})")]
    Certificate {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The text of the key is not PEM.
    #[error("key: it is not PEM ({problem}); expected `-----BEGIN PRIVATE KEY-----`")]
    KeyText {
        /// What is wrong with it.
        problem: String,
    },
    /// There is no private key in the text.
    #[error(
        "key: there is no private key in it, {found}; expected PEM, such as \
         `-----BEGIN PRIVATE KEY-----`"
    )]
    NoKey {
        /// What there is.
        found: String,
    },
    /// The key is not one that can sign here.
    #[error(
        "key: it cannot be used ({problem}); expected RSA, ECDSA (P-256, P-384, P-521) or Ed25519"
    )]
    Key {
        /// What is wrong with it.
        problem: String,
    },
    /// The key is encrypted.
    #[error("key: it is encrypted, and there is no `password`")]
    PasswordMissing,
    /// The key is not encrypted.
    #[error("password: the key is not encrypted; leave the password out")]
    PasswordUnused,
    /// The key does not decrypt.
    #[error("password: it is not the key's (or the key is damaged)")]
    PasswordWrong,
    /// The key is encrypted in a way that is not known here.
    #[error("key: its encryption {found} is not supported; encrypt it anew with AES")]
    Encryption {
        /// How it is encrypted.
        found: String,
    },
    /// The key belongs to another certificate.
    #[error("key: it is not the key of the certificate; are certificate and key of one pair?")]
    Mismatch,
}

impl TlsIdentity {
    /// Reads a certificate, with those that lead to its authority behind it, and its key. Keys may
    /// be encrypted, in PKCS#8 or in OpenSSL's older form; an empty password is none.
    pub fn from_pem(
        certificates: &str,
        key: &str,
        password: Option<&str>,
    ) -> Result<Self, TlsIdentityError> {
        let chain = chain(certificates)?;
        let issuers = issuers(&chain)?;
        let key = private_key(key, password.filter(|password| !password.is_empty()))?;
        let certified = CertifiedKey::new(chain, key);
        match certified.keys_match() {
            Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => {}
            Err(rustls::Error::InconsistentKeys(_)) => return Err(TlsIdentityError::Mismatch),
            Err(error) => {
                let problem = error.to_string();
                return Err(TlsIdentityError::Certificate { number: 1, problem });
            }
        }
        Ok(Self { certified: Arc::new(certified), issuers })
    }

    /// True when the server would take it: it trusts an authority of the chain (or does not say
    /// whom it trusts), and knows the kind of key.
    fn suits(&self, authorities: &[&[u8]], schemes: &[SignatureScheme]) -> bool {
        let is_trusted = authorities.is_empty()
            || self.issuers.iter().any(|issuer| authorities.contains(&issuer.as_slice()));
        is_trusted && self.certified.key.choose_scheme(schemes).is_some()
    }
}

impl PartialEq for TlsIdentity {
    /// A key has one certificate here, so that equal certificates have equal keys.
    fn eq(&self, other: &Self) -> bool {
        self.certified.cert == other.certified.cert
    }
}

impl Eq for TlsIdentity {}

impl fmt::Debug for TlsIdentity {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsIdentity")
            .field("chain", &self.certified.cert.len())
            .finish_non_exhaustive()
    }
}

fn chain(text: &str) -> Result<Vec<CertificateDer<'static>>, TlsIdentityError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let chain =
        found.map_err(|error| TlsIdentityError::CertificateText { problem: error.to_string() })?;
    if chain.is_empty() {
        return Err(TlsIdentityError::NoCertificate { found: contents(text) });
    }
    Ok(chain)
}

/// What PEM has instead of what was looked for.
fn contents(text: &str) -> String {
    let blocks = pem::parse_many(text).unwrap_or_default();
    match blocks.first() {
        None if text.trim().is_empty() => "it is empty".to_owned(),
        None => "it is not PEM".to_owned(),
        Some(block) => format!("only `{}`", block.tag().escape_debug()),
    }
}

fn issuers(chain: &[CertificateDer<'_>]) -> Result<Vec<Vec<u8>>, TlsIdentityError> {
    let issuer = |(index, certificate): (usize, &CertificateDer<'_>)| {
        let parsed = Certificate::from_der(certificate);
        let name = parsed.and_then(|parsed| parsed.tbs_certificate.issuer.to_der());
        name.map_err(|error| TlsIdentityError::Certificate {
            number: index + 1,
            problem: error.to_string(),
        })
    };
    chain.iter().enumerate().map(issuer).collect()
}

fn private_key(
    text: &str,
    password: Option<&str>,
) -> Result<Arc<dyn SigningKey>, TlsIdentityError> {
    let blocks = pem::parse_many(text)
        .map_err(|error| TlsIdentityError::KeyText { problem: error.to_string() })?;
    let is_key = |block: &&Pem| block.tag().ends_with("PRIVATE KEY");
    let Some(block) = blocks.iter().find(is_key) else {
        return Err(TlsIdentityError::NoKey { found: contents(text) });
    };
    let encryption = block.headers().get("DEK-Info");
    let der = match (block.tag(), encryption, password) {
        ("ENCRYPTED PRIVATE KEY", _, None) | (_, Some(_), None) => {
            return Err(TlsIdentityError::PasswordMissing);
        }
        ("ENCRYPTED PRIVATE KEY", _, Some(password)) => {
            PrivateKeyDer::Pkcs8(decrypt_pkcs8(block.contents(), password)?.into())
        }
        (tag, Some(encryption), Some(password)) => {
            let der = legacy_pem::decrypt(block.contents(), encryption, password)?;
            typed(tag, der)?
        }
        (_, None, Some(_)) => return Err(TlsIdentityError::PasswordUnused),
        (tag, None, None) => typed(tag, block.contents().to_vec())?,
    };
    let key = provider().key_provider.load_private_key(der);
    key.map_err(|error| TlsIdentityError::Key { problem: error.to_string() })
}

fn typed(tag: &str, der: Vec<u8>) -> Result<PrivateKeyDer<'static>, TlsIdentityError> {
    match tag {
        "PRIVATE KEY" => Ok(PrivateKeyDer::Pkcs8(der.into())),
        "RSA PRIVATE KEY" => Ok(PrivateKeyDer::Pkcs1(der.into())),
        "EC PRIVATE KEY" => Ok(PrivateKeyDer::Sec1(der.into())),
        other => Err(TlsIdentityError::Key { problem: format!("it is an `{other}`") }),
    }
}

fn decrypt_pkcs8(der: &[u8], password: &str) -> Result<Vec<u8>, TlsIdentityError> {
    let damaged = |error: pkcs8::der::Error| TlsIdentityError::Key { problem: error.to_string() };
    let info = pkcs8::EncryptedPrivateKeyInfo::from_der(der).map_err(damaged)?;
    match info.decrypt(password) {
        Ok(document) => Ok(document.as_bytes().to_vec()),
        // The library says "encryption failed" of a padding that is wrong; where it is right by
        // chance, what comes out is no key.
        Err(
            pkcs8::Error::EncryptedPrivateKey(
                pkcs8::pkcs5::Error::DecryptFailed | pkcs8::pkcs5::Error::EncryptFailed,
            )
            | pkcs8::Error::Asn1(_),
        ) => Err(TlsIdentityError::PasswordWrong),
        Err(error) => Err(TlsIdentityError::Encryption { found: format!("({error})") }),
    }
}

/// Shows a server the first certificate that it would take.
#[derive(Debug)]
pub(super) struct Choose(pub(super) Vec<Arc<TlsIdentity>>);

impl ResolvesClientCert for Choose {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let chosen = self.0.iter().find(|identity| identity.suits(root_hint_subjects, sigschemes));
        chosen.map(|identity| Arc::clone(&identity.certified))
    }

    fn has_certs(&self) -> bool {
        !self.0.is_empty()
    }
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
