//! What a request is made of: a target that is parsed once and shared, and the parts that differ.
//!
//! A [`Target`] holds everything that follows from the URL alone (origin, `Host` value, both forms
//! of the URI), so that a request on an open connection formats nothing. What cannot be sent is
//! refused here, with code 1020 for URLs, before any work is done.

use std::cell::OnceCell;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, Uri};
use url::Url;

use crate::error_kind::{ErrorCode, Failure};
use crate::settings::HttpVersion;

/// k6's default for a request's whole time.
pub const TIMEOUT_DEFAULT: Duration = Duration::from_mins(1);

/// Where requests go: scheme, host and port. Connections are pooled by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    pub(crate) secure: bool,
    /// Without brackets; lower case.
    pub(crate) host: Box<str>,
    /// The host, when it is an address.
    pub(crate) ip: Option<IpAddr>,
    pub(crate) port: u16,
}

impl Origin {
    /// As it is written in URLs and in `CONNECT`: always with the port.
    pub(crate) fn host_and_port(&self) -> String {
        match self.ip {
            Some(IpAddr::V6(ip)) => format!("[{ip}]:{}", self.port),
            _ => format!("{}:{}", self.host, self.port),
        }
    }
}

/// A parsed URL, ready to be requested many times.
#[derive(Clone, Debug)]
pub struct Target {
    pub(crate) origin: Rc<Origin>,
    pub(crate) host_header: HeaderValue,
    /// As HTTP/1 wants it: path and query.
    pub(crate) origin_form: Uri,
    /// As HTTP/2 and HTTP proxies want it; see [`Target::absolute`]. Made at once for `https`,
    /// where HTTP/2 is likely, and when it is needed for `http`.
    absolute: OnceCell<Uri>,
}

impl Target {
    /// Reads an absolute `http://` or `https://` URL. A fragment and credentials in it are not
    /// sent.
    pub fn parse(url: &str) -> Result<Self, Failure> {
        let parsed = Url::parse(url).map_err(|error| invalid_url(url, &error.to_string()))?;
        let secure = match parsed.scheme() {
            "http" => false,
            "https" => true,
            other => {
                let problem = format!("scheme `{other}`, expected `http` or `https`");
                return Err(invalid_url(url, &problem));
            }
        };
        let (host, ip) = match parsed.host() {
            Some(url::Host::Domain(name)) if !name.is_empty() => (name.into(), None),
            Some(url::Host::Ipv4(ip)) => (ip.to_string().into(), Some(IpAddr::V4(ip))),
            Some(url::Host::Ipv6(ip)) => (ip.to_string().into(), Some(IpAddr::V6(ip))),
            _ => return Err(invalid_url(url, "it has no host")),
        };
        let default_port = if secure { 443 } else { 80 };
        let origin = Origin { secure, host, ip, port: parsed.port().unwrap_or(default_port) };
        Self::of(origin, &parsed).map_err(|error| invalid_url(url, &error.to_string()))
    }

    fn of(origin: Origin, url: &Url) -> Result<Self, http::Error> {
        let host = url.host_str().unwrap_or_default();
        let authority = match url.port() {
            Some(port) => Bytes::from(format!("{host}:{port}")),
            None => Bytes::copy_from_slice(host.as_bytes()),
        };
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let path = PathAndQuery::from_maybe_shared(Bytes::copy_from_slice(path.as_bytes()))?;
        let origin_form = Uri::from(path.clone());
        let host_header = HeaderValue::from_maybe_shared(authority.clone())?;
        let absolute = OnceCell::new();
        if origin.secure {
            let _ = absolute.set(absolute_form(
                Scheme::HTTPS,
                Authority::from_maybe_shared(authority)?,
                path,
            )?);
        }
        Ok(Self { origin: Rc::new(origin), host_header, origin_form, absolute })
    }

