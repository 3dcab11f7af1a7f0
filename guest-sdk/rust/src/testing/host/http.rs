//! The import `http`, in memory: replies come from the rules of the test. Redirects are not
//! followed and no cookies kept: a test says what comes back.

mod cookies;

use std::cell::Cell;
use std::time::Duration;

pub(crate) use cookies::{CookieJar, SetCookie, vu_cookie_jar};

use crate::testing::state::{Expected, Extras, Reply, Sent, with};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Method<'a> {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Other(&'a str),
}

#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: Method<'a>,
    pub(crate) url: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) tags: &'a [(&'a str, &'a str)],
    pub(crate) timeout_ms: Option<u32>,
    pub(crate) discard_body: Option<bool>,
    pub(crate) expected: ExpectedStatuses<'a>,
    pub(crate) extras: Option<RequestExtras<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum AuthScheme {
    Basic,
    Digest,
    Ntlm,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Auth<'a> {
    pub(crate) scheme: AuthScheme,
    pub(crate) credentials: Option<(&'a str, &'a str)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum ContentEncoding {
    Gzip,
    Deflate,
    Br,
    Zstd,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum HttpVersion {
    Auto,
    Http1,
    Http2,
    Http2PriorKnowledge,
    Http3,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestCookie<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    pub(crate) replaces: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestExtras<'a> {
    pub(crate) redirects_max: Option<u32>,
    pub(crate) cookies: &'a [RequestCookie<'a>],
    pub(crate) jar: Option<&'a CookieJar>,
    pub(crate) auth: Option<Auth<'a>>,
    pub(crate) compression: &'a [ContentEncoding],
    pub(crate) version: HttpVersion,
}

#[derive(Debug, Default)]
pub(crate) struct Ocsp {
    pub(crate) status: String,
    pub(crate) revocation_reason: String,
    pub(crate) produced_at_s: i64,
    pub(crate) this_update_s: i64,
    pub(crate) next_update_s: i64,
    pub(crate) revoked_at_s: i64,
}

#[derive(Debug)]
pub(crate) struct TlsCertificate {
    pub(crate) subject: String,
    pub(crate) issuer: String,
    pub(crate) serial_number: String,
    pub(crate) not_before_s: i64,
    pub(crate) not_after_s: i64,
    pub(crate) names: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct TlsInfo {
    pub(crate) version: String,
    pub(crate) cipher_suite: String,
    pub(crate) alpn: String,
    pub(crate) resumed: bool,
    pub(crate) certificate: Option<TlsCertificate>,
    pub(crate) ocsp: Ocsp,
}

/// The request of a response, as it went out.
#[derive(Debug)]
pub(crate) struct SentRequest {
    pub(crate) url: String,
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedStatuses<'a> {
    Usual,
    Between(&'a [(u16, u16)]),
    Unjudged,
}

#[expect(clippy::struct_field_names, reason = "the names of the generated code")]
#[derive(Debug)]
pub(crate) struct Timings {
    pub(crate) duration_us: u64,
    pub(crate) blocked_us: u64,
    pub(crate) looking_up_us: u64,
    pub(crate) connecting_us: u64,
    pub(crate) tls_handshaking_us: u64,
    pub(crate) sending_us: u64,
    pub(crate) waiting_us: u64,
    pub(crate) receiving_us: u64,
}

#[derive(Debug)]
pub(crate) struct Response(Reply, Sent);

#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) response: Response,
    pub(crate) status: u16,
    pub(crate) error_code: u16,
    pub(crate) body_bytes: u64,
}

/// `ready_ns` is when the reply is there, on the clock of the state.
#[derive(Debug)]
pub(crate) struct Pending {
    ready_ns: u64,
    exchange: Exchange,
    /// How much of the body was read.
    read_bytes: Cell<usize>,
}

/// What is known of a response before its body is there.
#[derive(Debug)]
pub(crate) struct ResponseHead {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
}

/// What reading a body comes to.
#[derive(Debug)]
pub(crate) enum BodyPiece {
    Bytes(Vec<u8>),
    End,
    TimedOut,
}

impl Response {
    pub(crate) fn timings(&self) -> Timings {
        let took_us = u64::try_from(self.0.took.as_micros()).unwrap_or(u64::MAX);
        Timings {
            duration_us: took_us,
            blocked_us: 0,
            looking_up_us: 0,
            connecting_us: 0,
            tls_handshaking_us: 0,
            sending_us: 0,
            waiting_us: took_us,
            receiving_us: 0,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let mut headers = self.0.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }

    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        self.0.headers.clone()
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        self.0.body.clone()
    }

    pub(crate) fn proto(&self) -> String {
        if self.0.status == 0 { String::new() } else { "HTTP/1.1".to_owned() }
    }

    pub(crate) fn remote_address(&self) -> String {
        if self.0.status == 0 { String::new() } else { "127.0.0.1:80".to_owned() }
    }

    pub(crate) fn error(&self) -> String {
        self.0.error.clone()
    }

    #[expect(clippy::unused_self, reason = "the signature of the generated code")]
    pub(crate) fn reason(&self) -> Option<String> {
        None
    }

    pub(crate) fn url(&self) -> String {
        self.1.url.clone()
    }

    /// What any server has: a test says nothing of handshakes.
    pub(crate) fn tls(&self) -> Option<TlsInfo> {
        let host = self.1.url.strip_prefix("https://").filter(|_| self.0.status != 0)?;
        let subject = format!("CN={}", host.split('/').next().unwrap_or_default());
        Some(TlsInfo {
            version: "tls1.3".to_owned(),
            cipher_suite: "TLS_AES_128_GCM_SHA256".to_owned(),
            alpn: "http/1.1".to_owned(),
            resumed: false,
            certificate: Some(TlsCertificate {
                issuer: subject.clone(),
                subject,
                serial_number: "01".to_owned(),
                not_before_s: 0,
                not_after_s: i64::MAX,
                names: Vec::new(),
            }),
            ocsp: Ocsp { status: "unknown".to_owned(), ..Ocsp::default() },
        })
    }

    pub(crate) fn cookies(&self) -> Vec<SetCookie> {
        let lines =
            self.0.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        lines.filter_map(|(_, line)| SetCookie::parse(line)).collect()
    }

    pub(crate) fn sent(&self) -> SentRequest {
        let cookies = self.1.extras.cookies.iter();
        SentRequest {
            url: self.1.url.clone(),
            headers: self.1.headers.clone(),
            cookies: cookies.map(|(name, value, _)| (name.clone(), value.clone())).collect(),
        }
    }
}

impl Pending {
    pub(crate) fn ready(&self) -> bool {
        with(|state| self.ready_ns <= state.now_ns)
    }
}

pub(crate) fn send(request: Request<'_>) -> Exchange {
    finish(start(request))
}

pub(crate) fn batch(requests: &[Request<'_>]) -> Vec<Exchange> {
    let pending: Vec<Pending> = requests.iter().map(start_borrowed).collect();
    pending.into_iter().map(finish).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of the generated code")]
pub(crate) fn start(request: Request<'_>) -> Pending {
    start_borrowed(&request)
}

pub(crate) fn wait_any(pending: &[&Pending], timeout_ms: Option<u64>) -> Option<u32> {
    let first = pending.iter().enumerate().min_by_key(|(_, one)| one.ready_ns);
    let (position, first) = first?;
    with(|state| {
        let limit_ns = timeout_ms
            .map_or(u64::MAX, |ms| state.now_ns.saturating_add(ms.saturating_mul(1_000_000)));
        let in_time = first.ready_ns <= limit_ns;
        state.now_ns = state.now_ns.max(first.ready_ns.min(limit_ns));
        in_time.then_some(position as u32)
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of the generated code")]
pub(crate) fn open(request: Request<'_>) -> Pending {
    start_borrowed(&request)
}

/// As [`wait_any`], for one.
fn wait(pending: &Pending, timeout_ms: Option<u64>) -> bool {
    wait_any(&[pending], timeout_ms).is_some()
}

pub(crate) fn await_head(pending: &Pending) -> Option<ResponseHead> {
    wait(pending, None);
    let Exchange { status, response, .. } = &pending.exchange;
    (*status != 0).then(|| ResponseHead { status: *status, headers: response.headers() })
}

/// All of the body comes with the head, and is told in pieces of at most `bytes_max`.
pub(crate) fn read_body(pending: &Pending, bytes_max: u32, timeout_ms: Option<u64>) -> BodyPiece {
    if !wait(pending, timeout_ms) {
        return BodyPiece::TimedOut;
    }
    let body = &pending.exchange.response.0.body;
    let from = pending.read_bytes.get();
    let to = body.len().min(from.saturating_add(bytes_max.max(1) as usize));
    pending.read_bytes.set(to);
    if from == to { BodyPiece::End } else { BodyPiece::Bytes(body[from..to].to_vec()) }
}

pub(crate) fn finish(pending: Pending) -> Exchange {
    with(|state| state.now_ns = state.now_ns.max(pending.ready_ns));
    pending.exchange
}

#[cfg(feature = "html")]
pub(crate) fn resolve_url(base: &str, reference: &str) -> Result<String, String> {
    let wrong = |url: &str, error| format!("{url}: {error}");
    let base = url::Url::parse(base).map_err(|error| wrong(base, error))?;
    base.join(reference).map(Into::into).map_err(|error| wrong(reference, error))
}

fn start_borrowed(request: &Request<'_>) -> Pending {
    let sent = sent(request);
    with(|state| {
        let mut reply = state.reply_to(&sent);
        state.requests.push(sent.clone());
        let body_bytes = reply.body.len() as u64;
        if request.discard_body == Some(true) {
            reply.body.clear();
        }
        let took_ns = u64::try_from(reply.took.as_nanos()).unwrap_or(u64::MAX);
        Pending {
            ready_ns: state.now_ns.saturating_add(took_ns),
            read_bytes: Cell::new(0),
            exchange: Exchange {
                status: reply.status,
                error_code: reply.error_code,
                body_bytes,
                response: Response(reply, sent),
            },
        }
    })
}

fn sent(request: &Request<'_>) -> Sent {
    let method = match request.method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
        Method::Options => "OPTIONS",
        Method::Other(name) => name,
    };
    Sent {
        method: method.to_owned(),
        url: request.url.to_owned(),
        name: request.name.map(str::to_owned),
        headers: super::owned(request.headers),
        body: request.body.map(<[u8]>::to_vec),
        tags: super::owned(request.tags),
        timeout: request.timeout_ms.map(|ms| Duration::from_millis(u64::from(ms))),
        discard_body: request.discard_body,
        expected: match request.expected {
            ExpectedStatuses::Usual => Expected::Usual,
            ExpectedStatuses::Between(ranges) => Expected::Between(ranges.to_vec()),
            ExpectedStatuses::Unjudged => Expected::Unjudged,
        },
        extras: request.extras.map(extras).unwrap_or_default(),
    }
}

fn extras(extras: RequestExtras<'_>) -> Extras {
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Extras {
        redirects_max: extras.redirects_max,
        cookies: extras
            .cookies
            .iter()
            .map(|cookie| (cookie.name.to_owned(), cookie.value.to_owned(), cookie.replaces))
            .collect(),
        has_own_jar: extras.jar.is_some(),
        auth: extras.auth.map(|auth| {
            let scheme = match auth.scheme {
                AuthScheme::Basic => "basic",
                AuthScheme::Digest => "digest",
                AuthScheme::Ntlm => "ntlm",
            };
            (scheme, auth.credentials.map(pair))
        }),
        compression: extras
            .compression
            .iter()
            .map(|encoding| match encoding {
                ContentEncoding::Gzip => "gzip",
                ContentEncoding::Deflate => "deflate",
                ContentEncoding::Br => "br",
                ContentEncoding::Zstd => "zstd",
            })
            .collect(),
        version: match extras.version {
            HttpVersion::Auto => "auto",
            HttpVersion::Http1 => "http1",
            HttpVersion::Http2 => "http2",
            HttpVersion::Http2PriorKnowledge => "http2-prior-knowledge",
            HttpVersion::Http3 => "http3",
        },
    }
}
