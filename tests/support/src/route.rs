//! The well-behaved routes, and the choice between them and the misbehaviours by path.
//!
//! | route | answer |
//! |---|---|
//! | `/` | 200, [`crate::SMALL_BODY`] |
//! | `/bytes/N` | 200, N bytes: the alphabet over and over |
//! | `/echo` | 200, JSON: `method`, `target`, `protocol`, `headers` (pairs), `body`, `body_bytes` |
//! | `/mirror` | 200, the request's body with its content type |
//! | `/status/N` | status N, 200 to 599 |
//! | `/delay/MS` | 200 after MS milliseconds |
//! | `/json` | 200, a JSON document |
//! | `/headers?name=value&...` | 200 with these headers |
//! | `/catalog`, `/products/ID` | 200, JSON: things to buy |
//! | `POST /auth/token` | 200, `{"access_token": "...", ...}` for any JSON object; 400 else |
//! | `DELETE /auth/token` | 204 and the bearer token is revoked; 401 without a valid one |
//! | `POST /checkout` | 200, `{"order_id": N, ...}` with a valid bearer token; 401 else |
//! | `/basic`, `/digest/QOP/ALGORITHM`, `/ntlm` | 200, JSON, for `joe` with `secret`; 401 else |
//! | `/login`, `/account` | HTML: a form for `joe` with `secret`, and where it redirects to |
//! | `/misbehave/...` | [`crate::MISBEHAVIOURS`]; `GET /misbehave` lists them |
//! | `/__arrivals[?path=P]` | the arrival record as JSON, [`crate::TestServer`] explains it |
//! | `POST /__reset` | 204; the record and the counters start again |
//!
//! The last two are neither recorded nor delayed nor frozen. Anything else is 404 with a JSON
//! error. Nothing here does IO: a request goes in, an action comes out.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::json;

use crate::arrival::Protocol;
use crate::login;
use crate::misbehaviour::{MISBEHAVIOURS, Misbehaviour, number};
use crate::pages;
use crate::reply::{Body, Reply};
use crate::shared::Shared;

/// A request, read in whole. Headers are looked at by few routes, so they are parsed when asked
/// for.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a Method,
    pub(crate) target: &'a str,
    pub(crate) protocol: Protocol,
    /// The number of its connection.
    pub(crate) connection: u64,
    pub(crate) headers: Headers<'a>,
    pub(crate) body: &'a [u8],
}

/// Where the headers of a request are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Headers<'a> {
    /// The head's bytes, known to be well formed.
    Http1(&'a [u8]),
    Http2(&'a HeaderMap),
}

impl Headers<'_> {
    /// Name and value of each header in the order of the wire, HTTP/1 names in the case of the
    /// wire.
    fn pairs(self) -> Vec<(String, String)> {
        match self {
            Self::Http1(head) => crate::h1::header_pairs(head),
            Self::Http2(map) => map
                .iter()
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect(),
        }
    }

    pub(crate) fn get(self, wanted: &str) -> Option<String> {
        self.pairs()
            .into_iter()
            .find_map(|(name, value)| name.eq_ignore_ascii_case(wanted).then_some(value))
    }
}

/// What is to be done about a request.
#[derive(Debug)]
pub(crate) enum Action {
    Reply(Reply),
    Delayed(Duration, Reply),
    Misbehave(Misbehaviour),
    /// A look at the record: not recorded, not frozen.
    Control(Reply),
}

/// Whether a request is a look at the record, which is neither recorded nor held up.
pub(crate) fn is_control(target: &str) -> bool {
    target.starts_with("/__")
}

/// Chooses what to do about a request.
pub(crate) fn route(request: &Request<'_>, shared: &Shared) -> Action {
    let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
    if path == "/" {
        return Action::Reply(Reply::small());
    }
    if is_control(path) {
        return Action::Control(control(request.method, path, query, shared));
    }
    if let Some(rest) = path.strip_prefix("/misbehave/") {
        return match Misbehaviour::parse(rest) {
            Ok(Misbehaviour::HugeHeader { bytes })
                if bytes > shared.config.limits.reply_bytes_max =>
            {
                Action::Reply(too_long(bytes, shared))
            }
            Ok(misbehaviour) if !misbehaviour.is_for(request.protocol) => {
                let text = format!("`{path}` does not exist for {}", request.protocol.name());
                Action::Reply(Reply::error(StatusCode::MISDIRECTED_REQUEST, &text))
            }
            Ok(misbehaviour) => Action::Misbehave(misbehaviour),
            Err(text) => Action::Reply(Reply::error(StatusCode::NOT_FOUND, &text)),
        };
    }
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments.as_slice() {
        ["delay", milliseconds] => match number(milliseconds) {
            Ok(milliseconds) => {
                Action::Delayed(Duration::from_millis(milliseconds), Reply::small())
            }
            Err(text) => Action::Reply(Reply::error(StatusCode::BAD_REQUEST, &text)),
        },
        segments => Action::Reply(good(segments, query, request, shared)),
    }
}

