//! One lookup, without memory: the hosts file, `localhost`, then the name servers.
//!
//! Both sources are read when they are first needed. Without name servers (no network, no
//! `/etc/resolv.conf`) the hosts file and `localhost` still work, and any other name fails with a
//! text that says why.

use std::cell::OnceCell;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::op::Query;
use hickory_resolver::proto::rr::{Name, RecordType};
use hickory_resolver::{Hosts, Resolver, TokioResolver};

use crate::error_kind::{ErrorCode, Failure, classify};
use crate::settings::DnsPolicy;

/// Where addresses come from.
#[derive(Debug)]
pub(super) struct Lookup {
    policy: DnsPolicy,
    servers: Vec<SocketAddr>,
    hosts: OnceCell<Hosts>,
    resolver: OnceCell<Result<TokioResolver, Failure>>,
}

impl Lookup {
    pub(super) fn new(policy: DnsPolicy, servers: Vec<SocketAddr>) -> Self {
        Self { policy, servers, hosts: OnceCell::new(), resolver: OnceCell::new() }
    }

    /// All addresses of the name that the policy allows, at least one.
    pub(super) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Failure> {
        let Ok(name) = Name::from_utf8(host) else {
            return Err(classify::no_such_host(host));
        };
        let mut found = self.in_hosts_file(&name);
        if found.is_empty() && has_last_label(host, "localhost") {
            found = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        }
        if found.is_empty() && has_last_label(host, "invalid") {
            return Err(classify::no_such_host(host));
        }
        if found.is_empty() {
            let resolver = self.resolver.get_or_init(|| self.connect());
            let resolver = resolver.as_ref().map_err(Clone::clone)?;
            let lookup = resolver.lookup_ip(name).await;
            found = lookup.map_err(|error| classify::dns(&error, host))?.iter().collect();
        }
        let allowed = apply(self.policy, found);
        if allowed.is_empty() { Err(classify::no_such_host(host)) } else { Ok(allowed) }
    }

    fn in_hosts_file(&self, name: &Name) -> Vec<IpAddr> {
        let hosts = self.hosts.get_or_init(|| Hosts::from_system().unwrap_or_default());
        let of_type =
            |record_type| hosts.lookup_static_host(&Query::query(name.clone(), record_type));
        [RecordType::A, RecordType::AAAA]
            .into_iter()
            .filter_map(of_type)
            .flat_map(|lookup| {
                lookup
                    .answers()
                    .iter()
                    .filter_map(|record| record.data.ip_addr())
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn connect(&self) -> Result<TokioResolver, Failure> {
        self.build().map_err(|error| {
            let message = format!(
                "no name servers: the system's DNS settings (/etc/resolv.conf) are not usable \
                 ({error}); mend them, use an IP address, or map the name with the option `hosts`"
            );
            Failure::new(ErrorCode::DNS, message)
        })
    }

    fn build(&self) -> Result<TokioResolver, NetError> {
        let mut builder = if self.servers.is_empty() {
            TokioResolver::builder_tokio()?
        } else {
            let servers = self.servers.iter().map(name_server).collect();
            let config = ResolverConfig::from_name_servers(servers);
            Resolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options = builder.options_mut();
        options.ip_strategy = match self.policy {
            DnsPolicy::PreferIpv4 => LookupIpStrategy::Ipv4thenIpv6,
            DnsPolicy::PreferIpv6 => LookupIpStrategy::Ipv6thenIpv4,
            DnsPolicy::OnlyIpv4 => LookupIpStrategy::Ipv4Only,
            DnsPolicy::OnlyIpv6 => LookupIpStrategy::Ipv6Only,
            DnsPolicy::Any => LookupIpStrategy::Ipv4AndIpv6,
        };
        // The hosts file was asked already, and how long an answer is kept is for `dns.ttl` to say.
        options.use_hosts_file = ResolveHosts::Never;
        options.cache_size = 0;
        builder.build()
    }
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    server.connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()]
        .into_iter()
        .map(|mut connection| {
            connection.port = address.port();
            connection
        })
        .collect();
    server
}

/// True for the names that RFC 6761 keeps on the machine: `localhost`, `api.localhost`,
/// `x.invalid`.
fn has_last_label(host: &str, label: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case(label))
}

/// Keeps the addresses that the policy allows, in their order.
fn apply(policy: DnsPolicy, addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let (only_v4, strict) = match policy {
        DnsPolicy::Any => return addresses,
        DnsPolicy::PreferIpv4 => (true, false),
        DnsPolicy::PreferIpv6 => (false, false),
        DnsPolicy::OnlyIpv4 => (true, true),
        DnsPolicy::OnlyIpv6 => (false, true),
    };
    let wanted: Vec<_> = addresses.iter().copied().filter(|ip| ip.is_ipv4() == only_v4).collect();
    if wanted.is_empty() && !strict { addresses } else { wanted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| IpAddr::from_str(text).unwrap()).collect()
    }

    #[test]
    fn the_policy_picks_families() {
        let both = || addresses(&["1.1.1.1", "::1", "2.2.2.2"]);
        assert_eq!(apply(DnsPolicy::Any, both()), both());
        assert_eq!(apply(DnsPolicy::PreferIpv4, both()), addresses(&["1.1.1.1", "2.2.2.2"]));
        assert_eq!(apply(DnsPolicy::PreferIpv6, both()), addresses(&["::1"]));
        assert_eq!(apply(DnsPolicy::PreferIpv6, addresses(&["1.1.1.1"])), addresses(&["1.1.1.1"]));
        assert!(apply(DnsPolicy::OnlyIpv6, addresses(&["1.1.1.1"])).is_empty());
        assert!(apply(DnsPolicy::OnlyIpv4, addresses(&["::1"])).is_empty());
    }

    #[test]
    fn localhost_is_known_in_all_its_forms() {
        for name in ["localhost", "LOCALHOST.", "api.localhost"] {
            assert!(has_last_label(name, "localhost"), "{name}");
        }
        for name in ["localhost.example", "notlocalhost", ""] {
            assert!(!has_last_label(name, "localhost"), "{name}");
        }
    }
}
