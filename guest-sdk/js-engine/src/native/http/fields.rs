//! The fields of a response object, each made when it is read.

use rquickjs::{Array, Ctx, IntoJs, Object, Result, Value};

use super::call::{BodyType, method_name};
use super::options::RunOptions;
use super::reply::Reply;
use super::status_text::status_text;
use crate::host::http::{Response, TlsInfo};
use crate::native::array_buffer;

const US_PER_MS: f64 = 1e3;

/// `%v` of Go's zero time in milliseconds since 1970, which is what k6 shows for no expiry.
const NO_EXPIRY_MS: i64 = -6_795_364_578_871;

/// A field, by its number in [`Field::NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field(u8);

impl Field {
    pub(crate) const COUNT: usize = 20;

    /// In k6's order.
    pub(crate) const NAMES: [&str; Self::COUNT] = [
        "remote_ip",
        "remote_port",
        "url",
        "status",
        "status_text",
        "proto",
        "headers",
        "cookies",
        "body",
        "timings",
        "tls_version",
        "tls_cipher_suite",
        "ocsp",
        "error",
        "error_code",
        "request",
        "clickLink",
        "html",
        "json",
        "submitForm",
    ];

    pub(crate) const STATUS: Self = Self(3);

    pub(crate) const BODY: Self = Self(8);

    /// Where the parsed body is kept; no field of the object.
    pub(crate) const PARSED: Self = Self(Self::COUNT as u8);

    pub(crate) fn of(number: usize) -> Self {
        Self(number as u8)
    }

    pub(crate) fn bit(self) -> u32 {
        1 << self.0
    }

    fn name(self) -> &'static str {
        Self::NAMES.get(usize::from(self.0)).copied().unwrap_or_default()
    }
}

/// The value of a field; what is not a number stays the same from the first look on.
pub(crate) fn value<'js>(
    ctx: &Ctx<'js>,
    object: &Value<'js>,
    reply: &Reply,
    field: Field,
) -> Result<Value<'js>> {
    if let Some(kept) = reply.kept(ctx, field) {
        return Ok(kept);
    }
    let value = match field.name() {
        "status" => return reply.status.into_js(ctx),
        "error_code" => return reply.error_code.into_js(ctx),
        "remote_ip" => remote(reply).0.into_js(ctx),
        "remote_port" => return remote(reply).1.into_js(ctx),
        "url" => of_response(reply, Response::url).into_js(ctx),
        "status_text" => {
            status_text(reply.status, of_response(reply, Response::reason)).into_js(ctx)
        }
        "proto" => proto(reply).into_js(ctx),
        "headers" => headers(ctx, reply),
        "cookies" => cookies(ctx, reply),
        "body" => body(ctx, reply),
        "timings" => timings(ctx, reply),
        "tls_version" => tls(reply, |tls| tls.version).into_js(ctx),
        "tls_cipher_suite" => tls(reply, |tls| tls.cipher_suite).into_js(ctx),
        "ocsp" => ocsp(ctx, reply),
        "error" => error(reply).into_js(ctx),
        "request" => request(ctx, reply),
        // What is left are the methods, which are the prototype's.
        method => {
            let prototype = object.as_object().and_then(Object::get_prototype);
            return prototype
                .map_or_else(|| Ok(Value::new_undefined(ctx.clone())), |p| p.get(method));
        }
    }?;
    reply.keep(field, &value);
    Ok(value)
}

fn of_response<T: Default>(reply: &Reply, read: impl FnOnce(&Response) -> T) -> T {
    reply.response.as_ref().map_or_else(T::default, read)
}

/// What went wrong, for people.
pub(crate) fn error(reply: &Reply) -> String {
    match &reply.error {
        Some(error) => error.clone(),
        None => of_response(reply, Response::error),
    }
}

fn proto(reply: &Reply) -> String {
    of_response(reply, Response::proto)
}

fn remote(reply: &Reply) -> (String, u16) {
    let address = of_response(reply, Response::remote_address);
    let Some((ip, port)) = address.rsplit_once(':') else { return (String::new(), 0) };
    let ip = ip.strip_prefix('[').and_then(|ip| ip.strip_suffix(']')).unwrap_or(ip);
    (ip.to_owned(), port.parse().unwrap_or_default())
}

/// `content-type` as `Content-Type`.
fn title_case(name: &str) -> String {
    let mut is_first = true;
    let title = |c: char| {
        let cased = if is_first { c.to_ascii_uppercase() } else { c };
        is_first = c == '-';
        cased
    };
    name.chars().map(title).collect()
}

fn headers<'js>(ctx: &Ctx<'js>, reply: &Reply) -> Result<Value<'js>> {
    let mut joined: Vec<(String, String)> = Vec::new();
    if !reply.is_failed() {
        for (name, value) in of_response(reply, Response::headers) {
            match joined.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => {
                    known.push_str(", ");
                    known.push_str(&value);
                }
                None => joined.push((name, value)),
            }
        }
    }
    let object = Object::new(ctx.clone())?;
    for (name, value) in joined {
        object.set(title_case(&name), value)?;
    }
    Ok(object.into_value())
}

/// Lists by name.
fn cookies<'js>(ctx: &Ctx<'js>, reply: &Reply) -> Result<Value<'js>> {
    let by_name = Object::new(ctx.clone())?;
    let all = of_response(reply, Response::cookies);
    let cookies = if reply.is_failed() { Vec::new() } else { all };
    for cookie in cookies {
        let object = Object::new(ctx.clone())?;
        object.set("name", cookie.name.as_str())?;
        object.set("value", cookie.value)?;
        object.set("domain", cookie.domain)?;
        object.set("path", cookie.path)?;
        object.set("http_only", cookie.http_only)?;
        object.set("secure", cookie.secure)?;
        object.set("max_age", cookie.max_age_s as f64)?;
        object.set("expires", cookie.expires_ms.unwrap_or(NO_EXPIRY_MS) as f64)?;
        push(ctx, &by_name, &cookie.name, object)?;
    }
    Ok(by_name.into_value())
}

