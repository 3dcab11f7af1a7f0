//! `native:http`: requests and their exchanges.

use rquickjs::class::Trace;
use rquickjs::{Class, Ctx, Function, JsLifetime, Persistent, Result, Value};

use super::{array_buffer, bytes_of, pairs};
use crate::event_loop;
use crate::host::http::{self, ExpectedStatuses, Method, Request, Response};

super::natives! {
    "send" => send,
    "start" => start,
    "batch" => batch,
}

/// A request as JavaScript hands it over: an array, since its parts are read by position.
/// `[method, url, name, headers, body, tags, timeoutMs, discardBody, expected]`; `name`, `body`,
/// `timeoutMs` and `discardBody` may be undefined; `expected` is undefined for the usual statuses,
/// null for none, else `[first, last, first, last, ...]`.
struct Wanted {
    method: String,
    url: String,
    name: Option<String>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    tags: Vec<(String, String)>,
    timeout_ms: Option<f64>,
    discard_body: Option<bool>,
    expected: Option<Option<Vec<u16>>>,
}

impl Wanted {
    fn read(parts: &rquickjs::Array<'_>) -> Result<Self> {
        let expected: Value = parts.get(8)?;
        let expected = if expected.is_undefined() {
            None
        } else if expected.is_null() {
            Some(None)
        } else {
            Some(Some(expected.get::<Vec<u16>>()?))
        };
        let body: Value = parts.get(4)?;
        Ok(Self {
            method: parts.get(0)?,
            url: parts.get(1)?,
            name: parts.get(2)?,
            headers: pairs(parts.get(3)?),
            body: bytes_of(&body)?,
            tags: pairs(parts.get(5)?),
            timeout_ms: parts.get(6)?,
            discard_body: parts.get(7)?,
            expected,
        })
    }

    fn request(self) -> Request {
        Request {
            method: method_of(self.method),
            url: self.url,
            name: self.name,
            headers: self.headers,
            body: self.body,
            tags: self.tags,
            timeout_ms: self.timeout_ms.map(|ms| ms as u32),
            discard_body: self.discard_body,
            expected: match self.expected {
                None => ExpectedStatuses::Usual,
                Some(None) => ExpectedStatuses::Unjudged,
                Some(Some(flat)) => {
                    let ranges = flat.chunks_exact(2).map(|pair| (pair[0], pair[1]));
                    ExpectedStatuses::Between(ranges.collect())
                }
            },
        }
    }
}

fn method_of(name: String) -> Method {
    match name.as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        "OPTIONS" => Method::Options,
        _ => Method::Other(name),
    }
}

/// A finished exchange.
#[derive(Trace, JsLifetime)]
#[rquickjs::class]
pub(crate) struct Exchange {
    #[qjs(skip_trace)]
    response: super::data::Handle<Response>,
    status: u16,
    error_code: u16,
    body_bytes: u64,
}

#[rquickjs::methods]
impl Exchange {
    #[qjs(get)]
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    #[qjs(get, rename = "errorCode")]
    pub(crate) fn error_code(&self) -> u16 {
        self.error_code
    }

    #[qjs(get, rename = "bodyBytes")]
    pub(crate) fn body_bytes(&self) -> f64 {
        self.body_bytes as f64
    }

    #[qjs(get)]
    pub(crate) fn error(&self) -> String {
        self.response.0.error()
    }

    #[qjs(get)]
    pub(crate) fn proto(&self) -> String {
        self.response.0.proto()
    }

    #[qjs(get, rename = "remoteAddress")]
    pub(crate) fn remote_address(&self) -> String {
        self.response.0.remote_address()
    }

    /// `name, value, name, value`, in order of arrival.
    pub(crate) fn headers(&self) -> Vec<String> {
        let headers = self.response.0.headers();
        headers.into_iter().flat_map(|(name, value)| [name, value]).collect()
    }

    pub(crate) fn header(&self, name: String) -> Option<String> {
        self.response.0.header(&name)
    }

    /// The body as text; what is not UTF-8 in it becomes U+FFFD.
    pub(crate) fn text(&self) -> String {
        match String::from_utf8(self.response.0.body()) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    }

    /// The body as an `ArrayBuffer`.
    pub(crate) fn bytes<'js>(&self, ctx: Ctx<'js>) -> Result<Value<'js>> {
        array_buffer(&ctx, self.response.0.body())
    }

    /// Milliseconds: `[duration, blocked, looking_up, connecting, tls_handshaking, sending,
    /// waiting, receiving]`.
    pub(crate) fn timings(&self) -> Vec<f64> {
        let timings = self.response.0.timings();
        [
            timings.duration_us,
            timings.blocked_us,
            timings.looking_up_us,
            timings.connecting_us,
            timings.tls_handshaking_us,
            timings.sending_us,
            timings.waiting_us,
            timings.receiving_us,
        ]
        .map(|us| us as f64 / 1e3)
        .to_vec()
    }
}

pub(crate) fn exchange<'js>(ctx: &Ctx<'js>, exchange: http::Exchange) -> Result<Class<'js, Exchange>> {
    Class::instance(
        ctx.clone(),
        Exchange {
            response: super::data::Handle(exchange.response),
            status: exchange.status,
            error_code: exchange.error_code,
            body_bytes: exchange.body_bytes,
        },
    )
}

fn send<'js>(ctx: Ctx<'js>, parts: rquickjs::Array<'js>) -> Result<Class<'js, Exchange>> {
    let request = Wanted::read(&parts)?.request();
    exchange(&ctx, http::send(&request))
}

/// Sends a request and goes on; `callback` gets the exchange.
fn start<'js>(ctx: Ctx<'js>, parts: rquickjs::Array<'js>, callback: Function<'js>) -> Result<()> {
    let request = Wanted::read(&parts)?.request();
    event_loop::await_request(http::start(&request), Persistent::save(&ctx, callback));
    Ok(())
}

/// Sends all and waits for all.
fn batch<'js>(ctx: Ctx<'js>, all: Vec<rquickjs::Array<'js>>) -> Result<Vec<Class<'js, Exchange>>> {
    let requests: Result<Vec<Request>> =
        all.iter().map(|parts| Ok(Wanted::read(parts)?.request())).collect();
    http::batch(&requests?).into_iter().map(|done| exchange(&ctx, done)).collect()
}
