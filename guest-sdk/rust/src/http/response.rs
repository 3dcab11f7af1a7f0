//! What came back. Status and error code are here at once; everything else stays in the host until
//! it is asked for, and is copied into the guest then.

use std::time::Duration;

use super::{Cookie, Tls};
use crate::error::{Error, Result};
use crate::host::http as host;

/// The outcome of a request, good or bad.
#[derive(Debug)]
pub struct Response(host::Exchange);

/// Where the time went; zero for phases that did not happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timings {
    /// Sending, waiting and receiving: `http_req_duration`.
    pub duration: Duration,
    /// Until the connection was ready; contains the next three.
    pub blocked: Duration,
    /// Resolving the name.
    pub looking_up: Duration,
    /// Opening the connection.
    pub connecting: Duration,
    /// TLS handshake.
    pub tls_handshaking: Duration,
    /// Writing the request.
    pub sending: Duration,
    /// From the last byte out to the first byte in.
    pub waiting: Duration,
    /// Reading the response.
    pub receiving: Duration,
}

/// A request as it went out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentRequest {
    /// With all escaped that must be.
    pub url: String,
    /// With those of cookies and options; without `Host`, `Content-Length` and the URL's user.
    pub headers: Vec<(String, String)>,
    /// Names and values in the header `Cookie`.
    pub cookies: Vec<(String, String)>,
}

impl Response {
    pub(super) fn new(exchange: host::Exchange) -> Self {
        Self(exchange)
    }

    /// The HTTP status; 0 when no valid response came.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// 0 when all went well, else k6's code: 1050 for a timeout, 1212 for a refused connection,
    /// 1404 for the status 404 and so on.
    pub fn error_code(&self) -> u16 {
        self.0.error_code
    }

    /// What went wrong, for people; empty when nothing did.
    pub fn error(&self) -> String {
        self.0.response.error()
    }

    /// True when a response came and its status is below 400.
    pub fn is_ok(&self) -> bool {
        (100..400).contains(&self.0.status)
    }

    /// The response, or an error that names this line when [`Response::is_ok`] does not hold.
    #[track_caller]
    pub fn ok(self) -> Result<Self> {
        if self.is_ok() {
            return Ok(self);
        }
        Err(match self.0.status {
            0 => Error::new(format_args!(
                "request failed: {} (error code {})",
                self.error(),
                self.0.error_code
            )),
            status => Error::new(format_args!("request answered with status {status}")),
        })
    }

    /// Length of the body, also when it was discarded.
    pub fn body_bytes(&self) -> u64 {
        self.0.body_bytes
    }

    /// The body; empty when there was none or when it was discarded.
    pub fn body(&self) -> Vec<u8> {
        self.0.response.body()
    }

    /// The body as text; what is not UTF-8 in it becomes U+FFFD.
    pub fn text(&self) -> String {
        match String::from_utf8(self.body()) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    }

    /// The first value of a header, by any letter case.
    pub fn header(&self, name: &str) -> Option<String> {
        self.0.response.header(name)
    }

    /// All headers in order of arrival, names in lower case.
    pub fn headers(&self) -> Vec<(String, String)> {
        self.0.response.headers()
    }

    /// `HTTP/1.1` or `HTTP/2.0` and so on; empty when no response came.
    pub fn proto(&self) -> String {
        self.0.response.proto()
    }

    /// Address of the server as `ip:port`; empty when there was no connection.
    pub fn remote_address(&self) -> String {
        self.0.response.remote_address()
    }

    /// The words behind the status, as the server wrote them. HTTP/2 has none.
    pub fn reason(&self) -> Option<String> {
        self.0.response.reason()
    }

    /// The URL of the last request: another than was asked for after redirects.
    pub fn url(&self) -> String {
        self.0.response.url()
    }

    /// What the TLS handshake came to; nothing without TLS.
    pub fn tls(&self) -> Option<Tls> {
        self.0.response.tls().map(Tls::of)
    }

    /// The cookies that this response sets.
    pub fn cookies(&self) -> Vec<Cookie> {
        self.0.response.cookies().into_iter().map(Cookie::of).collect()
    }

    /// The first request as it went out. Method and body are the script's own, and no copy of them
    /// is kept.
    pub fn sent(&self) -> SentRequest {
        let sent = self.0.response.sent();
        SentRequest { url: sent.url, headers: sent.headers, cookies: sent.cookies }
    }

    /// Where the time went.
    pub fn timings(&self) -> Timings {
        let timings = self.0.response.timings();
        Timings {
            duration: Duration::from_micros(timings.duration_us),
            blocked: Duration::from_micros(timings.blocked_us),
            looking_up: Duration::from_micros(timings.looking_up_us),
            connecting: Duration::from_micros(timings.connecting_us),
            tls_handshaking: Duration::from_micros(timings.tls_handshaking_us),
            sending: Duration::from_micros(timings.sending_us),
            waiting: Duration::from_micros(timings.waiting_us),
            receiving: Duration::from_micros(timings.receiving_us),
        }
    }
}
