//! One call of a script: what it asks for. The host carries it out, with its redirects and cookies.

use std::mem;
use std::rc::Rc;

use rquickjs::{Result, Value};

use super::body;
use super::go_value;
use super::params;
use super::template;
use crate::host::http::{
    Auth, AuthScheme, ContentEncoding, CookieJar, ExpectedStatuses, HttpVersion, Method, Request,
    RequestCookie, RequestExtras,
};

/// A URL that cannot be requested.
pub(crate) const INVALID_URL: u16 = 1020;

/// What the script gets as the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum BodyType {
    /// Text, unless the run discards bodies.
    #[default]
    Usual,
    Text,
    Binary,
    None,
}

/// A request that could not be made, in k6's words.
pub(crate) struct Refused {
    pub(crate) reason: String,
    pub(crate) error_code: u16,
}

impl From<String> for Refused {
    fn from(reason: String) -> Self {
        Self { reason, error_code: 0 }
    }
}

/// A request as the script wants it.
pub(crate) struct Wanted {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) name: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) timeout_ms: Option<u32>,
    pub(crate) discard_body: Option<bool>,
    pub(crate) expected: ExpectedStatuses,
}

/// What few calls say.
#[derive(Default)]
pub(crate) struct Rest {
    pub(crate) redirects_max: Option<u32>,
    /// The VU's otherwise.
    pub(crate) jar: Option<Rc<CookieJar>>,
    pub(crate) cookies: Vec<RequestCookie>,
    pub(crate) auth: Option<AuthScheme>,
    pub(crate) compression: Vec<ContentEncoding>,
    /// The run's otherwise.
    pub(crate) version: Option<HttpVersion>,
}

/// What is made of the response.
#[derive(Clone, Copy, Default)]
pub(crate) struct Manner {
    pub(crate) body_type: BodyType,
    /// Of the parameters; the run's option otherwise.
    pub(crate) throws: Option<bool>,
}

/// The parts of a request that `Response.request` shows and the host does not keep.
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) manner: Manner,
}

/// A call that is ready to be sent.
pub(crate) struct Call {
    pub(crate) request: Wanted,
    pub(crate) rest: Option<Box<Rest>>,
    pub(crate) manner: Manner,
}

/// A call, or why there is none.
pub(crate) type Prepared = std::result::Result<Call, Refused>;

impl Call {
    /// What `http.request(method, url, body, params)` asks for.
    pub(crate) fn prepare<'js>(
        method: Method,
        url: Option<&Value<'js>>,
        body: Option<&Value<'js>>,
        params: Option<&Value<'js>>,
    ) -> Result<Prepared> {
        let (url, name) = match url_of(url)? {
            Ok(url) => url,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut call = Self {
            request: Wanted {
                method,
                url,
                name,
                headers: Vec::new(),
                body: None,
                tags: Vec::new(),
                timeout_ms: None,
                discard_body: None,
                expected: super::expected::of_vu(),
            },
            rest: None,
            manner: Manner::default(),
        };
        if let Some(body) = body {
            match body::read(body)? {
                Ok(Some(body)) => {
                    let content_type = body.content_type.map(|t| ("Content-Type".to_owned(), t));
                    call.request.headers.extend(content_type);
                    call.request.body = Some(body.bytes);
                }
                Ok(None) => {}
                Err(reason) => return Ok(Err(reason.into())),
            }
        }
        if let Some(params) = params.and_then(Value::as_object)
            && let Err(refused) = params::read(params, &mut call)?
        {
            return Ok(Err(refused));
        }
        call.sort_headers();
        Ok(Ok(call))
    }

    /// In the order in which Go sends them.
    pub(crate) fn sort_headers(&mut self) {
        let headers = &mut self.request.headers;
        if headers.len() > 1 {
            headers.sort_by(|(a, _), (b, _)| {
                let is_other = |name: &str| name != "User-Agent";
                (is_other(a), a).cmp(&(is_other(b), b))
            });
        }
    }

    pub(crate) fn rest(&mut self) -> &mut Rest {
        self.rest.get_or_insert_default()
    }

    /// As the host takes it; it is empty afterwards.
    pub(crate) fn wire(&mut self) -> Request<'_> {
        let wanted = &mut self.request;
        let extras = self.rest.as_mut().map(|rest| RequestExtras {
            redirects_max: rest.redirects_max,
            cookies: mem::take(&mut rest.cookies),
            jar: rest.jar.as_deref(),
            auth: rest.auth.map(|scheme| Auth { scheme, credentials: None }),
            compression: mem::take(&mut rest.compression),
            version: rest.version.unwrap_or(HttpVersion::Auto),
        });
        Request {
            method: mem::replace(&mut wanted.method, Method::Get),
            url: mem::take(&mut wanted.url),
            name: wanted.name.take(),
            headers: mem::take(&mut wanted.headers),
            body: wanted.body.take(),
            tags: mem::take(&mut wanted.tags),
            timeout_ms: wanted.timeout_ms,
            discard_body: wanted.discard_body,
            expected: mem::replace(&mut wanted.expected, ExpectedStatuses::Usual),
            extras,
        }
    }

    /// Hands the call to the host.
    pub(crate) fn hand_over<T>(mut self, send: impl FnOnce(&Request<'_>) -> T) -> (T, Sent) {
        let manner = self.manner;
        let request = self.wire();
        let outcome = send(&request);
        (outcome, Sent::of(request, manner))
    }
}

impl Sent {
    pub(crate) fn of(request: Request<'_>, manner: Manner) -> Self {
        Self { method: request.method, body: request.body, manner }
    }
}

/// The URL, and the name that it has from `http.url`.
type UrlAndName = (String, Option<String>);

fn url_of(value: Option<&Value<'_>>) -> Result<std::result::Result<UrlAndName, Refused>> {
    let Some(value) = value.filter(|value| !value.is_null() && !value.is_undefined()) else {
        return Ok(Err(no_url("<nil>")));
    };
    if value.is_string() {
        return Ok(Ok((go_value::string_of(value)?, None)));
    }
    if let Some(known) = template::read(value)? {
        return Ok(Ok(known));
    }
    Ok(Err(no_url(&go_value::text(value)?)))
}

fn no_url(found: &str) -> Refused {
    Refused { reason: format!("invalid URL: '#{found}'"), error_code: INVALID_URL }
}

/// The method of a request; k6 takes nothing for GET.
pub(crate) fn method_of(value: Option<&Value<'_>>) -> Result<Method> {
    let Some(value) = value.filter(|value| !value.is_null() && !value.is_undefined()) else {
        return Ok(Method::Get);
    };
    Ok(method_named(go_value::string_of(value)?))
}

pub(crate) fn method_named(name: String) -> Method {
    match name.as_str() {
        "GET" | "" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        "OPTIONS" => Method::Options,
        _ => Method::Other(name),
    }
}

pub(crate) fn method_name(method: &Method) -> &str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
        Method::Options => "OPTIONS",
        Method::Other(name) => name,
    }
}

/// The statuses that count as a success, copied.
pub(crate) fn same(expected: &ExpectedStatuses) -> ExpectedStatuses {
    match expected {
        ExpectedStatuses::Usual => ExpectedStatuses::Usual,
        ExpectedStatuses::Between(ranges) => ExpectedStatuses::Between(ranges.clone()),
        ExpectedStatuses::Unjudged => ExpectedStatuses::Unjudged,
    }
}
