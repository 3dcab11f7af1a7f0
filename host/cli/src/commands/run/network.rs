//! From options to the settings of the HTTP client. Pure.

use std::sync::Arc;

use squall_net::{
    BatchLimits, DnsPolicy, DnsSelect, DnsSettings, DnsTtl, HTTP3_BUILT_IN, HostOverrides,
    HostRuleError, HostnamePatterns, HttpDebug, HttpVersion, IpRange, LocalIps, ProxyError,
    ProxyRules, RateLimit, Settings, UnixSockets,
};
use squall_plan::{Options, options};

use crate::env_vars::Environment;

/// Options that say something about the network which cannot be.
#[derive(Debug, thiserror::Error)]
pub(super) enum NetworkOptionsError {
    /// Of names and addresses.
    #[error(transparent)]
    Host(#[from] HostRuleError),
    /// Of proxies.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// HTTP/3, which is not built in.
    #[error(
        "this squall was built without HTTP/3, which `httpVersion` asks for: build it with \
         `--features http3`"
    )]
    Http3,
}

/// The network settings of a run.
pub(super) fn settings(
    options: &Options,
    environment: &Environment,
) -> Result<Settings, NetworkOptionsError> {
    let defaults = Settings::default();
    let limits = batch_limits(options);
    let hosts = options.hosts.iter().flatten();
    let blocked = options.block_hostnames.iter().flatten();
    let blacklist = options.blacklist_ips.iter().flatten();
    Ok(Settings {
        user_agent: options.user_agent.clone().unwrap_or(defaults.user_agent),
        insecure_skip_tls_verify: options.insecure_skip_tls_verify.unwrap_or(false),
        no_connection_reuse: options.no_connection_reuse.unwrap_or(false),
        no_vu_connection_reuse: options.no_vu_connection_reuse.unwrap_or(false),
        idle_connections_max: limits.batch,
        idle_connections_per_host_max: limits.batch_per_host,
        dns: dns(options.dns.as_ref()),
        hosts: HostOverrides::parse(hosts.map(|(name, address)| (name, address.to_string())))?,
        block_hostnames: HostnamePatterns::parse(blocked.map(options::HostnamePattern::as_str))?,
        blacklist_ips: blacklist
            .map(|cidr| cidr.to_string().parse::<IpRange>())
            .collect::<Result<_, _>>()?,
        proxies: proxies(options.proxy.as_ref(), environment)?,
        local_ips: LocalIps::new(
            options.local_ips.iter().flatten().map(|range| (range.first, range.last)),
        ),
        unix_sockets: UnixSockets::new(
            options.unix_sockets.iter().flat_map(|sockets| &sockets.0).map(|(n, p)| (n, p.into())),
        ),
        http_version: http_version(options.http_version, HTTP3_BUILT_IN)?,
        http_debug: http_debug(options.http_debug),
        redirects_max: options.max_redirects.map(|max| u32::try_from(max).unwrap_or(u32::MAX)),
        no_cookies_reset: options.no_cookies_reset.unwrap_or(false),
        rate_limit: options.rps.and_then(|rps| RateLimit::per_second(rps as f64)).map(Arc::new),
        ..defaults
    })
}

/// How many requests of a batch run at a time.
pub(super) fn batch_limits(options: &Options) -> BatchLimits {
    let defaults = BatchLimits::default();
    let or = |option: Option<u64>, default: usize| option.map_or(default, |limit| limit as usize);
    BatchLimits {
        batch: or(options.batch, defaults.batch),
        batch_per_host: or(options.batch_per_host, defaults.batch_per_host),
    }
}

fn dns(given: Option<&options::DnsOptions>) -> DnsSettings {
    let mut dns = DnsSettings::default();
    let Some(given) = given else { return dns };
    if let Some(ttl) = given.ttl {
        dns.ttl = match ttl {
            options::DnsTtl::Infinite => DnsTtl::Forever,
            options::DnsTtl::For(ttl) => DnsTtl::For(ttl),
        };
    }
    if let Some(select) = given.select {
        dns.select = match select {
            options::DnsSelect::First => DnsSelect::First,
            options::DnsSelect::Random => DnsSelect::Random,
            options::DnsSelect::RoundRobin => DnsSelect::RoundRobin,
        };
    }
    if let Some(policy) = given.policy {
        dns.policy = match policy {
            options::DnsPolicy::PreferIpv4 => DnsPolicy::PreferIpv4,
            options::DnsPolicy::PreferIpv6 => DnsPolicy::PreferIpv6,
            options::DnsPolicy::OnlyIpv4 => DnsPolicy::OnlyIpv4,
            options::DnsPolicy::OnlyIpv6 => DnsPolicy::OnlyIpv6,
            options::DnsPolicy::Any => DnsPolicy::Any,
        };
    }
    dns.happy_eyeballs = given.happy_eyeballs.unwrap_or(false);
    dns
}

