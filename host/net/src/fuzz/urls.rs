//! URLs, and rules about where requests go.

use std::net::SocketAddr;

use crate::hosts::{HostOverrides, HostnamePatterns, IpRange};
use crate::http::request::Target;
use crate::local_ips::LocalIps;
use crate::proxy::ProxyRules;
use crate::url::Url;

/// The first line is a URL, the second a reference on its page. What is read is written so that it
/// is read again, and no request line can be broken by it.
pub(super) fn urls(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (base, reference) = text.split_once('\n').unwrap_or((&text, ""));
    let url = match Url::parse(base) {
        Ok(url) => url,
        Err(error) => return assert!(error.starts_with("parse "), "{error}"),
    };
    is_fit_to_send(&url);
    let Ok(reference) = Url::parse(reference) else { return };
    let resolved = url.resolve(&reference);
    if url.is_absolute() {
        assert!(resolved.is_absolute());
    }
    let path = resolved.path_and_query();
    let path = path.split('?').next().unwrap_or_default();
    assert!(!path.split('/').any(|part| part == "..") || !resolved.path.starts_with('/'), "{path}");
    is_fit_to_send(&resolved);
}

fn is_fit_to_send(url: &Url) {
    let line = url.path_and_query();
    assert!(line.starts_with('/') && line.bytes().all(|byte| byte.is_ascii_graphic()), "{line:?}");
    let text = url.text();
    assert!(!text.bytes().any(|byte| byte < b' ' || byte == 0x7f), "{text:?}");
    assert!(url.port().bytes().all(|byte| byte.is_ascii_digit()), "{text}");
    assert_eq!(url.without_user().user, None);
    if url.is_absolute() && !url.host.is_empty() {
        let again = Url::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(again.text(), text);
        assert_eq!(again.host_name().is_empty(), url.host_name().is_empty());
    }
    if let Ok(target) = Target::parse(&text) {
        if let Ok(absolute) = target.absolute() {
            assert!(absolute.authority().is_some());
        }
        let header = target.host_header.as_bytes();
        assert!(header.iter().all(u8::is_ascii_graphic), "{text}");
    }
}

/// Lines: a name, where it leads, a host that is looked for, a range.
pub(super) fn hosts(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (name, address, host, range) = (line(), line(), line(), line());
    match HostOverrides::parse([(name, address)]) {
        Ok(map) => {
            if let Some(found) = map.find(host, 80) {
                let written = match found.port {
                    Some(port) => SocketAddr::new(found.ip, port).to_string(),
                    None => found.ip.to_string(),
                };
                let again = HostOverrides::parse([("*", &written)]).map(|map| map.find("x", 1));
                assert_eq!(again.ok().flatten(), Some(found), "{address}");
            }
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains(name) || error.contains(address), "{error}");
        }
    }
    if let Ok(patterns) = HostnamePatterns::parse([name])
        && let Some(found) = patterns.find(host)
    {
        let suffix = found.trim_start_matches('*');
        assert!(host.to_lowercase().ends_with(suffix), "{found} for {host}");
    }
    if let Ok(range) = range.parse::<IpRange>() {
        assert_eq!(range.to_string().parse(), Ok(range));
        if let Ok(base) = range.to_string().split('/').next().unwrap_or_default().parse() {
            assert_eq!(LocalIps::new([(base, base)]).get(7), Some(base));
        }
    }
}

/// Marks a password in seeds.
const PASSWORD: &str = "hunter22";

/// Lines: a proxy, what goes around it, and a URL. A password is never shown.
pub(super) fn proxies(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (proxy, exempt, url) = (line(), line(), line());
    let is_password = proxy.contains("://")
        && proxy.rsplit_once('@').is_some_and(|(before, after)| {
            before.matches(PASSWORD).count() == 1
                && before.contains(&format!(":{PASSWORD}"))
                && before.find("://") < before.find(PASSWORD)
                && !after.contains(PASSWORD)
        });
    let show = |shown: String| {
        assert!(!is_password || !shown.contains(PASSWORD), "{shown}");
    };
    match ProxyRules::from_option(proxy, exempt) {
        Err(error) => show(error.to_string()),
        Ok(rules) => {
            show(format!("{rules:?}"));
            if let Ok(target) = Target::parse(url) {
                let found = rules.find(&target.origin);
                assert!(exempt.trim() != "*" || matches!(found, Ok(None)));
            }
            if let Some(proxy) = &rules.http {
                show(proxy.to_string());
                assert!(proxy.authorization().is_some() || proxy.credentials.is_none());
            }
        }
    }
    let variables = |name: &str| match name {
        "HTTP_PROXY" | "https_proxy" => Some(proxy),
        "no_proxy" => Some(exempt),
        _ => None,
    };
    match ProxyRules::from_environment(variables) {
        Ok(rules) => show(format!("{rules:?}")),
        Err(error) => show(error.to_string()),
    }
}
