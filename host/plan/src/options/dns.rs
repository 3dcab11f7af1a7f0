//! Settings of name resolution.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde_json::{Value, json};

use super::TextForm;
use super::error::{OptionsError, ValueError};
use super::node::{Fields, Node};
use super::value::OptionValue;
use crate::duration::{format_duration, parse_duration_k6};

/// How long an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsTtl {
    /// For ever (`inf`).
    Infinite,
    /// This long; not at all when zero (`0`).
    For(Duration),
}

impl FromStr for DnsTtl {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        if text == "inf" {
            return Ok(Self::Infinite);
        }
        let ttl =
            parse_duration_k6(text).ok().and_then(crate::duration::SignedDuration::to_duration);
        ttl.map(Self::For).ok_or_else(|| ValueError::DnsTtl { found: text.to_owned() })
    }
}

impl fmt::Display for DnsTtl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Infinite => f.write_str("inf"),
            Self::For(Duration::ZERO) => f.write_str("0"),
            Self::For(ttl) => f.write_str(&format_duration(*ttl)),
        }
    }
}

/// Which of several addresses is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsSelect {
    /// Always the first.
    First,
    /// Any.
    Random,
    /// One after the other.
    RoundRobin,
}

impl FromStr for DnsSelect {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        [Self::First, Self::Random, Self::RoundRobin]
            .into_iter()
            .find(|select| select.to_string() == text)
            .ok_or_else(|| ValueError::DnsSelect { found: text.to_owned() })
    }
}

impl fmt::Display for DnsSelect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Random => "random",
            Self::RoundRobin => "roundRobin",
        })
    }
}

/// Which families of addresses are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsPolicy {
    /// IPv4, and IPv6 where there is no other.
    PreferIpv4,
    /// IPv6, and IPv4 where there is no other.
    PreferIpv6,
    /// IPv4.
    OnlyIpv4,
    /// IPv6.
    OnlyIpv6,
    /// Both alike.
    Any,
}

impl FromStr for DnsPolicy {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        [Self::PreferIpv4, Self::PreferIpv6, Self::OnlyIpv4, Self::OnlyIpv6, Self::Any]
            .into_iter()
            .find(|policy| policy.to_string() == text)
            .ok_or_else(|| ValueError::DnsPolicy { found: text.to_owned() })
    }
}

impl fmt::Display for DnsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PreferIpv4 => "preferIPv4",
            Self::PreferIpv6 => "preferIPv6",
            Self::OnlyIpv4 => "onlyIPv4",
            Self::OnlyIpv6 => "onlyIPv6",
            Self::Any => "any",
        })
    }
}

/// The option `dns`. Tiers are merged part by part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DnsOptions {
    /// How long an answer is kept; 5 minutes unless set.
    pub ttl: Option<DnsTtl>,
    /// Which of several addresses is used; any unless set.
    pub select: Option<DnsSelect>,
    /// Which families of addresses are used; IPv4 first unless set.
    pub policy: Option<DnsPolicy>,
    /// Whether other addresses are tried when the selected one does not answer; they are not unless
    /// set. Not an option of k6.
    pub happy_eyeballs: Option<bool>,
}

impl OptionValue for DnsOptions {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        fn part<T: FromStr<Err = ValueError>>(
            fields: &mut Fields<'_>,
            key: &'static str,
            expected: &str,
        ) -> Result<Option<T>, OptionsError> {
            let Some(node) = fields.node(key) else { return Ok(None) };
            let text = node.string(expected)?;
            text.parse().map(Some).map_err(|error: ValueError| node.wrong_value(expected, error))
        }
        let mut fields = Fields::of(node, "an object of ttl, select and policy")?;
        let dns = Self {
            ttl: part(&mut fields, "ttl", "a string such as \"5m\", \"0\" or \"inf\"")?,
            select: part(&mut fields, "select", "the name of a selection")?,
            policy: part(&mut fields, "policy", "the name of a policy")?,
            happy_eyeballs: match fields.node("happyEyeballs") {
                None => None,
                Some(node) => Some(bool::decode(node)?),
            },
        };
        fields.note_unknown();
        Ok(dns)
    }

    fn encode(&self) -> Value {
        let mut printed = json!({
            "ttl": self.ttl.map(|ttl| ttl.to_string()),
            "select": self.select.map(|select| select.to_string()),
            "policy": self.policy.map(|policy| policy.to_string()),
        });
        if let Some(happy_eyeballs) = self.happy_eyeballs {
            printed["happyEyeballs"] = json!(happy_eyeballs);
        }
        printed
    }

    /// `ttl=5m,select=random,policy=any`, each part at will.
    fn from_text(text: &str, form: TextForm) -> Result<Self, ValueError> {
        let mut dns = Self::default();
        for item in text.split(',').filter(|item| !item.is_empty()) {
            let Some((field, value)) = item.split_once('=') else {
                return Err(ValueError::DnsFieldWithoutValue { field: item.to_owned() });
            };
            match field {
                "ttl" => dns.ttl = Some(value.parse()?),
                "select" => dns.select = Some(value.parse()?),
                "policy" => dns.policy = Some(value.parse()?),
                "happyEyeballs" => dns.happy_eyeballs = Some(bool::from_text(value, form)?),
                _ => return Err(ValueError::DnsField { field: field.to_owned() }),
            }
        }
        Ok(dns)
    }

    fn override_with(&mut self, higher: Self) {
        self.ttl = higher.ttl.or(self.ttl);
        self.select = higher.select.or(self.select);
        self.policy = higher.policy.or(self.policy);
        self.happy_eyeballs = higher.happy_eyeballs.or(self.happy_eyeballs);
    }

    fn join(&mut self, more: Self) {
        self.override_with(more);
    }
}
