//! What a request is made of: a target that is parsed once and shared, and the parts that differ.
//!
//! A [`Target`] holds everything that follows from the URL alone (origin, `Host` value, both forms
//! of the URI), so that a request on an open connection formats nothing. What cannot be sent is
//! refused here, before any work is done; the failures are those of `error_kind::refusal`.

use std::cell::OnceCell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, Uri};

use crate::error_kind::Failure;
use crate::http::h1::lean::render::TargetLines;
use crate::http::stream::BodyStream;
use crate::pool::held::HeldConnection;
use crate::settings::HttpVersion;
use crate::tls::TlsProfile;
use crate::url::Url;

/// k6's default for a request's whole time.
pub const TIMEOUT_DEFAULT: Duration = Duration::from_mins(1);

/// Where requests go: scheme, host and port. Connections are pooled by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) secure: bool,
    /// Without brackets; lower case.
    pub(crate) host: Box<str>,
    /// The host, when it is an address.
    pub(crate) ip: Option<IpAddr>,
    pub(crate) port: u16,
    /// TLS settings of the request's own.
    pub(crate) tls: Option<Arc<TlsProfile>>,
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
    /// As our own HTTP/1 client writes it.
    pub(crate) h1_lines: TargetLines,
    /// Why no request can be sent there.
    pub(crate) obstacle: Option<Failure>,
    asked: Box<str>,
    url: Url,
}