    /// Scheme, authority, path and query.
    pub(crate) fn absolute(&self) -> Result<&Uri, Failure> {
        if let Some(absolute) = self.absolute.get() {
            return Ok(absolute);
        }
        let path = self.origin_form.path_and_query().cloned();
        let path = path.unwrap_or_else(|| PathAndQuery::from_static("/"));
        let made = Authority::try_from(self.host_header.as_bytes()).map_err(http::Error::from);
        let made = made.and_then(|authority| absolute_form(Scheme::HTTP, authority, path));
        let absolute = made.map_err(|error| {
            let url = format!("http://{}{}", self.origin.host_and_port(), self.path_and_query());
            invalid_url(&url, &error.to_string())
        })?;
        Ok(self.absolute.get_or_init(|| absolute))
    }

    /// True for `https`.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.origin.secure
    }

    /// Name or address, without brackets and without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.origin.host
    }

    /// The URL's port, or its scheme's.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.origin.port
    }

    /// Path and query, as they are sent.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        self.origin_form.path_and_query().map_or("/", PathAndQuery::as_str)
    }
}

fn absolute_form(scheme: Scheme, authority: Authority, path: PathAndQuery) -> http::Result<Uri> {
    Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build()
}

fn invalid_url(url: &str, problem: &str) -> Failure {
    let message = format!(
        "invalid URL `{}`: {problem}; expected something like `https://host/path`",
        url.escape_debug()
    );
    Failure::new(ErrorCode::INVALID_URL, message)
}

/// One header line. The name is compared without regard to case and sent (by HTTP/1) as it was
/// written.
#[derive(Clone, Debug)]
pub struct Header {
    pub(crate) name: HeaderName,
    /// The name as written, when that is not `Title-Case`.
    pub(crate) spelling: Option<Bytes>,
    pub(crate) value: HeaderValue,
}

impl Header {
    /// Checks and takes over one line.
    pub fn new(name: &str, value: &[u8]) -> Result<Self, Failure> {
        let refuse = |problem: &str| {
            let message = format!("invalid header `{}`: {problem}", name.escape_debug());
            Failure::new(ErrorCode::GENERIC, message)
        };
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            refuse("a name has only letters, digits and !#$%&'*+-.^_`|~, and is not empty")
        })?;
        let value = HeaderValue::from_bytes(value)
            .map_err(|_| refuse("its value has a line break or another control character"))?;
        let spelling =
            (!is_title_case(name.as_bytes())).then(|| Bytes::copy_from_slice(name.as_bytes()));
        Ok(Self { name: parsed, spelling, value })
    }

    /// The name in lower case.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.value.as_bytes()
    }

    /// The name as it is sent by HTTP/1.
    pub(crate) fn spelled(&self) -> Bytes {
        match &self.spelling {
            Some(spelling) => spelling.clone(),
            None => Bytes::from(title_case(self.name.as_str())),
        }
    }
}

/// True for `Content-Type`, false for `content-type` and `SOAPAction`.
pub(crate) fn is_title_case(name: &[u8]) -> bool {
    let mut previous = b'-';
    name.iter().all(|&byte| {
        let first = std::mem::replace(&mut previous, byte) == b'-';
        if first { !byte.is_ascii_lowercase() } else { !byte.is_ascii_uppercase() }
    })
}

