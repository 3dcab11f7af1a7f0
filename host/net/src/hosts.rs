//! What the run says about names and addresses: the options `hosts`, `blockHostnames`,
//! `blacklistIPs` and `unixSockets`.
//!
//! Pure: no lookup happens here. Names compare without regard to letter case; a pattern may begin
//! with `*`, which stands for any text, the empty one included; the exact name wins over a pattern,
//! a longer pattern over a shorter.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

/// A rule about names or addresses that cannot be understood.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HostRuleError {
    /// Not a name, and not a pattern with one leading `*`.
    #[error(
        "`{found}` is not a host name or a pattern: expected letters, digits, `-`, `_` and `.`, \
         with at most one `*`, at the beginning{port_hint}"
    )]
    Pattern {
        /// What was written.
        found: String,
        /// Where a port is allowed, that it is.
        port_hint: &'static str,
    },
    /// Not an address that a name can be mapped to.
    #[error(
        "`{found}` is not an address for `{name}`: expected an IP address, with a port if need \
         be, such as `10.0.0.1`, `10.0.0.1:8080` or `[::1]:8080`"
    )]
    Address {
        /// The name that was to be mapped.
        name: String,
        /// What was written.
        found: String,
    },
    /// Not a range of addresses.
    #[error("`{found}` is not a range of IP addresses: expected CIDR such as `10.0.0.0/8`")]
    Range {
        /// What was written.
        found: String,
    },
}

/// Where a name leads instead of where DNS says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostOverride {
    /// The address to connect to.
    pub ip: IpAddr,
    /// The port to connect to, when it is not the URL's.
    pub port: Option<u16>,
}

/// The option `hosts`: names (or `name:port`, or patterns) that lead to fixed addresses.
#[derive(Clone, Debug, Default)]
pub struct HostOverrides {
    any_port: PatternMap<HostOverride>,
    by_port: HashMap<u16, PatternMap<HostOverride>>,
}

impl HostOverrides {
    /// Reads the option's entries: name to `ip` or `ip:port`.
    pub fn parse<N, A>(entries: impl IntoIterator<Item = (N, A)>) -> Result<Self, HostRuleError>
    where
        N: AsRef<str>,
        A: AsRef<str>,
    {
        let mut overrides = Self::default();
        for (name, address) in entries {
            let (name, found) = (name.as_ref(), address.as_ref());
            let Some(to) = parse_override(found) else {
                return Err(HostRuleError::Address { name: name.into(), found: found.into() });
            };
            let inserted = split_port(name).is_some_and(|(pattern, port)| match port {
                None => overrides.any_port.insert(pattern, to),
                Some(port) => overrides.by_port.entry(port).or_default().insert(pattern, to),
            });
            if !inserted {
                return Err(HostRuleError::Pattern {
                    found: name.into(),
                    port_hint: ", and a `:port` at the end if need be",
                });
            }
        }
        Ok(overrides)
    }

    /// True when nothing is mapped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.any_port.is_empty() && self.by_port.is_empty()
    }

    /// Where this host and port lead; a rule with a port wins over one without.
    #[must_use]
    pub fn find(&self, host: &str, port: u16) -> Option<HostOverride> {
        let for_port = self.by_port.get(&port).and_then(|map| map.find(host));
        for_port.or_else(|| self.any_port.find(host)).map(|(_, to)| *to)
    }
}

/// The option `blockHostnames`.
#[derive(Clone, Debug, Default)]
pub struct HostnamePatterns(PatternMap<()>);

impl HostnamePatterns {
    /// Reads the option's patterns.
    pub fn parse<P: AsRef<str>>(
        patterns: impl IntoIterator<Item = P>,
    ) -> Result<Self, HostRuleError> {
        let mut map = PatternMap::default();
        for pattern in patterns {
            let pattern = pattern.as_ref();
            if !map.insert(pattern, ()) {
                return Err(HostRuleError::Pattern { found: pattern.into(), port_hint: "" });
            }
        }
        Ok(Self(map))
    }

    /// True when there are no patterns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pattern that this name matches.
    #[must_use]
    pub fn find(&self, host: &str) -> Option<String> {
        self.0.find(host).map(|(pattern, ())| pattern)
    }
}

/// Names that lead to Unix sockets on this machine. Only who starts a run may name such paths: a
/// guest that could would have the rights of squall's user.
#[derive(Clone, Debug, Default)]
pub struct UnixSockets(HashMap<Box<str>, Arc<Path>>);