impl Target {
    /// Reads a URL; the error, with code 1020, is for what is none. Others than `http://` and
    /// `https://` URLs are targets too, whose requests fail.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let url = Url::parse(text).map_err(|reason| Failure::invalid_url(&reason))?;
        Ok(Self::new(text.into(), url))
    }

    /// The target that a redirect leads to.
    pub(crate) fn of(url: Url) -> Self {
        Self::new(url.text().into(), url)
    }

    /// What stands for a URL that is none.
    pub(crate) fn nowhere(asked: &str) -> Self {
        Self::new(asked.into(), Url::default())
    }

    fn new(asked: Box<str>, url: Url) -> Self {
        match Parts::of(&url) {
            Ok(Parts { origin, host_header, origin_form, absolute }) => Self {
                origin: Rc::new(origin),
                h1_lines: TargetLines::new(&origin_form, &host_header),
                host_header,
                origin_form,
                absolute,
                obstacle: None,
                asked,
                url,
            },
            Err(failure) => Self {
                origin: Rc::default(),
                host_header: HeaderValue::from_static(""),
                origin_form: Uri::default(),
                absolute: OnceCell::new(),
                h1_lines: TargetLines::default(),
                obstacle: Some(failure),
                asked,
                url,
            },
        }
    }

    /// Scheme, authority, path and query.
    pub(crate) fn absolute(&self) -> Result<&Uri, Failure> {
        if let Some(absolute) = self.absolute.get() {
            return Ok(absolute);
        }
        let path = self.origin_form.path_and_query().cloned();
        let path = path.unwrap_or_else(|| PathAndQuery::from_static("/"));
        let made = absolute_form(Scheme::HTTP, self.host_header.as_bytes(), path);
        let absolute = made.map_err(|error| Failure::invalid_host(self.host(), &error))?;
        Ok(self.absolute.get_or_init(|| absolute))
    }

    /// As it was asked for.
    #[must_use]
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// Its parts.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The same target with TLS settings of its own.
    pub(crate) fn with_tls(&self, tls: Arc<TlsProfile>) -> Self {
        let tls = self.origin.secure.then_some(tls);
        let origin = Rc::new(Origin { tls, ..Origin::clone(&self.origin) });
        Self { origin, ..self.clone() }
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

/// What of a URL goes over the network.
struct Parts {
    origin: Origin,
    host_header: HeaderValue,
    origin_form: Uri,
    absolute: OnceCell<Uri>,
}

impl Parts {
    /// The error says why there can be no request.
    fn of(url: &Url) -> Result<Self, Failure> {
        let secure = match url.scheme.as_str() {
            "http" => false,
            "https" => true,
            other => return Err(Failure::unsupported_scheme(other)),
        };
        let (name, port) = (url.host_name(), url.port());
        if name.is_empty() {
            return Err(Failure::no_host(&url.text()));
        }
        let bracketed = if name.contains(':') { format!("[{name}]") } else { name.to_owned() };
        // Names that are not ASCII are asked for in their ASCII form.
        let refuse = |problem: &dyn std::fmt::Display| Failure::invalid_host(name, problem);
        let parsed = url::Host::parse(&bracketed).map_err(|error| refuse(&error))?;
        let (host, ip) = match &parsed {
            url::Host::Domain(name) => (name.as_str().into(), None),
            url::Host::Ipv4(ip) => (ip.to_string().into(), Some(IpAddr::V4(*ip))),
            url::Host::Ipv6(ip) => (ip.to_string().into(), Some(IpAddr::V6(*ip))),
        };
        let number = match port {
            "" if secure => 443,
            "" => 80,
            port => port.parse().map_err(|_| Failure::invalid_port(port))?,
        };
        // As written, as far as it can be.
        let written = if name.is_ascii() { bracketed } else { parsed.to_string() };
        let authority = if port.is_empty() { written } else { format!("{written}:{port}") };
        let origin = Origin { secure, host, ip, port: number, tls: None };
        Self::made(origin, &authority, url).map_err(|error| refuse(&error))
    }

    fn made(origin: Origin, authority: &str, url: &Url) -> Result<Self, http::Error> {
        let path = PathAndQuery::try_from(url.path_and_query())?;
        let origin_form = Uri::from(path.clone());
        let host_header = HeaderValue::try_from(authority)?;
        let absolute = OnceCell::new();
        if origin.secure {
            let _ = absolute.set(absolute_form(Scheme::HTTPS, authority.as_bytes(), path)?);
        }
        Ok(Self { origin, host_header, origin_form, absolute })
    }
}

fn absolute_form(scheme: Scheme, authority: &[u8], path: PathAndQuery) -> http::Result<Uri> {
    let authority = Authority::try_from(authority)?;
    Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build()
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
        let refuse = |problem: &str| Failure::invalid_header(name, problem);
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            refuse("a name has only letters, digits and !#$%&'*+-.^_`|~, and is not empty")
        })?;
        let value = HeaderValue::from_bytes(value)
            .map_err(|_| refuse("its value has a line break or another control character"))?;
        let spelling =
            (!is_title_case(name.as_bytes())).then(|| Bytes::copy_from_slice(name.as_bytes()));
        Ok(Self { name: parsed, spelling, value })
    }

    /// A line whose name is written in the usual way.
    pub(crate) fn of(name: HeaderName, value: HeaderValue) -> Self {
        Self { name, spelling: None, value }
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
    #[must_use]
    pub fn spelled(&self) -> Bytes {
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
    /// In the order in which they are sent, behind `Host`, the run's `User-Agent` and
    /// `Content-Length`. `Host` overrides the URL's; `Content-Length`, `Transfer-Encoding` and
    /// `Trailer` are the client's own business and left out.
    pub headers: Vec<Header>,
    /// Sent with its length.
    pub body: Bytes,
    /// There is a body, and it has no bytes. Go, and so k6, leaves `Content-Length: 0` out then,
    /// which it sends with a POST, PUT or PATCH that has none.
    pub has_empty_body: bool,
    /// For everything: looking up, connecting, sending, the last byte of the body. Zero fails at
    /// once.
    pub timeout: Duration,
    /// Count the body's bytes and drop them.
    pub discard_body: bool,
    /// TLS settings of this request, over those of its host and of the run. It shares connections
    /// with requests of equal ones. Redirects within the host keep them.
    pub tls: Option<Arc<TlsProfile>>,
    /// Why it cannot be sent, although there is a target: it fails with this.
    pub obstacle: Option<Failure>,
    /// Over which connection.
    pub connection: ConnectionUse,
    /// The protocol that it goes by.
    pub version: HttpVersion,
    /// Where the response's body goes instead of being collected; see
    /// [`Client::call_streaming`](crate::Client::call_streaming).
    pub stream: Option<Rc<BodyStream>>,
    /// It continues a request before it, as redirects and authentication do: that one has waited
    /// for its turn by the option `rps`, this one does not.
    pub continues: bool,
}

/// Which connection a request goes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionUse {
    /// One that is free, or a new one.
    #[default]
    Any,
    /// The same, and afterwards nobody else gets it: [`crate::Exchange::held`] names it. Has no
    /// effect on HTTP/2, whose connections are shared.
    Hold,
    /// The one that was held; any, when it is closed. Afterwards it is free.
    Held(HeldConnection),
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
            has_empty_body: false,
            timeout: TIMEOUT_DEFAULT,
            discard_body: false,
            tls: None,
            obstacle: None,
            connection: ConnectionUse::Any,
            version: HttpVersion::Auto,
            stream: None,
            continues: false,
        }
    }

    /// The same request to a target that has these TLS settings.
    pub(crate) fn with_tls(&self, tls: &Arc<TlsProfile>) -> Self {
        Self { target: Rc::new(self.target.with_tls(Arc::clone(tls))), ..self.clone() }
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
    use crate::error_kind::ErrorCode;
    use proptest::prelude::*;

    #[test]
    fn a_target_holds_what_is_sent() {
        let target = Target::parse("HTTPS://Example.com:8443/a b?q=1#fragment").unwrap();
        assert!(target.is_secure());
        assert_eq!((target.host(), target.port()), ("example.com", 8443));
        assert_eq!(target.path_and_query(), "/a%20b?q=1");
        assert_eq!(target.host_header, "Example.com:8443");
        assert_eq!(target.absolute().unwrap().to_string(), "https://Example.com:8443/a%20b?q=1");
    }

    #[test]
    fn ports_are_in_the_host_header_where_they_are_written() {
        let target = Target::parse("http://Example.com:80").unwrap();
        assert_eq!((target.port(), target.path_and_query()), (80, "/"));
        assert_eq!((target.host(), target.origin.port), ("example.com", 80));
        assert_eq!(target.host_header, "Example.com:80");
        assert_eq!(Target::parse("http://example.com:").unwrap().host_header, "example.com");
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
    fn paths_are_sent_as_they_are_written() {
        let sent = |url: &str| Target::parse(url).unwrap().path_and_query().to_owned();
        assert_eq!(sent("http://h/a/../b//c/./%7e?x=/../y%zz"), "/a/../b//c/./%7e?x=/../y%zz");
        assert_eq!(sent("http://h?q=a b\"<>ü"), "/?q=a%20b%22%3C%3E%C3%BC");
        assert_eq!(
            Target::parse("http://bücher.example/").unwrap().host(),
            "xn--bcher-kva.example"
        );
    }

    #[test]
    fn what_is_no_url_fails_with_1020() {
        for bad in ["http://[::1", "http://a b/", ":x", "http://h/%"] {
            let failure = Target::parse(bad).unwrap_err();
            assert_eq!(failure.code, ErrorCode::INVALID_URL, "{bad}");
            assert!(failure.message.contains(bad), "{}", failure.message);
        }
    }

    #[test]
    fn urls_of_other_kinds_have_an_obstacle() {
        let other = ["", "example.com/x", "ftp://example.com", "http://", "http://:80", "/path"];
        for url in other.into_iter().chain(["http://h:99999/", "http://1.2.3.4.5/"]) {
            let target = Target::parse(url).unwrap();
            assert_ne!(target.obstacle.unwrap().code, ErrorCode::INVALID_URL, "{url}");
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
