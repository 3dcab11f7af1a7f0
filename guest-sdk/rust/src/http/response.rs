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

    /// The body, read as JSON.
    ///
    /// ```no_run
    /// use squall_sdk::prelude::*;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Order {
    ///     order_id: String,
    /// }
    ///
    /// # fn iteration() -> Result<()> {
    /// let order: Order = http::get("http://shop.example/orders/1").send().json()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "json")]
    #[track_caller]
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        let body = self.body();
        match serde_json::from_slice(&body) {
            Ok(value) => Ok(value),
            Err(error) => Err(json_error(&error, &body)),
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

    /// Headers of the first request as they went out, with cookies; without `Host` and
    /// `Content-Length`.
    pub fn sent_headers(&self) -> Vec<(String, String)> {
        self.0.response.sent().headers
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

/// Shows the start of the body: most often it is an error page, and that is the news.
#[cfg(feature = "json")]
#[cold]
#[track_caller]
fn json_error(error: &serde_json::Error, body: &[u8]) -> Error {
    const SHOWN_BYTES_MAX: usize = 80;
    if body.is_empty() {
        return Error::new("the body is empty, no JSON to read");
    }
    let shown = String::from_utf8_lossy(&body[..body.len().min(SHOWN_BYTES_MAX)]);
    let more = if body.len() > SHOWN_BYTES_MAX { "..." } else { "" };
    Error::new(format_args!("the body is not the expected JSON: {error}; it reads `{shown}{more}`"))
}