impl UnixSockets {
    /// Names, in any case of letters, and the paths of their sockets.
    #[must_use]
    pub fn new<N: AsRef<str>>(entries: impl IntoIterator<Item = (N, PathBuf)>) -> Self {
        let entry = |(name, path): (N, PathBuf)| {
            (name.as_ref().to_lowercase().into_boxed_str(), Arc::from(path))
        };
        Self(entries.into_iter().map(entry).collect())
    }

    /// The socket that belongs to this name.
    #[must_use]
    pub fn find(&self, host: &str) -> Option<&Arc<Path>> {
        if self.0.is_empty() { None } else { self.0.get(host) }
    }
}

/// A range of addresses, as in the option `blacklistIPs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpRange {
    base: IpAddr,
    prefix_bits: u8,
}

impl IpRange {
    /// True when the address lies in the range. An IPv4 address inside IPv6 counts as the IPv4
    /// address.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.base, ip.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix_bits)).unwrap_or(0);
                u32::from(base) & mask == u32::from(ip) & mask
            }
            (IpAddr::V6(base), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix_bits)).unwrap_or(0);
                u128::from(base) & mask == u128::from(ip) & mask
            }
            _ => false,
        }
    }
}

impl FromStr for IpRange {
    type Err = HostRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || HostRuleError::Range { found: text.into() };
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base, Some(bits)),
            None => (text, None),
        };
        let base = IpAddr::from_str(base).map_err(|_| bad())?;
        let bits_max = if base.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match bits {
            None => bits_max,
            Some(bits) => bits.parse().ok().filter(|&bits| bits <= bits_max).ok_or_else(bad)?,
        };
        Ok(Self { base, prefix_bits })
    }
}

impl std::fmt::Display for IpRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix_bits)
    }
}

/// Names and `*suffix` patterns, each with a value.
#[derive(Clone, Debug)]
pub(crate) struct PatternMap<T> {
    exact: HashMap<String, T>,
    /// Without the `*`, longest first.
    suffixes: Vec<(String, T)>,
}

impl<T> Default for PatternMap<T> {
    fn default() -> Self {
        Self { exact: HashMap::new(), suffixes: Vec::new() }
    }
}

impl<T> PatternMap<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.suffixes.is_empty()
    }

    /// False when the pattern makes no sense.
    pub(crate) fn insert(&mut self, pattern: &str, value: T) -> bool {
        let lower = pattern.to_lowercase();
        let (wild, rest) = match lower.strip_prefix('*') {
            Some(rest) => (true, rest),
            None => (false, lower.as_str()),
        };
        if !is_name(rest) || (rest.is_empty() && !wild) {
            return false;
        }
        if !wild {
            self.exact.insert(lower, value);
            return true;
        }
        let rest = rest.to_owned();
        self.suffixes.retain(|(suffix, _)| *suffix != rest);
        let at = self.suffixes.partition_point(|(suffix, _)| suffix.len() >= rest.len());
        self.suffixes.insert(at, (rest, value));
        true
    }

    pub(crate) fn find(&self, name: &str) -> Option<(String, &T)> {
        if self.is_empty() {
            return None;
        }
        let name = name.to_lowercase();
        if let Some(value) = self.exact.get(&name) {
            return Some((name, value));
        }
        let (suffix, value) = self.suffixes.iter().find(|(suffix, _)| name.ends_with(suffix))?;
        Some((format!("*{suffix}"), value))
    }
}

