//! The head of a request as HTTP/1 sends it.
//!
//! Formats nothing but a length and allocates nothing: what follows from the URL was rendered with
//! the [`Target`](crate::Target), the rest is copied. The order is Go's: host, user agent, length,
//! then the request's headers in theirs. Names go out as they were written.

use http::header::{CONNECTION, USER_AGENT};
use http::{HeaderValue, Method, Uri};

use crate::error_kind::Failure;
use crate::http::head::{absolute, host_header, is_ours};
use crate::http::request::{ConnectionUse, Header, Request};
use crate::http::route::Via;
use crate::network::Network;

/// What every request to a target begins with, after its method.
#[derive(Clone, Debug, Default)]
pub(crate) struct TargetLines {
    text: Box<[u8]>,
    /// Length of the first line.
    request_bytes: usize,
}

impl TargetLines {
    pub(crate) fn new(path: &Uri, host: &HeaderValue) -> Self {
        let mut text = format!(" {path} HTTP/1.1\r\n").into_bytes();
        let request_bytes = text.len();
        line(&mut text, b"Host", host);
        Self { text: text.into(), request_bytes }
    }

    /// The rest of the request line, and the URL's host.
    fn request_and_host(&self) -> &[u8] {
        &self.text
    }

    /// The rest of the request line.
    fn request(&self) -> &[u8] {
        &self.text[..self.request_bytes]
    }
}

/// Appends the head to `out`.
pub(super) fn render(out: &mut Vec<u8>, network: &Network, request: &Request) {
    out.extend_from_slice(request.method.as_str().as_bytes());
    match host_header(request) {
        None => out.extend_from_slice(request.target.h1_lines.request_and_host()),
        Some(host) => {
            out.extend_from_slice(request.target.h1_lines.request());
            line(out, b"Host", host);
        }
    }
    rest(out, network, request);
}

/// Appends the head for a proxy that is asked for the whole URL, with the host that the header
/// names, as Go writes it.
pub(super) fn render_for_proxy(
    out: &mut Vec<u8>,
    network: &Network,
    request: &Request,
    proxy: &Via,
) -> Result<(), Failure> {
    let start = format!("{} {} HTTP/1.1\r\n", request.method, absolute(request)?);
    out.extend_from_slice(start.as_bytes());
    line(out, b"Host", host_header(request).unwrap_or(&request.target.host_header));
    if let Some(authorization) = &proxy.authorization {
        line(out, b"Proxy-Authorization", authorization);
    }
    rest(out, network, request);
    Ok(())
}

/// What follows the host, and the end.
fn rest(out: &mut Vec<u8>, network: &Network, request: &Request) {
    let has = |name| request.headers.iter().any(|header| header.name == name);
    if let Some(user_agent) = network.user_agent()
        && !has(USER_AGENT)
    {
        line(out, b"User-Agent", user_agent);
    }
    // An empty body is announced only where one is expected.
    let expects_body = matches!(request.method, Method::POST | Method::PUT | Method::PATCH)
        && !request.has_empty_body;
    if expects_body || !request.body.is_empty() {
        out.extend_from_slice(b"Content-Length: ");
        decimal(out, request.body.len() as u64);
        out.extend_from_slice(b"\r\n");
    }
    let is_last = request.connection != ConnectionUse::Hold;
    let closes = network.settings().no_connection_reuse && is_last;
    for header in request.headers.iter().filter(|header| !is_ours(header)) {
        if closes && header.name == CONNECTION {
            continue;
        }
        spell(out, header);
        out.extend_from_slice(b": ");
        out.extend_from_slice(header.value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    if closes {
        out.extend_from_slice(b"Connection: close\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

/// True when the request's own headers say that it is the last one of its connection.
pub(super) fn asks_to_close(request: &Request) -> bool {
    let mut own = request.headers.iter().filter(|header| header.name == CONNECTION);
    own.any(|header| super::head::has_token(header.value.as_bytes(), "close"))
}

/// Appends a header line.
pub(crate) fn line(out: &mut Vec<u8>, name: &[u8], value: &HeaderValue) {
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value.as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// The name as it was written.
fn spell(out: &mut Vec<u8>, header: &Header) {
    if let Some(spelling) = &header.spelling {
        out.extend_from_slice(spelling);
        return;
    }
    let start = out.len();
    out.extend_from_slice(header.name.as_str().as_bytes());
    let mut previous = b'-';
    for byte in &mut out[start..] {
        if previous == b'-' {
            byte.make_ascii_uppercase();
        }
        previous = *byte;
    }
}

fn decimal(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Target;
    use crate::settings::Settings;
    use bytes::Bytes;
    use std::rc::Rc;
    use std::sync::Arc;

    fn rendered(settings: Settings, request: &Request) -> String {
        let network = Network::new(Arc::new(settings)).unwrap();
        let mut out = Vec::new();
        render(&mut out, &network, request);
        String::from_utf8(out).unwrap()
    }

    fn request(method: Method, headers: &[(&str, &str)]) -> Request {
        let mut request =
            Request::new(method, Rc::new(Target::parse("http://h.test:81/p?q=1").unwrap()));
        let header = |(name, value): &(&str, &str)| Header::new(name, value.as_bytes()).unwrap();
        request.headers = headers.iter().map(header).collect();
        request
    }

    fn quiet() -> Settings {
        Settings { user_agent: String::new(), ..Settings::default() }
    }

    #[test]
    fn a_head_is_what_the_target_says_and_the_headers_add() {
        let settings = Settings { user_agent: "me".into(), ..Settings::default() };
        let mut post = request(Method::POST, &[("x-lower", "1"), ("X-Title", "2")]);
        post.body = Bytes::from(vec![0; 1_234_567]);
        let expected = "POST /p?q=1 HTTP/1.1\r\nHost: h.test:81\r\nUser-Agent: me\r\n\
            Content-Length: 1234567\r\nx-lower: 1\r\nX-Title: 2\r\n\r\n";
        assert_eq!(rendered(settings, &post), expected);
    }

    #[test]
    fn the_request_s_host_wins() {
        let head = rendered(quiet(), &request(Method::GET, &[("HOST", "other"), ("A", "1")]));
        assert_eq!(head, "GET /p?q=1 HTTP/1.1\r\nHost: other\r\nA: 1\r\n\r\n");
    }

    #[test]
    fn without_reuse_connection_is_ours() {
        let settings = Settings { no_connection_reuse: true, ..quiet() };
        let head = rendered(settings, &request(Method::PUT, &[("Connection", "keep-alive")]));
        let lines = "Host: h.test:81\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        assert_eq!(head, format!("PUT /p?q=1 HTTP/1.1\r\n{lines}"));
    }

    #[test]
    fn a_request_can_ask_to_close() {
        for (value, closes) in [("close", true), ("x, Close", true), ("keep-alive", false)] {
            let request = request(Method::GET, &[("connection", value)]);
            assert_eq!(asks_to_close(&request), closes, "{value}");
        }
    }

    #[test]
    fn numbers_have_all_their_digits() {
        for number in [0, 7, 10, 1_234_567_890, u64::MAX] {
            let mut out = Vec::new();
            decimal(&mut out, number);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }
}
