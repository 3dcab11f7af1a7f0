//! Options of TLS, as written: `tlsVersion`, `tlsCipherSuites`, `tlsAuth`, and our own
//! `tlsByHost`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use super::TextForm;
use super::address::HostnamePattern;
use super::error::{OptionsError, ValueError};
use super::node::{Fields, Node};
use super::value::{ListItem, OptionValue, decode_map, encode_map, from_json_text};

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsVersion {
    /// `tls1.0`
    Tls10,
    /// `tls1.1`
    Tls11,
    /// `tls1.2`
    Tls12,
    /// `tls1.3`
    Tls13,
}

impl FromStr for TlsVersion {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        [Self::Tls10, Self::Tls11, Self::Tls12, Self::Tls13]
            .into_iter()
            .find(|version| version.to_string() == text)
            .ok_or_else(|| ValueError::TlsVersion { found: text.to_owned() })
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tls10 => "tls1.0",
            Self::Tls11 => "tls1.1",
            Self::Tls12 => "tls1.2",
            Self::Tls13 => "tls1.3",
        })
    }
}

/// The versions of TLS that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TlsVersions {
    /// The lowest.
    pub min: Option<TlsVersion>,
    /// The highest.
    pub max: Option<TlsVersion>,
}

impl OptionValue for TlsVersions {
    /// One version, or an object of `min` and `max`.
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        const EXPECTED: &str = "a TLS version such as \"tls1.2\", or an object of min and max";
        let parse = |node: &Node<'_>| -> Result<Option<TlsVersion>, OptionsError> {
            match node.string(EXPECTED)? {
                "" => Ok(None),
                text => text
                    .parse()
                    .map(Some)
                    .map_err(|error: ValueError| node.wrong_value(EXPECTED, error)),
            }
        };
        if node.value().is_string() {
            let version = parse(node)?;
            return Ok(Self { min: version, max: version });
        }
        let mut fields = Fields::of(node, EXPECTED)?;
        let min = fields.node("min").map(parse).transpose()?.flatten();
        let max = fields.node("max").map(parse).transpose()?.flatten();
        fields.note_unknown();
        Ok(Self { min, max })
    }

    fn encode(&self) -> Value {
        let text = |version: Option<TlsVersion>| version.map(|version| version.to_string());
        json!({ "min": text(self.min), "max": text(self.max) })
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        if text.trim_start().starts_with('{') {
            return from_json_text(text);
        }
        let version = Some(text.parse()?);
        Ok(Self { min: version, max: version })
    }
}

/// A cipher suite that k6 knows by this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CipherSuite(&'static str);

/// k6's names of cipher suites, and the registered ones where Go's are shorter.
const CIPHER_SUITES: [&str; 27] = [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_RC4_128_SHA",
];

impl CipherSuite {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for CipherSuite {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        CIPHER_SUITES
            .into_iter()
            .find(|name| *name == text)
            .map(Self)
            .ok_or_else(|| ValueError::CipherSuite { found: text.to_owned() })
    }
}

impl fmt::Display for CipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A client certificate.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct TlsAuth {
    /// The certificate, PEM.
    pub cert: String,
    /// Its key, PEM.
    pub key: String,
    /// Password of the key.
    pub password: Option<String>,
    /// Host names that it is meant for; all when empty.
    pub domains: Vec<HostnamePattern>,
}

impl fmt::Debug for TlsAuth {
    /// Without the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsAuth").field("domains", &self.domains).finish_non_exhaustive()
    }
}

impl ListItem for TlsAuth {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        let mut fields = Fields::of(node, "an object of cert, key, password and domains")?;
        let auth = Self {
            cert: fields.take("cert")?.unwrap_or_default(),
            key: fields.take("key")?.unwrap_or_default(),
            password: fields.take("password")?,
            domains: fields.take("domains")?.unwrap_or_default(),
        };
        fields.refuse_unknown()?;
        Ok(auth)
    }

    fn encode(&self) -> Value {
        json!({
            "cert": self.cert,
            "key": self.key,
            "password": self.password,
            "domains": self.domains.iter().map(HostnamePattern::as_str).collect::<Vec<_>>(),
        })
    }

    /// Certificates have no form but JSON.
    fn from_text(_text: &str) -> Result<Self, ValueError> {
        Err(ValueError::TlsAuth)
    }
}

/// TLS settings of some hosts: an addition to k6. What is unset is as for all hosts.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct TlsHost {
    /// The versions of TLS.
    pub version: Option<TlsVersions>,
    /// The cipher suites.
    pub cipher_suites: Option<Vec<CipherSuite>>,
    /// Whether any certificate will do.
    pub insecure_skip_verify: Option<bool>,
    /// The name that the server is asked for, instead of the URL's.
    pub server_name: Option<String>,
    /// Certificates of the authorities that are trusted, PEM.
    pub ca: Option<String>,
    /// The client's certificate, PEM.
    pub cert: Option<String>,
    /// Its key, PEM.
    pub key: Option<String>,
    /// Password of the key.
    pub password: Option<String>,
    /// Whether sessions of earlier connections are taken up again.
    pub session_resumption: Option<bool>,
}

impl fmt::Debug for TlsHost {
    /// Without the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsHost").field("version", &self.version).finish_non_exhaustive()
    }
}

/// By host name or pattern (`*.example.com`).
pub type TlsByHost = BTreeMap<String, TlsHost>;

impl TlsHost {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        let mut fields = Fields::of(node, "an object of TLS settings")?;
        let host = Self {
            version: fields.take("version")?,
            cipher_suites: fields.take("cipherSuites")?,
            insecure_skip_verify: fields.take("insecureSkipVerify")?,
            server_name: fields.take("serverName")?,
            ca: fields.take("ca")?,
            cert: fields.take("cert")?,
            key: fields.take("key")?,
            password: fields.take("password")?,
            session_resumption: fields.take("sessionResumption")?,
        };
        fields.refuse_unknown()?;
        Ok(host)
    }

    fn encode(&self) -> Value {
        json!({
            "version": self.version.as_ref().map(OptionValue::encode),
            "cipherSuites": self.cipher_suites.as_ref().map(OptionValue::encode),
            "insecureSkipVerify": self.insecure_skip_verify,
            "serverName": self.server_name,
            "ca": self.ca,
            "cert": self.cert,
            "key": self.key,
            "password": self.password,
            "sessionResumption": self.session_resumption,
        })
    }
}

impl OptionValue for TlsByHost {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        const WHAT: &str = "TLS settings by host name";
        for (name, item) in node.members(&format!("an object of {WHAT}"))? {
            let pattern = name.parse::<HostnamePattern>();
            pattern.map_err(|error| item.wrong_value("a host name as key", error))?;
        }
        decode_map(node, WHAT, TlsHost::decode)
    }

    fn encode(&self) -> Value {
        encode_map(self, TlsHost::encode)
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        from_json_text(text)
    }
}
