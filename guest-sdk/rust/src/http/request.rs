//! What goes out: a request and its builder. Texts are borrowed where they can be, so a `GET` of a
//! fixed URL allocates nothing in the guest.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::extras::{Extras, Lists};
use super::{
    AuthScheme, CookieJar, Encoding, Events, Multipart, Pending, Response, Stream, Version,
};
use crate::host::http as host;

/// The method of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method<'a> {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// Any other; goes out as it is written.
    Other(Cow<'a, str>),
}

impl<'a> From<&'a str> for Method<'a> {
    fn from(name: &'a str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            _ => Self::Other(Cow::Borrowed(name)),
        }
    }
}

/// The bytes of a request body: from text or bytes, borrowed or owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body<'a>(Cow<'a, [u8]>);

impl Body<'_> {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<'a> From<&'a str> for Body<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
}

impl<'a> From<&'a String> for Body<'a> {
    fn from(text: &'a String) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
}

impl From<String> for Body<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text.into_bytes()))
    }
}

impl<'a> From<&'a [u8]> for Body<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Body<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a Vec<u8>> for Body<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Body<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Cow::Owned(bytes))
    }
}

type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// One request; [`Request::send`] sends it. What is not set takes the options of the run.
#[must_use = "a request does nothing until it is sent"]
#[derive(Clone, Debug)]
pub struct Request<'a> {
    method: Method<'a>,
    url: Cow<'a, str>,
    name: Option<Cow<'a, str>>,
    headers: Vec<Pair<'a>>,
    body: Option<Cow<'a, [u8]>>,
    tags: Vec<Pair<'a>>,
    timeout_ms: Option<u32>,
    discard_body: Option<bool>,
    expected: Expected,
    extras: Option<Box<Extras<'a>>>,
}

/// Which statuses count as a success.
#[derive(Clone, Debug)]
enum Expected {
    Usual,
    Between(Vec<(u16, u16)>),
    Unjudged,
}

/// Lists in the form that the host takes.
pub(super) struct Pairs<'a> {
    headers: Vec<(&'a str, &'a str)>,
    tags: Vec<(&'a str, &'a str)>,
    extras: Option<Lists<'a>>,
}

impl<'a> Request<'a> {
    pub(super) fn new(method: Method<'a>, url: Cow<'a, str>) -> Self {
        Self {
            method,
            url,
            name: None,
            headers: Vec::new(),
            body: None,
            tags: Vec::new(),
            timeout_ms: None,
            discard_body: None,
            expected: Expected::Usual,
            extras: None,
        }
    }

    /// Adds a header. Headers go out in this order and in this letter case.
    pub fn header(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The body, as it is.
    pub fn body(mut self, body: impl Into<Body<'a>>) -> Self {
        self.body = Some(body.into().0);
        self
    }

    /// A JSON body. Sets `Content-Type: application/json` unless the request has a content type.
    ///
    /// # Panics
    ///
    /// When the value has no JSON form, for example a map whose keys are not text.
    #[cfg(feature = "json")]
    #[track_caller]
    pub fn json<T: serde::Serialize + ?Sized>(self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => self.typed_body("application/json", bytes),
            Err(error) => panic!("the request body has no JSON form: {error}"),
        }
    }