fn good(segments: &[&str], query: &str, request: &Request<'_>, shared: &Shared) -> Reply {
    match segments {
        ["bytes", count] => match number(count) {
            Ok(bytes) if bytes > shared.config.limits.reply_bytes_max => too_long(bytes, shared),
            Ok(bytes) => Reply { body: Body::Pattern(bytes), ..Reply::small() },
            Err(text) => Reply::error(StatusCode::BAD_REQUEST, &text),
        },
        ["status", status] => status_reply(status),
        ["echo"] => echo(request),
        ["mirror"] => mirror(request),
        ["json"] => Reply::json(StatusCode::OK, &document()),
        ["headers"] => headers(query),
        ["catalog"] => Reply::json(StatusCode::OK, &json!({ "products": products() })),
        ["products", id] => product(id),
        ["auth", "token"] => token(request, shared),
        ["checkout"] => checkout(request, shared),
        ["basic"] => login::basic(request, query),
        ["digest", qop, algorithm] => login::digest(qop, algorithm, request, query, shared),
        ["ntlm"] => login::ntlm(request, query, shared),
        ["login"] => pages::login(request),
        ["account"] => pages::account(request),
        ["misbehave"] => misbehaviours(),
        _ => Reply::error(
            StatusCode::NOT_FOUND,
            &format!("`{}` is not a route of this server", request.target),
        ),
    }
}

fn too_long(bytes: u64, shared: &Shared) -> Reply {
    let bytes_max = shared.config.limits.reply_bytes_max;
    Reply::error(
        StatusCode::BAD_REQUEST,
        &format!("{bytes} bytes were asked for; this server sends at most {bytes_max}"),
    )
}

fn status_reply(segment: &str) -> Reply {
    match segment.parse::<u16>().ok().filter(|status| (200..=599).contains(status)) {
        Some(204) => Reply::empty(StatusCode::NO_CONTENT),
        Some(304) => Reply::empty(StatusCode::NOT_MODIFIED),
        Some(status) => match StatusCode::from_u16(status) {
            Ok(status) => Reply::text(status, format!("{}\n", status.as_u16())),
            Err(error) => Reply::error(StatusCode::BAD_REQUEST, &error.to_string()),
        },
        None => Reply::error(
            StatusCode::BAD_REQUEST,
            &format!("`{segment}` is not a status of a final answer (200 to 599)"),
        ),
    }
}

fn echo(request: &Request<'_>) -> Reply {
    Reply::json(
        StatusCode::OK,
        &json!({
            "method": request.method.as_str(),
            "target": request.target,
            "protocol": request.protocol.name(),
            "headers": request.headers.pairs(),
            "body": String::from_utf8_lossy(request.body),
            "body_bytes": request.body.len(),
        }),
    )
}

fn mirror(request: &Request<'_>) -> Reply {
    let content_type = request
        .headers
        .get("content-type")
        .and_then(|value| HeaderValue::from_str(&value).ok())
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    Reply {
        status: StatusCode::OK,
        headers: vec![(http::header::CONTENT_TYPE, content_type)],
        body: Body::Bytes(Bytes::copy_from_slice(request.body)),
    }
}

fn document() -> serde_json::Value {
    json!({
        "name": "squall",
        "ok": true,
        "count": 3,
        "ratio": 0.5,
        "nothing": null,
        "items": [
            { "id": 1, "tags": ["a", "b"] },
            { "id": 2, "tags": [] },
            { "id": 3, "tags": ["c"] },
        ],
    })
}

fn products() -> Vec<serde_json::Value> {
    (1..=10).map(|id| json!({ "id": id, "name": format!("product {id}") })).collect()
}

fn product(segment: &str) -> Reply {
    match number(segment) {
        Ok(id) => {
            let price_cents = 100 + id % 900;
            let name = format!("product {id}");
            let value = json!({ "id": id, "name": name, "price_cents": price_cents });
            Reply::json(StatusCode::OK, &value)
        }
        Err(text) => Reply::error(StatusCode::BAD_REQUEST, &text),
    }
}

