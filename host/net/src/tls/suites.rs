//! Cipher suites: k6's names, which are Go's, and what of them is offered.
//!
//! Refuses nothing: names that rustls has no suite for are `None`, and whoever read them says so.

use std::fmt;
use std::sync::Arc;

use rustls::CipherSuite;
use rustls::crypto::{CryptoProvider, aws_lc_rs};

use super::info::TlsVersion;
use super::profile::TlsVersions;

/// A cipher suite that can be offered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TlsCipherSuite(CipherSuite);

/// With k6's name, and the registered one where that is longer.
const NAMES: &[(CipherSuite, &str, &str)] = &[
    (CipherSuite::TLS13_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256", ""),
    (CipherSuite::TLS13_AES_256_GCM_SHA384, "TLS_AES_256_GCM_SHA384", ""),
    (CipherSuite::TLS13_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256", ""),
    (
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "",
    ),
    (
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "",
    ),
    (
        CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    ),
    (
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "",
    ),
    (
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "",
    ),
    (
        CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    ),
];

impl TlsCipherSuite {
    /// All that can be offered: those of TLS 1.3, and those of TLS 1.2 with forward secrecy and
    /// authenticated encryption.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(suite, ..)| Self(*suite))
    }

    /// By k6's name, or the registered one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(_, k6, registered)| name == *k6 || name == *registered);
        found.filter(|_| !name.is_empty()).map(|(suite, ..)| Self(*suite))
    }

    /// k6's name, as in `tls_cipher_suite`.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(suite, ..)| *suite == self.0).map_or("", |(_, name, _)| name)
    }

    /// The version of TLS that it belongs to.
    #[must_use]
    pub fn version(self) -> TlsVersion {
        match self.0 {
            CipherSuite::TLS13_AES_128_GCM_SHA256
            | CipherSuite::TLS13_AES_256_GCM_SHA384
            | CipherSuite::TLS13_CHACHA20_POLY1305_SHA256 => TlsVersion::Tls13,
            _ => TlsVersion::Tls12,
        }
    }

    /// The one that was negotiated.
    pub(super) const fn negotiated(suite: CipherSuite) -> Self {
        Self(suite)
    }
}

impl fmt::Debug for TlsCipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for TlsCipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The library with all that it can do; shared, since making it is work.
pub(super) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: std::sync::OnceLock<Arc<CryptoProvider>> = std::sync::OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(aws_lc_rs::default_provider())))
}

/// The suite of the first packets of QUIC: RFC 9001, section 5.2.
#[cfg(feature = "http3")]
pub(super) fn quic_initial() -> Option<rustls::quic::Suite> {
    aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256.tls13()?.quic_suite()
}

/// The library cut down to `wanted`, in their order, and the versions that are left to offer.
///
/// The suites of TLS 1.3 are limited only by naming some of them: a list of older ones says
/// nothing about it, as in k6. `None` when no version within `versions` has a suite.
pub(super) fn offer(
    wanted: &[TlsCipherSuite],
    versions: TlsVersions,
) -> Option<(Arc<CryptoProvider>, Vec<TlsVersion>)> {
    if wanted.is_empty() {
        return Some((provider(), versions.iter().collect()));
    }
    let mut wanted = wanted.to_vec();
    if !wanted.iter().any(|suite| suite.version() == TlsVersion::Tls13) {
        wanted.extend(TlsCipherSuite::all().filter(|suite| suite.version() == TlsVersion::Tls13));
    }
    let usable: Vec<_> =
        versions.iter().filter(|version| wanted.iter().any(|s| s.version() == *version)).collect();
    let all = provider();
    let suites = wanted.iter().filter_map(|TlsCipherSuite(wanted)| {
        all.cipher_suites.iter().find(|suite| suite.suite() == *wanted).copied()
    });
    let cut = CryptoProvider { cipher_suites: suites.collect(), ..CryptoProvider::clone(&all) };
    (!usable.is_empty()).then(|| (Arc::new(cut), usable))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TLS12: TlsVersions = TlsVersions { min: TlsVersion::Tls12, max: TlsVersion::Tls12 };

    fn suites(names: &[&str]) -> Vec<TlsCipherSuite> {
        names.iter().map(|name| TlsCipherSuite::from_name(name).unwrap()).collect()
    }

    fn offered(provider: &CryptoProvider) -> Vec<&'static str> {
        let suites = provider.cipher_suites.iter();
        suites.map(|suite| TlsCipherSuite::negotiated(suite.suite()).name()).collect()
    }

    #[test]
    fn the_library_has_the_suites_that_have_names_and_no_others() {
        let mut named: Vec<_> = TlsCipherSuite::all().map(TlsCipherSuite::name).collect();
        let mut there = offered(&provider());
        named.sort_unstable();
        there.sort_unstable();
        assert_eq!(named, there);
        assert!(TlsCipherSuite::all().all(|s| TlsCipherSuite::from_name(s.name()) == Some(s)));
    }

    #[test]
    fn both_names_of_a_suite_are_known_and_nothing_else() {
        let short = TlsCipherSuite::from_name("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305");
        let long = TlsCipherSuite::from_name("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
        assert!(short.is_some() && short == long);
        for unknown in ["", "TLS_NOPE", "tls_aes_128_gcm_sha256", "TLS_RSA_WITH_RC4_128_SHA"] {
            assert_eq!(TlsCipherSuite::from_name(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn only_naming_suites_of_tls_1_3_limits_them() {
        let (provider, versions) =
            offer(&suites(&["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]), TlsVersions::ALL).unwrap();
        assert_eq!(offered(&provider).len(), 4);
        assert_eq!(versions, [TlsVersion::Tls12, TlsVersion::Tls13]);
        let (provider, versions) =
            offer(&suites(&["TLS_AES_256_GCM_SHA384"]), TlsVersions::ALL).unwrap();
        assert_eq!(offered(&provider), ["TLS_AES_256_GCM_SHA384"]);
        assert_eq!(versions, [TlsVersion::Tls13]);
    }

    #[test]
    fn suites_and_versions_must_meet() {
        assert!(offer(&suites(&["TLS_AES_256_GCM_SHA384"]), TLS12).is_none());
        assert!(offer(&[], TLS12).is_some());
    }
}
