//! What can be said about TLS for all hosts, for some, or for one request.
//!
//! Plain values, checked where they are made. What a [`TlsProfile`] leaves unset is as the next
//! wider one has it: a request's wins over its host's, that over the run's.

use std::sync::Arc;

use rustls_pki_types::ServerName;
use thiserror::Error;

use super::identity::TlsIdentity;
use super::info::TlsVersion;
use super::suites::{self, TlsCipherSuite};
use crate::hosts::{HostRuleError, PatternMap};
use crate::settings::TlsRoots;

/// The versions of TLS that may be used, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsVersions {
    /// The lowest.
    pub min: TlsVersion,
    /// The highest.
    pub max: TlsVersion,
}

impl TlsVersions {
    /// Every version that there is.
    pub const ALL: Self = Self { min: TlsVersion::Tls12, max: TlsVersion::Tls13 };

    /// The versions, from the lowest; none when the ends are the wrong way round.
    pub(super) fn iter(self) -> impl Iterator<Item = TlsVersion> {
        let all = [TlsVersion::Tls12, TlsVersion::Tls13];
        all.into_iter().filter(move |version| (self.min..=self.max).contains(version))
    }
}

impl Default for TlsVersions {
    fn default() -> Self {
        Self::ALL
    }
}

/// TLS settings that are different for some hosts or for a request. Connections are shared only by
/// requests with equal settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsProfile {
    /// The versions that may be used.
    pub versions: Option<TlsVersions>,
    /// The cipher suites that are offered, in this order; empty is all.
    pub cipher_suites: Option<Vec<TlsCipherSuite>>,
    /// Accept any certificate.
    pub insecure_skip_verify: Option<bool>,
    /// The name that the server is asked for and whose certificate is expected, instead of the
    /// URL's.
    pub server_name: Option<TlsServerName>,
    /// Whose certificates are trusted.
    pub roots: Option<TlsRoots>,
    /// The client's certificate; no other is looked for.
    pub identity: Option<Arc<TlsIdentity>>,
    /// Whether the sessions of earlier connections are taken up again.
    pub resumption: Option<bool>,
}

/// Settings that no connection could be made with.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TlsProfileError {
    /// The lowest version is above the highest.
    #[error(
        "no version of TLS is left: the lowest is {}, the highest {}; swap them",
        .0.min.as_str(), .0.max.as_str()
    )]
    Versions(TlsVersions),
    /// No version within the bounds has one of the cipher suites.
    #[error(
        "none of the cipher suites belongs to {}; name suites of that version, or allow the other \
         one",
        .0.max.as_str()
    )]
    CipherSuites(TlsVersions),
}

/// True when a connection could be made with these.
pub fn check_tls_offer(
    versions: TlsVersions,
    cipher_suites: &[TlsCipherSuite],
) -> Result<(), TlsProfileError> {
    if versions.min > versions.max {
        return Err(TlsProfileError::Versions(versions));
    }
    match suites::offer(cipher_suites, versions) {
        Some(_) => Ok(()),
        None => Err(TlsProfileError::CipherSuites(versions)),
    }
}

/// A host's name or address, as TLS has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsServerName(pub(super) ServerName<'static>);

/// Text that is neither a host's name nor an address.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{found}` cannot be a server's name in TLS: expected a host name or an IP address")]
pub struct TlsServerNameError {
    /// What was written.
    pub found: String,
}

impl TlsServerName {
    /// Checks the name.
    pub fn parse(name: &str) -> Result<Self, TlsServerNameError> {
        match ServerName::try_from(name) {
            Ok(name) => Ok(Self(name.to_owned())),
            Err(_) => Err(TlsServerNameError { found: name.escape_debug().to_string() }),
        }
    }
}

/// TLS settings by host name: our addition to k6's options. The exact name wins over a pattern, a
/// longer pattern over a shorter.
#[derive(Clone, Debug, Default)]
pub struct TlsOverrides(PatternMap<Arc<TlsProfile>>);

impl TlsOverrides {
    /// Reads names and `*suffix` patterns.
    pub fn new<P: AsRef<str>>(
        entries: impl IntoIterator<Item = (P, TlsProfile)>,
    ) -> Result<Self, HostRuleError> {
        let mut map = PatternMap::default();
        for (pattern, profile) in entries {
            let pattern = pattern.as_ref();
            if !map.insert(pattern, Arc::new(profile)) {
                return Err(HostRuleError::Pattern { found: pattern.into(), port_hint: "" });
            }
        }
        Ok(Self(map))
    }

    /// The settings for a host, if it has any of its own.
    #[must_use]
    pub fn find(&self, host: &str) -> Option<&Arc<TlsProfile>> {
        self.0.find(host).map(|(_, profile)| profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_offered_is_told_apart() {
        let swapped = TlsVersions { min: TlsVersion::Tls13, max: TlsVersion::Tls12 };
        assert_eq!(check_tls_offer(swapped, &[]), Err(TlsProfileError::Versions(swapped)));
        let old = TlsVersions { min: TlsVersion::Tls12, max: TlsVersion::Tls12 };
        let suites: Vec<_> =
            TlsCipherSuite::from_name("TLS_AES_128_GCM_SHA256").into_iter().collect();
        let error = check_tls_offer(old, &suites).unwrap_err();
        assert!(error.to_string().contains("belongs to tls1.2"), "{error}");
        assert_eq!(check_tls_offer(TlsVersions::ALL, &suites), Ok(()));
    }

    #[test]
    fn the_closest_pattern_wins() {
        let profile =
            |insecure| TlsProfile { insecure_skip_verify: Some(insecure), ..TlsProfile::default() };
        let entries = [("*.example.com", profile(true)), ("a.example.com", profile(false))];
        let overrides = TlsOverrides::new(entries).unwrap();
        let of = |host| overrides.find(host).and_then(|profile| profile.insecure_skip_verify);
        assert_eq!(of("b.Example.com"), Some(true));
        assert_eq!(of("a.example.com"), Some(false));
        assert_eq!(of("example.org"), None);
        assert!(TlsOverrides::new([("a*b", profile(true))]).is_err());
    }

    #[test]
    fn a_server_s_name_is_checked() {
        assert!(TlsServerName::parse("a.example").is_ok() && TlsServerName::parse("::1").is_ok());
        let error = TlsServerName::parse("a b\n").unwrap_err();
        assert!(error.to_string().contains("`a b\\n`"), "{error}");
    }
}
