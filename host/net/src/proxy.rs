//! Which requests go through a proxy, and through which: the environment's rules, or the option
//! `proxy`.
//!
//! Pure: nothing is looked up or connected here. The rules of the environment are those of Go's
//! programs, k6 among them: `HTTP_PROXY` for `http` targets, `HTTPS_PROXY` for `https`, `NO_PROXY`
//! for exceptions, each in lower case as well; `localhost` and loopback addresses are always called
//! directly. A password is never part of a text that is shown.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::Url;

use crate::error_kind::{ErrorCode, Failure};
use crate::hosts::IpRange;
use crate::http::request::Origin;

/// A proxy that cannot be understood.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{from}: `{found}` is not the URL of a proxy: {problem}; write it like {EXAMPLES}")]
pub struct ProxyError {
    /// The variable or option that it was found in.
    pub from: String,
    /// What was written, without a password.
    pub found: String,
    /// What is wrong with it.
    pub problem: String,
}

const EXAMPLES: &str =
    "`http://10.0.0.1:3128`, `https://name:password@proxy.example` or `socks5://127.0.0.1:1080`";

/// How to speak to a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyKind {
    /// HTTP over TCP, or over TLS when the proxy's origin is secure.
    Http,
    /// SOCKS 5; names are resolved by the proxy.
    Socks5,
}

/// One proxy.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Proxy {
    pub(crate) kind: ProxyKind,
    /// Where it is.
    pub(crate) origin: Origin,
    /// Name and password, decoded.
    pub(crate) credentials: Option<(String, String)>,
}

impl Proxy {
    fn parse(from: &str, text: &str) -> Result<Self, ProxyError> {
        // Without a scheme it is host and port of an HTTP proxy.
        let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let refuse = |found: &str, problem: String| ProxyError {
            from: from.to_owned(),
            found: found.to_owned(),
            problem,
        };
        // What does not parse may still hold a password.
        let hidden = || text.rsplit_once('@').map_or(text, |(_, rest)| rest).to_owned();
        let url = Url::parse(&full).map_err(|error| refuse(&hidden(), error.to_string()))?;
        let (kind, secure, port) = match url.scheme() {
            "http" => (ProxyKind::Http, false, 80),
            "https" => (ProxyKind::Http, true, 443),
            "socks5" | "socks5h" => (ProxyKind::Socks5, false, 1080),
            other => {
                let problem = format!("scheme `{other}`, expected `http`, `https` or `socks5`");
                return Err(refuse(&hidden(), problem));
            }
        };
        let host = url.host_str().unwrap_or_default();
        if host.is_empty() {
            return Err(refuse(&hidden(), "it has no host".to_owned()));
        }
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let ip = host.parse().ok();
        let port = url.port().unwrap_or(port);
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let named = !url.username().is_empty() || url.password().is_some();
        let credentials =
            named.then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
        if kind == ProxyKind::Socks5
            && let Some((name, password)) = &credentials
            && (name.len() > 255 || password.len() > 255)
        {
            let problem = "SOCKS allows 255 bytes for a name and for a password".to_owned();
            return Err(refuse(&hidden(), problem));
        }
        let origin = Origin { secure, host: host.into(), ip, port, tls: None };
        Ok(Self { kind, origin, credentials })
    }

    /// The value of `Proxy-Authorization`, where the URL has a name.
    pub(crate) fn authorization(&self) -> Option<HeaderValue> {
        let (name, password) = self.credentials.as_ref()?;
        let basic = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
        let mut value = HeaderValue::try_from(basic).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match (self.kind, self.origin.secure) {
            (ProxyKind::Http, false) => "http",
            (ProxyKind::Http, true) => "https",
            (ProxyKind::Socks5, _) => "socks5",
        };
        write!(f, "{scheme}://{}", self.origin.host_and_port())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy").field(&self.to_string()).finish()
    }
}

/// Which requests go through which proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyRules {
    pub(crate) http: Option<Proxy>,
    pub(crate) https: Option<Proxy>,
    exempt: Exempt,
    /// Loopback addresses are proxied as well.
    loopback: bool,
    /// The process looks like a CGI script, where `HTTP_PROXY` may be the client's header `Proxy`.
    is_cgi: bool,
}

/// Which proxy of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Http,
    Https,
}

