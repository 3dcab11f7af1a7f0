//! The routes that log in: `/basic`, `/digest/QOP/ALGORITHM` and `/ntlm`. They check what the
//! client says, with code of their own, and answer 200 with who it is, or 401 with a challenge.
//!
//! The user is `joe` with the password `secret`, or what the query says: `?user=U&password=P`. A
//! digest's nonce is good for `?uses=N` requests, each with a higher count than the one before;
//! then it is stale; `?plain` leaves out what simple clients stumble over: a realm with quotes, a
//! second challenge. NTLM logs in the connection: until it closes, nothing is asked again.
//!
//! Invariant: nonces and connections that are remembered are bounded, the oldest goes first.

use std::fmt::Write as _;

use bytes::Bytes;
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use self::digest::Digests;
use self::ntlm::Connections;
use crate::reply::Reply;
use crate::route::{Request, percent_decode};
use crate::shared::Shared;

mod digest;
mod ntlm;

/// What the routes remember.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    digests: Digests,
    connections: Connections,
}

/// Who may come in.
struct Known {
    user: String,
    password: String,
}

/// What is said to a client.
enum Verdict {
    Welcome(Value),
    /// The challenges.
    Ask(Vec<String>),
}

pub(crate) fn basic(request: &Request<'_>, query: &str) -> Reply {
    let known = Known::of(query);
    let pair = base64(format!("{}:{}", known.user, known.password).as_bytes());
    let said = request.headers.get("authorization").unwrap_or_default();
    verdict(if said == format!("Basic {pair}") {
        Verdict::Welcome(json!({ "scheme": "Basic", "user": known.user }))
    } else {
        Verdict::Ask(vec![r#"Basic realm="squall", charset="UTF-8""#.to_owned()])
    })
}

pub(crate) fn digest(
    qop: &str,
    algorithm: &str,
    request: &Request<'_>,
    query: &str,
    shared: &Shared,
) -> Reply {
    let is_plain = query.split('&').any(|one| one == "plain");
    let uses = parameter(query, "uses");
    let wanted = digest::Wanted { qop, algorithm, uses, is_plain };
    match shared.logins.lock().digests.judge(&wanted, &Known::of(query), request) {
        Ok(judged) => verdict(judged),
        Err(text) => Reply::error(StatusCode::NOT_FOUND, &text),
    }
}

pub(crate) fn ntlm(request: &Request<'_>, query: &str, shared: &Shared) -> Reply {
    verdict(shared.logins.lock().connections.judge(&Known::of(query), request))
}

fn verdict(verdict: Verdict) -> Reply {
    match verdict {
        Verdict::Welcome(value) => Reply::json(StatusCode::OK, &value),
        Verdict::Ask(challenges) => {
            let mut reply = Reply::error(StatusCode::UNAUTHORIZED, "who are you?");
            for challenge in challenges {
                if let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(challenge)) {
                    reply.headers.push((WWW_AUTHENTICATE, value));
                }
            }
            reply
        }
    }
}

impl Known {
    fn of(query: &str) -> Self {
        Self {
            user: parameter(query, "user").unwrap_or_else(|| "joe".to_owned()),
            password: parameter(query, "password").unwrap_or_else(|| "secret".to_owned()),
        }
    }
}

fn parameter<T: std::str::FromStr>(query: &str, wanted: &str) -> Option<T> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| *name == wanted)?;
    String::from_utf8_lossy(&percent_decode(value)).parse().ok()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
