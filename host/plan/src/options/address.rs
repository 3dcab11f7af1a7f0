//! Options of addresses and host names: `hosts`, `blacklistIPs`, `blockHostnames`, `localIPs`,
//! `unixSockets`.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use serde_json::{Value, json};

use super::TextForm;
use super::error::{OptionsError, ValueError};
use super::node::Node;
use super::value::{ListItem, OptionValue, encode_map, pairs_from_text};

/// A range of addresses that share their first bits, such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr {
    network: IpAddr,
    prefix_bits: u8,
}

impl Cidr {
    /// The first address of the range.
    pub const fn network(self) -> IpAddr {
        self.network
    }

    /// How many leading bits all addresses of the range share.
    pub const fn prefix_bits(self) -> u8 {
        self.prefix_bits
    }

    /// The first and the last address of the range.
    pub fn range(self) -> IpRange {
        let last = match self.network {
            IpAddr::V4(network) => {
                let host = u32::MAX.checked_shr(u32::from(self.prefix_bits)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(network.to_bits() | host))
            }
            IpAddr::V6(network) => {
                let host = u128::MAX.checked_shr(u32::from(self.prefix_bits)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(network.to_bits() | host))
            }
        };
        IpRange { first: self.network, last }
    }

    /// Whether `address` is in the range.
    pub fn contains(self, address: IpAddr) -> bool {
        let range = self.range();
        address.is_ipv4() == self.network.is_ipv4() && (range.first..=range.last).contains(&address)
    }
}

impl FromStr for Cidr {
    type Err = ValueError;

    /// Bits behind the prefix are dropped: `10.0.0.1/8` is `10.0.0.0/8`.
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let error = || ValueError::Cidr { found: text.to_owned() };
        let (address, bits) = text.split_once('/').ok_or_else(error)?;
        let address: IpAddr = address.parse().map_err(|_| error())?;
        if bits.is_empty() || !bits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error());
        }
        let prefix_bits: u8 = bits.parse().map_err(|_| error())?;
        let network = match address {
            IpAddr::V4(address) if prefix_bits <= 32 => {
                let host = u32::MAX.checked_shr(u32::from(prefix_bits)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & !host))
            }
            IpAddr::V6(address) if prefix_bits <= 128 => {
                let host = u128::MAX.checked_shr(u32::from(prefix_bits)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !host))
            }
            _ => return Err(error()),
        };
        Ok(Self { network, prefix_bits })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix_bits)
    }
}

/// Addresses from `first` to `last`, both included and of the same family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IpRange {
    /// The first address.
    pub first: IpAddr,
    /// The last address.
    pub last: IpAddr,
}

impl IpRange {
    fn hosts_of(cidr: Cidr) -> Self {
        let range = cidr.range();
        match (range.first, range.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) if cidr.prefix_bits() < 31 => Self {
                first: Ipv4Addr::from_bits(first.to_bits() + 1).into(),
                last: Ipv4Addr::from_bits(last.to_bits() - 1).into(),
            },
            _ => range,
        }
    }
}

impl FromStr for IpRange {
    type Err = ValueError;

    /// One address, `first-last`, or a CIDR. As in k6, the first and the last address of an IPv4
    /// network, which belong to nobody, are left out where there are others.
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let found = || text.to_owned();
        let Some((first, last)) = text.split_once('-') else {
            if text.contains('/') {
                let cidr = text.parse::<Cidr>();
                return cidr
                    .map(Self::hosts_of)
                    .map_err(|_| ValueError::IpRangeCidr { found: found() });
            }
            let ip = text.parse().map_err(|_| ValueError::IpRange { found: found() })?;
            return Ok(Self { first: ip, last: ip });
        };
        let ip = |text: &str| {
            text.parse::<IpAddr>().map_err(|_| ValueError::IpRangeFormat { found: found() })
        };
        let (first, last) = (ip(first)?, ip(last)?);
        if first.is_ipv4() != last.is_ipv4() {
            return Err(ValueError::IpRangeMixed { found: found() });
        }
        if first > last {
            return Err(ValueError::IpRangeBackwards { found: text.to_owned() });
        }
        Ok(Self { first, last })
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return write!(f, "{}", self.first);
        }
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// A host name, or everything that ends with one (`*.example.com`), in any case of letters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostnamePattern(String);

impl HostnamePattern {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HostnamePattern {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        if is_host_pattern(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(ValueError::HostnamePattern { found: text.to_owned() })
    }
}

impl fmt::Display for HostnamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name of letters, digits, `-`, `_` and dots between them, with at most one `*`, in front.
/// Letters of any script will do.
fn is_host_pattern(text: &str) -> bool {
    let name = match text.strip_prefix('*') {
        None => text,
        Some("") => return true,
        Some(rest) => rest.strip_prefix('.').unwrap_or(rest),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
    };
    name.split('.').all(label)
}

/// Where a host name is sent to instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HostAddress {
    /// The address.
    pub ip: IpAddr,
    /// The port; that of the request unless set.
    pub port: Option<u16>,
}