    /// A form body, encoded as k6 does: `a=1&b=two+words`, in the order of the fields. A field with
    /// several values stands there several times. Sets `Content-Type:
    /// application/x-www-form-urlencoded` unless the request has a content type.
    ///
    /// ```no_run
    /// use squall_sdk::http;
    ///
    /// http::post("http://shop.example/search")
    ///     .form(&[("text", "blue shoes"), ("size", "42"), ("size", "43")])
    ///     .send();
    /// ```
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        self.form_text(squall_web::form::encode(fields.iter().copied()))
    }

    /// A form body that is encoded already.
    pub(super) fn form_text(self, text: String) -> Self {
        self.typed_body("application/x-www-form-urlencoded", text.into_bytes())
    }

    /// A form body with files. Sets `Content-Type: multipart/form-data` with the boundary of the
    /// parts, unless the request has a content type.
    pub fn multipart(self, form: Multipart<'_>) -> Self {
        let (content_type, bytes) = form.encode();
        self.typed_body(content_type, bytes)
    }

    /// A tag for the samples of this request; it wins over the tags of the VU, the scenario and the
    /// run.
    pub fn tag(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.tags.push((name.into(), value.into()));
        self
    }

    /// Replaces the URL in the tags `name` and `url`, so that `/orders/1` and `/orders/2` are one
    /// series: `.name("GET /orders/:id")`.
    pub fn name(mut self, name: impl Into<Cow<'a, str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How long all of the request may take, rounded up to milliseconds. Without it: 60 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        let rest_ms = u64::from(timeout.subsec_nanos().div_ceil(1_000_000));
        let all_ms = timeout.as_secs().saturating_mul(1_000).saturating_add(rest_ms);
        self.timeout_ms = Some(u32::try_from(all_ms).unwrap_or(u32::MAX));
        self
    }

    /// Drops the body in the host once it is counted; `false` keeps it where the run discards
    /// bodies.
    pub fn discard_body(mut self, discard: bool) -> Self {
        self.discard_body = Some(discard);
        self
    }

    /// Which statuses count as a success, for `http_req_failed` and the tag `expected_response`.
    /// Without it: 200 to 399.
    pub fn expected_statuses(
        mut self,
        ranges: impl IntoIterator<Item = RangeInclusive<u16>>,
    ) -> Self {
        let pairs = ranges.into_iter().map(|range| (*range.start(), *range.end()));
        self.expected = Expected::Between(pairs.collect());
        self
    }

    /// Whether this request succeeds is not judged: no `http_req_failed`, no tag
    /// `expected_response`.
    pub fn unjudged(mut self) -> Self {
        self.expected = Expected::Unjudged;
        self
    }

    /// How many redirects are followed; 0 returns the redirection. Without it: the run's
    /// `maxRedirects`, which is 10.
    pub fn redirects(mut self, max: u32) -> Self {
        self.extras().redirects_max = Some(max);
        self
    }

    /// A cookie for this request, beside those of the jar.
    pub fn cookie(self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.with_cookie(name.into(), value.into(), false)
    }

    /// A cookie for this request, instead of the jar's of this name.
    pub fn replace_cookie(
        self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, str>>,
    ) -> Self {
        self.with_cookie(name.into(), value.into(), true)
    }

    /// Uses another cookie jar than the VU's.
    pub fn jar(mut self, jar: &'a CookieJar) -> Self {
        self.extras().jar = Some(jar);
        self
    }

    /// Proves who asks with the user and password of the URL.
    pub fn auth(mut self, scheme: AuthScheme) -> Self {
        self.extras().auth = Some((scheme, None));
        self
    }

    /// Proves who asks with this user and password.
    pub fn auth_as(
        mut self,
        scheme: AuthScheme,
        user: impl Into<Cow<'a, str>>,
        password: impl Into<Cow<'a, str>>,
    ) -> Self {
        self.extras().auth = Some((scheme, Some((user.into(), password.into()))));
        self
    }

    /// Compresses the body, in this order, and says so in `Content-Encoding`.
    pub fn compress(mut self, encodings: impl IntoIterator<Item = Encoding>) -> Self {
        self.extras().compression = encodings.into_iter().collect();
        self
    }

    /// Which HTTP this request speaks.
    pub fn version(mut self, version: Version) -> Self {
        self.extras().version = version;
        self
    }

    /// Sends the request and waits for the whole response.
    pub fn send(self) -> Response {
        Response::new(host::send(self.wire(&self.pairs())))
    }

    /// Sends the request and goes on; see [`super::wait_any`].
    pub fn start(self) -> Pending {
        Pending::start(&self)
    }

    /// Sends the request; its response is read while it comes. The timeout holds up to the head.
    pub fn open(self) -> Stream {
        Stream::open(&self)
    }

    /// Sends the request with `Accept: text/event-stream`, and waits for the head of the response.
    pub fn events(self) -> Events {
        Events::open(&self.header("Accept", "text/event-stream"))
    }

    pub(super) fn pairs(&self) -> Pairs<'_> {
        let extras = self.extras.as_ref().map(|extras| extras.lists());
        Pairs { headers: borrow(&self.headers), tags: borrow(&self.tags), extras }
    }

    pub(super) fn wire<'b>(&'b self, pairs: &'b Pairs<'b>) -> host::Request<'b> {
        host::Request {
            method: match &self.method {
                Method::Get => host::Method::Get,
                Method::Head => host::Method::Head,
                Method::Post => host::Method::Post,
                Method::Put => host::Method::Put,
                Method::Patch => host::Method::Patch,
                Method::Delete => host::Method::Delete,
                Method::Options => host::Method::Options,
                Method::Other(name) => host::Method::Other(name),
            },
            url: &self.url,
            name: self.name.as_deref(),
            headers: &pairs.headers,
            body: self.body.as_deref(),
            tags: &pairs.tags,
            timeout_ms: self.timeout_ms,
            discard_body: self.discard_body,
            expected: match &self.expected {
                Expected::Usual => host::ExpectedStatuses::Usual,
                Expected::Between(ranges) => host::ExpectedStatuses::Between(ranges),
                Expected::Unjudged => host::ExpectedStatuses::Unjudged,
            },
            extras: self.extras.as_ref().zip(pairs.extras.as_ref()).map(|(e, lists)| e.wire(lists)),
        }
    }

    fn extras(&mut self) -> &mut Extras<'a> {
        self.extras.get_or_insert_default()
    }

    fn with_cookie(mut self, name: Cow<'a, str>, value: Cow<'a, str>, replaces: bool) -> Self {
        self.extras().cookies.push((name, value, replaces));
        self
    }

    fn typed_body(mut self, content_type: impl Into<Cow<'a, str>>, bytes: Vec<u8>) -> Self {
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            self.headers.push(("Content-Type".into(), content_type.into()));
        }
        self.body = Some(Cow::Owned(bytes));
        self
    }
}

fn borrow<'b>(pairs: &'b [Pair<'_>]) -> Vec<(&'b str, &'b str)> {
    pairs.iter().map(|(name, value)| (&**name, &**value)).collect()
}