/// A host name (any script), an IP address, or nothing.
fn is_name(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
        || text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Takes a `:port` off a pattern; nothing when what follows the colon is no port.
fn split_port(pattern: &str) -> Option<(&str, Option<u16>)> {
    if pattern.parse::<IpAddr>().is_ok() {
        return Some((pattern, None));
    }
    match pattern.rsplit_once(':') {
        None => Some((pattern, None)),
        Some((name, port)) => {
            let name = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
            Some((name, Some(port.parse().ok()?)))
        }
    }
}

fn parse_override(text: &str) -> Option<HostOverride> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(HostOverride { ip, port: None });
    }
    let address = text.parse::<SocketAddr>().ok()?;
    Some(HostOverride { ip: address.ip(), port: Some(address.port()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn overrides(entries: &[(&str, &str)]) -> HostOverrides {
        HostOverrides::parse(entries.iter().copied()).unwrap()
    }

    fn to(ip: &str, port: Option<u16>) -> HostOverride {
        HostOverride { ip: ip.parse().unwrap(), port }
    }

    #[test]
    fn a_name_leads_to_an_address_and_maybe_a_port() {
        let map = overrides(&[
            ("Example.com", "1.2.3.4"),
            ("example.com:443", "5.6.7.8:8443"),
            ("six.example", "[::1]:80"),
            ("[::2]:80", "2.2.2.2"),
            ("*:81", "3.3.3.3"),
        ]);
        assert_eq!(map.find("::2", 80), Some(to("2.2.2.2", None)));
        assert_eq!(map.find("::2", 82), None);
        assert_eq!(map.find("any", 81), Some(to("3.3.3.3", None)));
        assert_eq!(map.find("example.com", 80), Some(to("1.2.3.4", None)));
        assert_eq!(map.find("EXAMPLE.COM", 443), Some(to("5.6.7.8", Some(8443))));
        assert_eq!(map.find("six.example", 1), Some(to("::1", Some(80))));
        assert_eq!(map.find("other.com", 80), None);
    }

    #[test]
    fn the_longest_pattern_wins_and_the_exact_name_over_all() {
        let map = overrides(&[
            ("*", "9.9.9.9"),
            ("*.example.com", "1.1.1.1"),
            ("*.api.example.com", "2.2.2.2"),
            ("x.api.example.com", "3.3.3.3"),
        ]);
        assert_eq!(map.find("a.example.com", 80), Some(to("1.1.1.1", None)));
        assert_eq!(map.find("a.api.example.com", 80), Some(to("2.2.2.2", None)));
        assert_eq!(map.find("x.api.example.com", 80), Some(to("3.3.3.3", None)));
        assert_eq!(map.find("example.com", 80), Some(to("9.9.9.9", None)));
    }

    #[test]
    fn bad_entries_say_what_was_found() {
        for bad in ["exa*mple.com", "", "a b", "name:99999", "http://x"] {
            let error = HostOverrides::parse([(bad, "1.2.3.4")]).unwrap_err();
            assert!(error.to_string().contains(&format!("`{bad}`")), "{error}");
        }
        let error = HostOverrides::parse([("x.com", "localhost")]).unwrap_err();
        assert!(error.to_string().contains("`localhost`"), "{error}");
        assert!(HostnamePatterns::parse(["x.com:80"]).is_err());
    }

    #[test]
    fn blocked_names_match_in_any_case() {
        let blocked = HostnamePatterns::parse(["Bad.example", "*.evil.example"]).unwrap();
        assert_eq!(blocked.find("BAD.example").as_deref(), Some("bad.example"));
        assert_eq!(blocked.find("x.EVIL.example").as_deref(), Some("*.evil.example"));
        assert_eq!(blocked.find("evil.example"), None);
    }

    #[test]
    fn ranges_hold_their_addresses() {
        let range: IpRange = "10.0.0.0/8".parse().unwrap();
        assert!(range.contains("10.255.0.1".parse().unwrap()));
        assert!(range.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!range.contains("11.0.0.1".parse().unwrap()));
        assert!(!range.contains("::1".parse().unwrap()));
        let all: IpRange = "::/0".parse().unwrap();
        assert!(all.contains("2001:db8::1".parse().unwrap()));
        for bad in ["10.0.0.0/33", "::/129", "10.0.0/8", "x", "1.2.3.4/-1", "1.2.3.4/"] {
            assert!(bad.parse::<IpRange>().is_err(), "{bad}");
        }
        assert_eq!("1.2.3.4".parse::<IpRange>().unwrap().to_string(), "1.2.3.4/32");
    }

    proptest! {
        #[test]
        fn nothing_that_is_written_panics(name in ".*", address in ".*", host in ".*") {
            if let Ok(map) = HostOverrides::parse([(&name, &address)]) {
                let _ = map.find(&host, 80);
            }
            if let Ok(patterns) = HostnamePatterns::parse([&name]) {
                let _ = patterns.find(&host);
            }
            let _ = address.parse::<IpRange>();
        }

        #[test]
        fn a_v4_range_agrees_with_arithmetic(base: u32, bits in 0_u8..=32, ip: u32) {
            let range = IpRange { base: IpAddr::V4(base.into()), prefix_bits: bits };
            let shift = 32 - u32::from(bits);
            let expected = (u64::from(base) >> shift) == (u64::from(ip) >> shift);
            prop_assert_eq!(range.contains(IpAddr::V4(ip.into())), expected);
        }
    }
}