fn title_case(name: &str) -> String {
    let mut previous = '-';
    name.chars()
        .map(|c| {
            let first = std::mem::replace(&mut previous, c) == '-';
            if first { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
        })
        .collect()
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Any method but CONNECT.
    pub method: Method,
    /// Where to.
    pub target: Rc<Target>,
    /// In the order in which they are sent. `Host` overrides the URL's; `Content-Length`,
    /// `Transfer-Encoding` and `Connection` are the client's own business and left out.
    pub headers: Vec<Header>,
    /// Sent with its length.
    pub body: Bytes,
    /// For everything: looking up, connecting, sending, the last byte of the body. Zero fails at
    /// once.
    pub timeout: Duration,
    /// Count the body's bytes and drop them.
    pub discard_body: bool,
    /// The protocol that it goes by.
    pub version: HttpVersion,
}

impl Request {
    /// A request without headers and body, with k6's default timeout.
    #[must_use]
    pub fn new(method: Method, target: Rc<Target>) -> Self {
        Self {
            method,
            target,
            headers: Vec::new(),
            body: Bytes::new(),
            timeout: TIMEOUT_DEFAULT,
            discard_body: false,
            version: HttpVersion::Auto,
        }
    }

    /// True when sending it twice is the same as sending it once: Go's rule, which k6 has.
    pub(crate) fn is_replayable(&self) -> bool {
        let idempotent =
            matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
        idempotent
            || self
                .headers
                .iter()
                .any(|h| matches!(h.name.as_str(), "idempotency-key" | "x-idempotency-key"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_target_holds_what_is_sent() {
        let target = Target::parse("HTTPS://Example.com:8443/a b?q=1#fragment").unwrap();
        assert!(target.is_secure());
        assert_eq!((target.host(), target.port()), ("example.com", 8443));
        assert_eq!(target.path_and_query(), "/a%20b?q=1");
        assert_eq!(target.host_header, "example.com:8443");
        assert_eq!(target.absolute().unwrap().to_string(), "https://example.com:8443/a%20b?q=1");
        let plain = Target::parse("http://example.com/a?b").unwrap();
        assert_eq!(plain.absolute().unwrap().to_string(), "http://example.com/a?b");
    }

    #[test]
    fn default_ports_are_not_in_the_host_header() {
        let target = Target::parse("http://example.com:80").unwrap();
        assert_eq!((target.port(), target.path_and_query()), (80, "/"));
        assert_eq!(target.host_header, "example.com");
        assert_eq!(Target::parse("https://example.com").unwrap().port(), 443);
    }

    #[test]
    fn addresses_are_known_as_such() {
        let target = Target::parse("http://[::1]:8080/").unwrap();
        assert_eq!((target.host(), target.origin.ip), ("::1", Some("::1".parse().unwrap())));
        assert_eq!(target.host_header, "[::1]:8080");
        let target = Target::parse("http://127.0.0.1").unwrap();
        assert_eq!(target.origin.ip, Some("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_url_fails_with_1020() {
        for bad in ["", "example.com/x", "ftp://example.com", "http://", "http://:80", "/path"] {
            let failure = Target::parse(bad).unwrap_err();
            assert_eq!(failure.code, ErrorCode::INVALID_URL, "{bad}");
            assert!(failure.message.contains(bad), "{}", failure.message);
        }
    }

    #[test]
    fn header_names_keep_an_unusual_spelling() {
        assert_eq!(Header::new("Content-Type", b"x").unwrap().spelling, None);
        assert_eq!(Header::new("X-Api-2key", b"x").unwrap().spelling, None);
        assert_eq!(Header::new("SOAPAction", b"x").unwrap().spelled(), "SOAPAction");
        assert_eq!(Header::new("x-lower", b"x").unwrap().spelled(), "x-lower");
        assert_eq!(Header::new("X-Title", b"x").unwrap().spelled(), "X-Title");
    }

    #[test]
    fn header_lines_cannot_be_smuggled() {
        assert!(Header::new("A b", b"x").is_err());
        assert!(Header::new("", b"x").is_err());
        assert!(Header::new("A", b"x\r\nB: y").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_target_or_a_failure(text in ".*") {
            let _ = Target::parse(&text);
            let _ = Target::parse(&format!("http://{text}"));
            let _ = Target::parse(&format!("https://host/{text}"));
            let _ = Header::new(&text, text.as_bytes());
        }

        #[test]
        fn title_case_is_recognised(name in "[a-zA-Z][a-zA-Z0-9-]{0,20}") {
            let title = title_case(&name);
            prop_assert!(is_title_case(title.as_bytes()));
            prop_assert_eq!(is_title_case(name.as_bytes()), name == title);
        }
    }
}