impl ProxyRules {
    /// What the environment says; `variable` looks one up by its name.
    pub fn from_environment<'e>(
        variable: impl Fn(&str) -> Option<&'e str>,
    ) -> Result<Self, ProxyError> {
        let find = |upper: &'static str| {
            [upper.to_owned(), upper.to_ascii_lowercase()].into_iter().find_map(|name| {
                let value = variable(&name).filter(|value| !value.trim().is_empty())?;
                Some((name, value.trim()))
            })
        };
        let proxy = |upper: &'static str| match find(upper) {
            None => Ok(None),
            Some((name, text)) => Proxy::parse(&name, text).map(Some),
        };
        Ok(Self {
            http: proxy("HTTP_PROXY")?,
            https: proxy("HTTPS_PROXY")?,
            exempt: find("NO_PROXY").map_or_else(Exempt::default, |(_, text)| Exempt::parse(text)),
            loopback: false,
            is_cgi: variable("REQUEST_METHOD").is_some_and(|method| !method.is_empty()),
        })
    }

    /// The option `proxy`: this one for every target but those in `no_proxy`; an empty text means
    /// no proxy at all.
    pub fn from_option(proxy: &str, no_proxy: &str) -> Result<Self, ProxyError> {
        if proxy.trim().is_empty() {
            return Ok(Self::default());
        }
        let proxy = Proxy::parse("the option `proxy`", proxy.trim())?;
        Ok(Self {
            http: Some(proxy.clone()),
            https: Some(proxy),
            exempt: Exempt::parse(no_proxy),
            loopback: true,
            is_cgi: false,
        })
    }

    /// True when every request goes to its target directly.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }

    /// The proxy for requests to this origin.
    pub(crate) fn find(&self, origin: &Origin) -> Result<Option<Which>, Failure> {
        let (proxy, which) =
            if origin.secure { (&self.https, Which::Https) } else { (&self.http, Which::Http) };
        if proxy.is_none() {
            return Ok(None);
        }
        if self.is_cgi && which == Which::Http {
            let message = "HTTP_PROXY is not used where REQUEST_METHOD is set: in a CGI program \
                           the client could have set it; unset one of them, or use the option \
                           `proxy`";
            return Err(Failure::new(ErrorCode::GENERIC, message));
        }
        let local = !self.loopback
            && (&*origin.host == "localhost" || origin.ip.is_some_and(|ip| ip.is_loopback()));
        let direct = local || self.exempt.matches(origin);
        Ok((!direct).then_some(which))
    }
}

/// `NO_PROXY`: names with the names below them, addresses and ranges, each with a port at will.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Exempt {
    /// `*`
    all: bool,
    ranges: Vec<(IpRange, Option<u16>)>,
    names: Vec<ExemptName>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ExemptName {
    /// With a dot in front.
    suffix: String,
    /// The name itself as well, not only those below it.
    itself: bool,
    port: Option<u16>,
}

impl Exempt {
    /// Entries that mean nothing are passed over, as everybody does who reads this variable.
    fn parse(text: &str) -> Self {
        let mut exempt = Self::default();
        for entry in text.split(',').map(|entry| entry.trim().to_lowercase()) {
            if entry == "*" {
                return Self { all: true, ..Self::default() };
            }
            if let Ok(range) = entry.parse::<IpRange>() {
                exempt.ranges.push((range, None));
                continue;
            }
            let (host, port) = split_port(&entry);
            if let Ok(range) = host.parse::<IpRange>() {
                exempt.ranges.push((range, port));
                continue;
            }
            let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
            let (name, itself) = match host.strip_prefix('.') {
                Some(below) => (below, false),
                None => (host, true),
            };
            // Targets have their names in ASCII.
            if let Ok(url::Host::Domain(name)) = url::Host::parse(name)
                && !name.is_empty()
            {
                exempt.names.push(ExemptName { suffix: format!(".{name}"), itself, port });
            }
        }
        exempt
    }

    fn matches(&self, origin: &Origin) -> bool {
        let on_port = |port: Option<u16>| port.is_none_or(|port| port == origin.port);
        if self.all {
            return true;
        }
        if let Some(ip) = origin.ip {
            return self.ranges.iter().any(|(range, port)| range.contains(ip) && on_port(*port));
        }
        let host = &*origin.host;
        self.names.iter().any(|name| {
            let same = name.itself && host == &name.suffix[1..];
            (same || host.ends_with(&name.suffix)) && on_port(name.port)
        })
    }
}

