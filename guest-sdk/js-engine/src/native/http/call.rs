//! One call of a script: what it asks for, and how far it has come. A call is one request, and one
//! more for each redirect that is followed.

use rquickjs::{Ctx, Result, Value};

use super::body;
use super::cookie_text;
use super::go_value;
use super::jar::{self, SharedJar};
use super::params;
use super::template;
use super::url::{self, Url};
use crate::host::http::{ExpectedStatuses, Method, Request};

/// A URL that cannot be requested.
const INVALID_URL: u16 = 1020;

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

/// A cookie of `params.cookies`.
pub(crate) struct ParamCookie {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Instead of one of this name in the jar, not beside it.
    pub(crate) replaces: bool,
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

/// What a call needs to know beside its request.
#[derive(Default)]
pub(crate) struct Course {
    pub(crate) body_type: BodyType,
    /// Of the parameters; the run's option otherwise.
    pub(crate) throws: Option<bool>,
    pub(crate) redirects_max: Option<i64>,
    /// Of the parameters; the VU's otherwise.
    pub(crate) jar: Option<SharedJar>,
    pub(crate) cookies: Vec<ParamCookie>,
    /// The first request, once a redirect was followed.
    pub(crate) first: Option<Box<Sent>>,
    /// `Authorization` is the URL's user, which the script did not write.
    pub(crate) has_user: bool,
    pub(crate) hops: u32,
    /// Why the request cannot be sent, although it is one.
    pub(crate) obstacle: Option<String>,
    /// Secrets in headers have been left behind.
    pub(crate) has_left_host: bool,
}

/// The parts of a request that `Response.request` shows.
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
    /// `Authorization` is not the script's.
    pub(crate) has_user: bool,
}

/// A call that is ready for its next request.
pub(crate) struct Call {
    pub(crate) request: Request,
    pub(crate) course: Course,
}

/// A call, or why there is none.
pub(crate) type Prepared = std::result::Result<Call, Refused>;

impl Call {
    /// What `http.request(method, url, body, params)` asks for.
    pub(crate) fn prepare<'js>(
        ctx: &Ctx<'js>,
        method: Method,
        url: &Value<'js>,
        body: Option<&Value<'js>>,
        params: Option<&Value<'js>>,
    ) -> Result<Prepared> {
        let (url, name) = match url_of(url)? {
            Ok(url) => url,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut call = Self {
            request: Request {
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
            course: Course::default(),
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
            && let Err(refused) = params::read(ctx, params, &mut call)?
        {
            return Ok(Err(refused));
        }
        call.add_cookies(ctx)?;
        if !url::is_plain(&call.request.url)
            && let Err(refused) = call.check_url()
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

    /// The URL's user becomes a header.
    fn check_url(&mut self) -> std::result::Result<(), Refused> {
        let url = Url::parse(&self.request.url).map_err(|reason| Refused {
            reason: format!("invalid URL: {reason}"),
            error_code: INVALID_URL,
        })?;
        self.course.obstacle = obstacle_of(&url);
        self.add_user(&url);
        Ok(())
    }

    pub(crate) fn add_user(&mut self, url: &Url) {
        let Some((name, password)) = &url.user else { return };
        if header_of(&self.request.headers, "Authorization").is_some() {
            return;
        }
        let pair = format!("{name}:{}", password.as_deref().unwrap_or_default());
        let value = format!("Basic {}", base64(pair.as_bytes()));
        self.request.headers.push(("Authorization".to_owned(), value));
        self.course.has_user = true;
    }

    /// The jar whose cookies are sent; none when there are none in it.
    fn jar(&self, ctx: &Ctx<'_>) -> Result<Option<SharedJar>> {
        match &self.course.jar {
            Some(jar) => Ok(Some(jar.clone())),
            None => jar::known(ctx),
        }
        .map(|jar| jar.filter(|jar| !jar.borrow().is_empty()))
    }

    /// The jar that takes the cookies of responses.
    pub(crate) fn jar_to_fill(&self, ctx: &Ctx<'_>) -> Result<SharedJar> {
        match &self.course.jar {
            Some(jar) => Ok(jar.clone()),
            None => jar::of_vu(ctx),
        }
    }

    /// Appends cookies of the parameters and of the jar to the header `Cookie`.
    pub(crate) fn add_cookies(&mut self, ctx: &Ctx<'_>) -> Result<()> {
        let jar = self.jar(ctx)?;
        if jar.is_none() && self.course.cookies.is_empty() {
            return Ok(());
        }
        let headers = &mut self.request.headers;
        let known = headers.iter().position(|(name, _)| name == "Cookie");
        let mut header = known.map(|at| headers.remove(at).1).unwrap_or_default();
        for cookie in &self.course.cookies {
            cookie_text::append(&mut header, &cookie.name, &cookie.value);
        }
        if let Some(jar) = jar
            && let Ok(url) = Url::parse(&self.request.url)
        {
            let is_replaced =
                |name: &str| self.course.cookies.iter().any(|c| c.replaces && c.name == name);
            for (name, value) in jar.borrow_mut().cookies(&url, jar::now_ms()) {
                if !is_replaced(name) {
                    cookie_text::append(&mut header, name, value);
                }
            }
        }
        if !header.is_empty() || known.is_some() {
            headers.push(("Cookie".to_owned(), header));
        }
        Ok(())
    }

    /// What `Response.request` is made of.
    pub(crate) fn sent(&self) -> Sent {
        let request = &self.request;
        Sent {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: request.body.clone(),
            has_user: self.course.has_user,
        }
    }
}

/// Why no request can be sent to a URL that is one.
pub(crate) fn obstacle_of(url: &Url) -> Option<String> {
    match url.scheme.as_str() {
        "http" | "https" if url.host.is_empty() => Some("http: no Host in request URL".to_owned()),
        "http" | "https" => None,
        scheme => Some(format!("unsupported protocol scheme {}", super::quote::quoted(scheme))),
    }
}

/// The URL, and the name that it has from `http.url`.
type UrlAndName = (String, Option<String>);

fn url_of(value: &Value<'_>) -> Result<std::result::Result<UrlAndName, Refused>> {
    if value.is_string() {
        return Ok(Ok((go_value::string_of(value)?, None)));
    }
    if let Some(known) = template::read(value)? {
        return Ok(Ok(known));
    }
    let found = if value.is_null() || value.is_undefined() {
        "<nil>".to_owned()
    } else {
        go_value::text(value)?
    };
    let reason = format!("invalid URL: '#{found}'");
    Ok(Err(Refused { reason, error_code: INVALID_URL }))
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

pub(crate) fn header_of<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The statuses that count as a success, copied.
pub(crate) fn same(expected: &ExpectedStatuses) -> ExpectedStatuses {
    match expected {
        ExpectedStatuses::Usual => ExpectedStatuses::Usual,
        ExpectedStatuses::Between(ranges) => ExpectedStatuses::Between(ranges.clone()),
        ExpectedStatuses::Unjudged => ExpectedStatuses::Unjudged,
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (at, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = DIGITS[(bits >> shift & 63) as usize];
            text.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded() {
        assert_eq!(base64(b"joe:se cret"), "am9lOnNlIGNyZXQ=");
        assert_eq!(base64(b"user:pass"), "dXNlcjpwYXNz");
        assert_eq!(base64(b"joe:pw"), "am9lOnB3");
        assert_eq!(base64(b"a:"), "YTo=");
    }
}