impl FromStr for HostAddress {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        if let Ok(ip) = text.parse() {
            return Ok(Self { ip, port: None });
        }
        match text.parse::<SocketAddr>() {
            Ok(address) => Ok(Self { ip: address.ip(), port: Some(address.port()) }),
            Err(_) => Err(ValueError::HostAddress { found: text.to_owned() }),
        }
    }
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            None => write!(f, "{}", self.ip),
            Some(port) => write!(f, "{}", SocketAddr::new(self.ip, port)),
        }
    }
}

/// `name`, `name:port` or either with a `*` in front.
fn check_host_key(text: &str) -> Result<(), ValueError> {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) => (name, port.parse::<u16>().is_ok()),
        None => (text, true),
    };
    if port && is_host_pattern(name) {
        return Ok(());
    }
    Err(ValueError::HostPattern { found: text.to_owned() })
}

/// The option `hosts`: addresses by `name` or `name:port`, with at most one `*`, in front.
pub type Hosts = BTreeMap<String, HostAddress>;

impl OptionValue for Hosts {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        const ADDRESS: &str = "an address such as \"1.2.3.4\" or \"1.2.3.4:8080\"";
        let mut hosts = Self::new();
        for (name, item) in node.members("an object of addresses by host name")? {
            check_host_key(name).map_err(|error| item.wrong_value("a host name as key", error))?;
            let address = item.string(ADDRESS)?.parse();
            let address = address.map_err(|error: ValueError| item.wrong_value(ADDRESS, error))?;
            hosts.insert(name.to_owned(), address);
        }
        Ok(hosts)
    }

    fn encode(&self) -> Value {
        encode_map(self, |address| json!(address.to_string()))
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        let hosts = pairs_from_text(text, HostAddress::from_str)?;
        hosts.keys().try_for_each(|name| check_host_key(name))?;
        Ok(hosts)
    }

    fn join(&mut self, more: Self) {
        self.extend(more);
    }
}

/// The option `unixSockets`: paths of sockets by host name. It has no place in scripts, since who
/// may name a path has the rights of the process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnixSockets(pub BTreeMap<String, String>);

impl OptionValue for UnixSockets {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        let members = node.members("an object of paths by host name")?;
        let item = |(name, node): &(&str, Node<'_>)| {
            let path = node.string("the path of a Unix socket")?;
            Ok(((*name).to_owned(), path.to_owned()))
        };
        members.iter().map(item).collect::<Result<_, _>>().map(Self)
    }

    fn encode(&self) -> Value {
        encode_map(&self.0, |path| json!(path))
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        let sockets = pairs_from_text(text, |path| Ok(path.to_owned()))?;
        for (name, path) in &sockets {
            if name.starts_with('*') || !is_host_pattern(name) || path.is_empty() {
                return Err(ValueError::UnixSocket { found: format!("{name}={path}") });
            }
        }
        Ok(Self(sockets))
    }

    fn join(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}

/// The option `proxy`: the URL of a proxy, or nothing. Its password is never printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyUrl(pub String);

impl ProxyUrl {
    fn without_password(&self) -> String {
        let Some((before, place)) = self.0.rsplit_once('@') else { return self.0.clone() };
        let scheme = before.find("://").map_or(0, |at| at + "://".len());
        match before[scheme..].split_once(':') {
            Some((name, _)) => format!("{}{name}:***@{place}", &before[..scheme]),
            None => self.0.clone(),
        }
    }
}

impl OptionValue for ProxyUrl {
    fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
        Ok(Self(node.string("the URL of a proxy, or \"\"")?.to_owned()))
    }

    fn encode(&self) -> Value {
        json!(self.without_password())
    }

    fn from_text(text: &str, _form: TextForm) -> Result<Self, ValueError> {
        Ok(Self(text.to_owned()))
    }
}

/// List items that are one string each.
macro_rules! string_items {
    ($($item:ty: $expected:literal;)*) => {$(
        impl ListItem for $item {
            fn decode(node: &Node<'_>) -> Result<Self, OptionsError> {
                let text = node.string($expected)?;
                text.parse().map_err(|error: ValueError| node.wrong_value($expected, error))
            }

            fn encode(&self) -> Value {
                json!(self.to_string())
            }

            fn from_text(text: &str) -> Result<Self, ValueError> {
                text.parse()
            }
        }
    )*};
}

string_items! {
    Cidr: "an address range such as \"10.0.0.0/8\"";
    IpRange: "an address, a range of them, or a CIDR";
    super::CipherSuite: "a cipher suite such as \"TLS_AES_128_GCM_SHA256\"";
    HostnamePattern: "a host name such as \"example.com\" or \"*.example.com\"";
    super::TrendStat: "one of avg, min, med, max, count and p(N)";
}