/// `host:port`, `[v6]:port` or a host alone.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    let unbracketed = |host: &'_ str| host.len() - host.trim_start_matches('[').len();
    if let Some((host, port)) = entry.rsplit_once(':')
        && let Ok(port) = port.parse()
        && (!host.contains(':') || host.ends_with(']'))
    {
        return (host[unbracketed(host)..].trim_end_matches(']'), Some(port));
    }
    (entry[unbracketed(entry)..].trim_end_matches(']'), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Target;
    use proptest::prelude::*;

    fn rules(variables: &[(&str, &str)]) -> ProxyRules {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, v)| *v);
        ProxyRules::from_environment(find).unwrap()
    }

    /// The proxy's text, or "direct".
    fn way(rules: &ProxyRules, url: &str) -> String {
        let target = Target::parse(url).unwrap();
        match rules.find(&target.origin).unwrap() {
            None => "direct".to_owned(),
            Some(Which::Http) => rules.http.as_ref().unwrap().to_string(),
            Some(Which::Https) => rules.https.as_ref().unwrap().to_string(),
        }
    }

    #[test]
    fn each_scheme_has_its_variable_and_upper_case_wins() {
        let rules = rules(&[
            ("HTTP_PROXY", "http://a:1"),
            ("http_proxy", "http://b:2"),
            ("https_proxy", "c.test:3"),
        ]);
        assert_eq!(way(&rules, "http://x.test/"), "http://a:1");
        assert_eq!(way(&rules, "https://x.test/"), "http://c.test:3");
        for local in ["http://localhost/", "http://127.9.9.9/", "http://[::1]/"] {
            assert_eq!(way(&rules, local), "direct", "{local}");
        }
        assert!(self::rules(&[("HTTP_PROXY", ""), ("NO_PROXY", "x")]).is_empty());
    }

    #[test]
    fn what_is_exempt_is_called_directly() {
        let list = " .below.test, whole.test,*.star.test:8080, 10.0.0.0/8,10.1.1.1:81, \
                    [fd00::1]:82,fd00::2,1.2.3.4, bücher.test, :80,, nonsense/33";
        let rules = rules(&[("HTTP_PROXY", "http://p"), ("NO_PROXY", list)]);
        for direct in [
            "http://a.below.test/",
            "http://WHOLE.test/",
            "http://a.whole.test/",
            "http://a.star.test:8080/",
            "http://10.255.0.1/",
            "http://[fd00::1]:82/",
            "http://[fd00::2]/",
            "http://1.2.3.4:99/",
            "http://a.bücher.test/",
        ] {
            assert_eq!(way(&rules, direct), "direct", "{direct}");
        }
        for proxied in [
            "http://below.test/",
            "http://notwhole.test/",
            "http://a.star.test/",
            "http://star.test:8080/",
            "http://11.0.0.1/",
            "http://[fd00::1]/",
            "http://1.2.3.5/",
        ] {
            assert_eq!(way(&rules, proxied), "http://p:80", "{proxied}");
        }
        let all = self::rules(&[("HTTP_PROXY", "http://p"), ("no_proxy", "x.test,*")]);
        assert_eq!(way(&all, "http://y.test/"), "direct");
    }

    #[test]
    fn the_option_is_for_all_targets() {
        let rules = ProxyRules::from_option("socks5h://u:p@[::1]", "direct.test").unwrap();
        assert_eq!(way(&rules, "http://127.0.0.1/"), "socks5://[::1]:1080");
        assert_eq!(way(&rules, "https://localhost/"), "socks5://[::1]:1080");
        assert_eq!(way(&rules, "https://direct.test/"), "direct");
        assert!(ProxyRules::from_option("", "").unwrap().is_empty());
    }

    #[test]
    fn credentials_are_decoded_and_never_shown() {
        let rules = ProxyRules::from_option("http://us%20er:pa%3Ass@p.test", "").unwrap();
        let proxy = rules.http.as_ref().unwrap();
        assert_eq!(proxy.authorization().unwrap(), "Basic dXMgZXI6cGE6c3M=");
        assert!(!format!("{rules:?}").contains("pa"), "{rules:?}");
        let error = ProxyRules::from_option("ftp://name:secret@p.test", "").unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
        let error = ProxyRules::from_option("http://name:secret@[bad", "").unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn a_bad_proxy_says_where_it_stands() {
        let find = |name: &str| (name == "https_proxy").then_some("ftp://x");
        let error = ProxyRules::from_environment(find).unwrap_err().to_string();
        assert!(error.contains("https_proxy") && error.contains("`ftp`"), "{error}");
        for bad in ["http://", "http://a:99999", "socks4://a", "://"] {
            assert!(ProxyRules::from_option(bad, "").is_err(), "{bad}");
        }
    }

    #[test]
    fn cgi_programs_do_not_trust_http_proxy() {
        let rules = rules(&[
            ("HTTP_PROXY", "http://p"),
            ("HTTPS_PROXY", "http://p"),
            ("REQUEST_METHOD", "GET"),
        ]);
        let plain = Target::parse("http://x.test/").unwrap();
        assert_eq!(rules.find(&plain.origin).unwrap_err().code.get(), 1000);
        assert_eq!(way(&rules, "https://x.test/"), "http://p:80");
    }

    proptest! {
        #[test]
        fn nothing_that_is_written_panics(
            proxy in ".*",
            list in ".*",
            entry in "[\\[\\]:.*0-9a-f/,]*",
        ) {
            let _ = ProxyRules::from_option(&proxy, &list);
            let _ = Proxy::parse("x", &format!("http://{proxy}"));
            let origin = Target::parse("http://[::1]:80/").unwrap().origin;
            let _ = Exempt::parse(&entry).matches(&origin);
        }
    }
}
