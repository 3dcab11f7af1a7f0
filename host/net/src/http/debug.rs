//! The option `httpDebug`: requests and responses in the log, as text.
//!
//! Goes out as `tracing` events of level info with the target `squall::http_debug`. Bodies are
//! shown with `full` only, as text where they are text; headers that carry credentials are shown
//! too, since they are what one debugs.

use std::fmt::Write as _;

use crate::http::request::Request;
use crate::http::response::Exchange;
use crate::settings::HttpDebug;

/// The event target of the dumps.
pub(crate) const TARGET: &str = "squall::http_debug";

pub(crate) fn request(request: &Request, level: HttpDebug) {
    tracing::info!(target: TARGET, "request:\n{}", request_text(request, level));
}

pub(crate) fn response(exchange: &Exchange, level: HttpDebug) {
    tracing::info!(target: TARGET, "response:\n{}", response_text(exchange, level));
}

fn request_text(request: &Request, level: HttpDebug) -> String {
    let target = &request.target;
    let mut text = format!("{} {} HTTP\n", request.method, target.path_and_query());
    if !request.headers.iter().any(|header| header.name() == "host") {
        line(&mut text, "Host", target.host_header.as_bytes());
    }
    for header in &request.headers {
        line(&mut text, &String::from_utf8_lossy(&header.spelled()), header.value());
    }
    body(&mut text, &request.body, level);
    text
}

fn response_text(exchange: &Exchange, level: HttpDebug) -> String {
    if let Some(failure) = &exchange.failure {
        return format!("no response: {} (error code {})\n", failure.message, failure.code);
    }
    let mut text = format!("{} {}\n", exchange.proto.as_str(), exchange.status);
    for (name, value) in exchange.headers.iter() {
        line(&mut text, name, value);
    }
    body(&mut text, &exchange.body, level);
    text
}

fn line(text: &mut String, name: &str, value: &[u8]) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value));
}

fn body(text: &mut String, body: &[u8], level: HttpDebug) {
    if level == HttpDebug::Full && !body.is_empty() {
        let _ = match std::str::from_utf8(body) {
            Ok(body) => writeln!(text, "\n{body}"),
            Err(_) => writeln!(text, "\n({} bytes that are not text)", body.len()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_kind::{ErrorCode, Failure};
    use crate::http::headers::Headers;
    use crate::http::request::{Header, Target};
    use crate::http::response::Proto;
    use bytes::Bytes;
    use http::Method;
    use std::rc::Rc;

    #[test]
    fn a_request_is_shown_with_its_body_when_asked() {
        let target = Rc::new(Target::parse("http://h:81/p?q").unwrap());
        let mut shown = Request::new(Method::POST, target);
        shown.headers.push(Header::new("x-Id", b"7").unwrap());
        shown.body = Bytes::from_static(b"{}");
        let head = "POST /p?q HTTP\nHost: h:81\nx-Id: 7\n";
        assert_eq!(request_text(&shown, HttpDebug::Headers), head);
        assert_eq!(request_text(&shown, HttpDebug::Full), format!("{head}\n{{}}\n"));
    }

    #[test]
    fn a_response_is_shown_or_why_there_is_none() {
        let headers = Headers::of_text(Bytes::from_static(b"A: b\r\n"));
        let body = Bytes::from_static(&[0xff, 0xfe]);
        let shown =
            Exchange { status: 200, proto: Proto::Http11, headers, body, ..Exchange::default() };
        let text = response_text(&shown, HttpDebug::Full);
        assert_eq!(text, "HTTP/1.1 200\nA: b\n\n(2 bytes that are not text)\n");
        let failed = Exchange::failed(Failure::new(ErrorCode::TLS, "bad"), 1);
        let text = response_text(&failed, HttpDebug::Headers);
        assert_eq!(text, "no response: bad (error code 1300)\n");
    }
}