/// The option, or what the environment says to all programs.
fn proxies(
    option: Option<&options::ProxyUrl>,
    environment: &Environment,
) -> Result<ProxyRules, ProxyError> {
    let no_proxy = || environment.shared("NO_PROXY").or_else(|| environment.shared("no_proxy"));
    match option {
        Some(proxy) => ProxyRules::from_option(&proxy.0, no_proxy().unwrap_or_default()),
        None => ProxyRules::from_environment(|name| environment.shared(name)),
    }
}

fn http_version(
    given: Option<options::HttpVersion>,
    has_http3: bool,
) -> Result<HttpVersion, NetworkOptionsError> {
    Ok(match given {
        None | Some(options::HttpVersion::Auto) => HttpVersion::Auto,
        Some(options::HttpVersion::Http1) => HttpVersion::Http1,
        Some(options::HttpVersion::Http2) => HttpVersion::Http2,
        Some(options::HttpVersion::Http2PriorKnowledge) => HttpVersion::Http2PriorKnowledge,
        Some(options::HttpVersion::Http3) if has_http3 => HttpVersion::Http3,
        Some(options::HttpVersion::Http3) => return Err(NetworkOptionsError::Http3),
    })
}

fn http_debug(given: Option<options::HttpDebug>) -> HttpDebug {
    match given {
        None | Some(options::HttpDebug::Off) => HttpDebug::Off,
        Some(options::HttpDebug::Headers) => HttpDebug::Headers,
        Some(options::HttpDebug::Full) => HttpDebug::Full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(json: &str) -> Options {
        Options::from_json(json).unwrap().options
    }

    #[test]
    fn nothing_set_is_the_client_s_default() {
        let ours = settings(&Options::default(), &Environment::default()).unwrap();
        assert_eq!(format!("{ours:?}"), format!("{:?}", Settings::default()));
    }

    #[test]
    fn every_option_reaches_the_client() {
        let mut options = options(
            r#"{
                "userAgent": "", "insecureSkipTLSVerify": true, "noConnectionReuse": true,
                "noVUConnectionReuse": true, "batch": 3, "batchPerHost": 2, "rps": 50,
                "httpDebug": "full", "maxRedirects": 4, "noCookiesReset": true,
                "dns": {"ttl": "inf", "select": "roundRobin", "policy": "onlyIPv6"},
                "hosts": {"a.test": "127.0.0.1:80", "*.b.test": "::1"},
                "blockHostnames": ["*.evil.test"], "blacklistIPs": ["10.0.0.0/8", "::1/128"],
                "proxy": "http://10.0.0.1:3128", "httpVersion": "2"
            }"#,
        );
        for (key, text) in [
            ("localIPs", "127.0.0.4/30"),
            ("unixSockets", "u.test=/u"),
            ("dns", "happyEyeballs=true"),
        ] {
            options.set_text(key, text, squall_plan::TextForm::Flag).unwrap();
        }
        let settings = settings(&options, &Environment::default()).unwrap();
        assert!(!settings.proxies.is_empty() && settings.dns.happy_eyeballs);
        assert_eq!(settings.local_ips.get(1).unwrap().to_string(), "127.0.0.6");
        assert!(settings.unix_sockets.find("u.test").is_some());
        assert_eq!(settings.http_version, HttpVersion::Http2);
        assert_eq!(settings.user_agent, "");
        assert!(settings.insecure_skip_tls_verify && settings.no_connection_reuse);
        assert!(settings.no_vu_connection_reuse && settings.rate_limit.is_some());
        assert_eq!(settings.idle_connections_max, 3);
        assert_eq!(settings.idle_connections_per_host_max, 2);
        assert_eq!(settings.http_debug, HttpDebug::Full);
        assert_eq!((settings.redirects_max, settings.no_cookies_reset), (Some(4), true));
        assert_eq!(settings.dns.ttl, DnsTtl::Forever);
        assert_eq!(settings.dns.select, DnsSelect::RoundRobin);
        assert_eq!(settings.dns.policy, DnsPolicy::OnlyIpv6);
        assert_eq!(settings.blacklist_ips.len(), 2);
        assert!(settings.block_hostnames.find("x.evil.test").is_some());
    }

    #[test]
    fn http3_is_refused_where_it_is_not_built_in() {
        let http3 = Some(options::HttpVersion::Http3);
        assert_eq!(http_version(http3, true).unwrap(), HttpVersion::Http3);
        let error = http_version(http3, false).unwrap_err().to_string();
        assert!(error.contains("--features http3"), "{error}");
    }

    #[test]
    fn the_option_wins_over_the_environment() {
        let environment: Environment =
            [("HTTP_PROXY", "http://a"), ("no_proxy", "x")].into_iter().collect();
        let with = |json: &str| settings(&options(json), &environment).unwrap().proxies;
        assert!(format!("{:?}", with("{}")).contains("http://a:80"));
        assert!(with(r#"{"proxy": ""}"#).is_empty());
        let ours = format!("{:?}", with(r#"{"proxy": "b:1"}"#));
        assert!(ours.contains("http://b:1") && ours.contains(".x"), "{ours}");
        let bad: Environment = [("https_proxy", "ftp://x")].into_iter().collect();
        let error = settings(&Options::default(), &bad).unwrap_err();
        assert!(error.to_string().contains("https_proxy"), "{error}");
    }
}