/// Appends to the list of this name.
fn push<'js>(
    ctx: &Ctx<'js>,
    by_name: &Object<'js>,
    name: &str,
    value: impl IntoJs<'js>,
) -> Result<()> {
    let known: Option<Array> = by_name.get(name)?;
    let list = known.map_or_else(|| Array::new(ctx.clone()), Ok)?;
    list.set(list.len(), value)?;
    by_name.set(name, list)
}

/// The bytes of the body; none where there can be no body, and where it was discarded.
pub(crate) fn body_bytes(ctx: &Ctx<'_>, reply: &Reply) -> Result<Option<Vec<u8>>> {
    let has_body = !matches!(reply.status, 1..200 | 204 | 304);
    if !has_body || reply.body_type() == BodyType::None {
        return Ok(None);
    }
    let bytes = of_response(reply, Response::body);
    // Of a response that broke off there is what came before.
    if reply.is_failed() && bytes.is_empty() {
        return Ok(None);
    }
    let may_be_discarded = bytes.is_empty() && reply.body_type() == BodyType::Usual;
    if may_be_discarded && RunOptions::of(ctx)?.discards_bodies {
        return Ok(None);
    }
    Ok(Some(bytes))
}

/// Bytes as text; what is not UTF-8 in them becomes U+FFFD.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn body<'js>(ctx: &Ctx<'js>, reply: &Reply) -> Result<Value<'js>> {
    match body_bytes(ctx, reply)? {
        None => Ok(Value::new_null(ctx.clone())),
        Some(bytes) if reply.body_type() == BodyType::Binary => array_buffer(ctx, bytes),
        Some(bytes) => text(bytes).into_js(ctx),
    }
}

/// Milliseconds.
fn timings<'js>(ctx: &Ctx<'js>, reply: &Reply) -> Result<Value<'js>> {
    let timings = reply.response.as_ref().map(Response::timings);
    let us = timings.map_or([0; 8], |timings| {
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
    });
    let names = [
        "duration",
        "blocked",
        "looking_up",
        "connecting",
        "tls_handshaking",
        "sending",
        "waiting",
        "receiving",
    ];
    let object = Object::new(ctx.clone())?;
    for (name, us) in names.into_iter().zip(us) {
        object.set(name, us as f64 / US_PER_MS)?;
    }
    Ok(object.into_value())
}

/// A part of what the handshake came to; empty without TLS, and for calls that failed.
fn tls(reply: &Reply, part: impl FnOnce(TlsInfo) -> String) -> String {
    let tls = of_response(reply, Response::tls).filter(|_| !reply.is_failed());
    tls.map(part).unwrap_or_default()
}

/// What the server's stapled answer says.
fn ocsp<'js>(ctx: &Ctx<'js>, reply: &Reply) -> Result<Value<'js>> {
    let ocsp = of_response(reply, Response::tls).filter(|_| !reply.is_failed());
    let ocsp = ocsp.map(|tls| tls.ocsp);
    let times = ocsp.as_ref().map_or([0; 4], |ocsp| {
        [ocsp.produced_at_s, ocsp.this_update_s, ocsp.next_update_s, ocsp.revoked_at_s]
    });
    let object = Object::new(ctx.clone())?;
    for (name, time_s) in
        ["produced_at", "this_update", "next_update", "revoked_at"].into_iter().zip(times)
    {
        object.set(name, time_s as f64)?;
    }
    let (reason, status) =
        ocsp.map(|ocsp| (ocsp.revocation_reason, ocsp.status)).unwrap_or_default();
    object.set("revocation_reason", reason)?;
    object.set("status", status)?;
    Ok(object.into_value())
}

/// The first request of the call, as the script made it.
fn request<'js>(ctx: &Ctx<'js>, reply: &Reply) -> Result<Value<'js>> {
    let (Some(wanted), Some(response)) = (&reply.sent, &reply.response) else {
        return Ok(Value::new_null(ctx.clone()));
    };
    let sent = response.sent();
    let headers = Object::new(ctx.clone())?;
    for (name, value) in &sent.headers {
        push(ctx, &headers, name, value.as_str())?;
    }
    if !sent.headers.iter().any(|(name, _)| name == "User-Agent") {
        let user_agent = RunOptions::of(ctx)?.user_agent.clone();
        let own = || concat!("squall/", env!("CARGO_PKG_VERSION")).to_owned();
        push(ctx, &headers, "User-Agent", user_agent.unwrap_or_else(own))?;
    }
    let cookies = Object::new(ctx.clone())?;
    for (name, value) in sent.cookies {
        let cookie = Object::new(ctx.clone())?;
        cookie.set("name", name.as_str())?;
        cookie.set("value", value)?;
        cookie.set("replace", false)?;
        push(ctx, &cookies, &name, cookie)?;
    }
    let request = Object::new(ctx.clone())?;
    request.set("method", method_name(&wanted.method))?;
    request.set("url", sent.url)?;
    request.set("headers", headers)?;
    let body = String::from_utf8_lossy(wanted.body.as_deref().unwrap_or_default());
    request.set("body", &*body)?;
    request.set("cookies", cookies)?;
    Ok(request.into_value())
}