/// Every `name=value` of the query becomes a header of the answer.
fn headers(query: &str) -> Reply {
    let mut reply = Reply::small();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (percent_decode(name), percent_decode(value));
        let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(&name), HeaderValue::from_bytes(&value))
        else {
            let text = format!("`{pair}` in the query does not make a header");
            return Reply::error(StatusCode::BAD_REQUEST, &text);
        };
        reply.headers.push((name, value));
    }
    reply
}

/// Undoes `%41` and `+`; what is not a valid escape stays as it is.
pub fn percent_decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let hex = |index: usize| bytes.get(index).and_then(|&byte| char::from(byte).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        match (bytes[index], hex(index + 1), hex(index + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                index += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            (byte, ..) => decoded.push(byte),
        }
        index += 1;
    }
    decoded
}

fn bearer(request: &Request<'_>) -> Option<String> {
    let value = request.headers.get("authorization")?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

fn unauthorized() -> Reply {
    let text =
        "the header `authorization: Bearer TOKEN` with a token of `POST /auth/token` is missing";
    Reply::error(StatusCode::UNAUTHORIZED, text)
}

pub(crate) fn not_allowed(request: &Request<'_>, allowed: &'static str) -> Reply {
    let text = format!("`{}` takes {allowed}, not {}", request.target, request.method);
    let mut reply = Reply::error(StatusCode::METHOD_NOT_ALLOWED, &text);
    reply.headers.push((http::header::ALLOW, HeaderValue::from_static(allowed)));
    reply
}

/// The body as a JSON object.
fn json_object(request: &Request<'_>) -> Result<serde_json::Value, Reply> {
    match serde_json::from_slice::<serde_json::Value>(request.body) {
        Ok(value) if value.is_object() => Ok(value),
        _ => Err(Reply::error(StatusCode::BAD_REQUEST, "the body is not a JSON object")),
    }
}

fn token(request: &Request<'_>, shared: &Shared) -> Reply {
    match *request.method {
        Method::POST => match json_object(request) {
            Ok(_credentials) => {
                let token = shared.tokens.lock().issue();
                let value =
                    json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3_600 });
                Reply::json(StatusCode::OK, &value)
            }
            Err(reply) => reply,
        },
        Method::DELETE => match bearer(request) {
            Some(token) if shared.tokens.lock().revoke(&token) => {
                Reply::empty(StatusCode::NO_CONTENT)
            }
            _ => unauthorized(),
        },
        _ => not_allowed(request, "POST, DELETE"),
    }
}

fn checkout(request: &Request<'_>, shared: &Shared) -> Reply {
    if *request.method != Method::POST {
        return not_allowed(request, "POST");
    }
    let known = bearer(request).is_some_and(|token| shared.tokens.lock().is_valid(&token));
    if !known {
        return unauthorized();
    }
    match json_object(request) {
        Ok(order) => {
            let order_id = shared.next_order();
            let cart = order.get("cart_id").cloned().unwrap_or_default();
            let value = json!({ "order_id": order_id, "cart_id": cart, "status": "accepted" });
            Reply::json(StatusCode::OK, &value)
        }
        Err(reply) => reply,
    }
}

fn misbehaviours() -> Reply {
    let width = MISBEHAVIOURS.iter().map(|one| one.pattern.len()).max().unwrap_or_default();
    let lines: Vec<String> = MISBEHAVIOURS
        .iter()
        .map(|one| format!("/misbehave/{:<width$}  {:<5}  {}", one.pattern, one.protocols, one.doc))
        .collect();
    Reply::text(StatusCode::OK, lines.join("\n") + "\n")
}

fn control(method: &Method, path: &str, query: &str, shared: &Shared) -> Reply {
    match (path, method) {
        ("/__arrivals", &Method::GET) => {
            let wanted = query.strip_prefix("path=").map(percent_decode);
            let wanted = wanted.map(|path| String::from_utf8_lossy(&path).into_owned());
            Reply::json(StatusCode::OK, &crate::report::report(shared, wanted.as_deref()))
        }
        ("/__reset", &Method::POST) => {
            shared.reset();
            Reply::empty(StatusCode::NO_CONTENT)
        }
        _ => Reply::error(
            StatusCode::NOT_FOUND,
            &format!("`{method} {path}` is neither `GET /__arrivals` nor `POST /__reset`"),
        ),
    }
}

#[cfg(test)]
mod tests;
