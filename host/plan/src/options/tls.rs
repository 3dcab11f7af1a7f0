//! Options of TLS, as written: `tlsVersion`, `tlsAuth`.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use super::TextForm;
use super::error::{OptionsError, ValueError};
use super::node::{Fields, Node};
use super::value::{ListItem, OptionValue, from_json_text};

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

/// A client certificate.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct TlsAuth {
    /// The certificate, PEM.
    pub cert: String,
    /// Its key, PEM.
    pub key: String,
    /// Password of the key.
    pub password: Option<String>,
    /// Host names that it is for; all when empty.
    pub domains: Vec<String>,
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
        fields.note_unknown();
        Ok(auth)
    }

    fn encode(&self) -> Value {
        json!({
            "cert": self.cert,
            "key": self.key,
            "password": self.password,
            "domains": self.domains,
        })
    }

    /// Certificates have no form but JSON.
    fn from_text(text: &str) -> Result<Self, ValueError> {
        Err(ValueError::MapItem { item: text.to_owned() })
    }
}
