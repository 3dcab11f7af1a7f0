//! What a redirect makes of a request.

use http::HeaderValue;
use http::Method;
use http::header::{
    AUTHORIZATION, COOKIE, HOST, LOCATION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, REFERER,
    WWW_AUTHENTICATE,
};
use std::rc::Rc;

use super::{Call, Journey, Sent, sign};
use crate::cookies::is_within;
use crate::error_kind::{ErrorCode, Failure};
use crate::http::headers::Headers;
use crate::http::request::{Request, Target};
use crate::http::response::{Exchange, Proto};
use crate::url::Url;
use crate::url::quote::quoted;

/// Where a redirect leads.
pub(super) struct Next {
    url: Url,
    /// A relative reference keeps a `Host` header that the caller wrote.
    keeps_host: bool,
}

impl Next {
    /// The error is Go's.
    pub(super) fn of(current: &Target, location: &str) -> Result<Self, String> {
        let reference = Url::parse(location).map_err(|reason| {
            format!("failed to parse Location header {}: {reason}", quoted(location))
        })?;
        let url = current.url().resolve(&reference);
        Ok(Self { url, keeps_host: !reference.is_absolute() })
    }
}

/// The exchange, which has failed where it redirects to what is no URL: that is not followed,
/// whatever the bound on redirects, and there is no response. So k6 has it.
pub(super) fn readable(current: &Target, exchange: Exchange) -> Exchange {
    let next = location(&exchange).map(|location| Next::of(current, &location));
    let Some(Err(reason)) = next else { return exchange };
    Exchange {
        status: 0,
        proto: Proto::None,
        reason: None,
        headers: Headers::default(),
        body: bytes::Bytes::new(),
        failure: Some(Failure::new(ErrorCode::GENERIC, reason)),
        ..exchange
    }
}

/// The URL or reference that a response redirects to.
pub(super) fn location(exchange: &Exchange) -> Option<String> {
    if !matches!(exchange.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = exchange.headers.get(LOCATION)?;
    let location = String::from_utf8_lossy(location);
    (!location.is_empty()).then(|| location.into_owned())
}

/// Makes the next request of the last one.
pub(super) fn go_on(
    call: &mut Call,
    exchange: &Exchange,
    next: Next,
    first: &Sent,
    journey: &mut Journey,
) {
    let request = &mut call.request;
    let host = next.url.host_name().to_ascii_lowercase();
    let first_host = first.target.url().host_name().to_ascii_lowercase();
    journey.has_left_host |= !is_within(&host, &first_host);
    if journey.has_left_host {
        // As a header that says who is there.
        call.credentials = None;
        // What was said of one host, a client certificate among it, is not for another.
        request.tls = None;
    }
    journey.hops += 1;
    let (method, keeps_body) = method_after(exchange.status, &request.method);
    request.method = method;
    if !keeps_body {
        request.body = bytes::Bytes::new();
    }
    let (is_signed, has_left_host) = (journey.is_signed, journey.has_left_host);
    request.headers.retain(|header| match header.name() {
        // They come from the jar and the call again, and from the URL.
        name if name == COOKIE.as_str() => false,
        name if name == AUTHORIZATION.as_str() => !is_signed && !has_left_host,
        name if name == HOST.as_str() => next.keeps_host,
        name => !(has_left_host && is_secret(name)),
    });
    set_referer(request, &next.url, first);
    request.target = Rc::new(Target::of(next.url));
}

/// Headers that another host must not see; cookies and authorization are looked at before.
fn is_secret(name: &str) -> bool {
    let secrets = [WWW_AUTHENTICATE, PROXY_AUTHORIZATION, PROXY_AUTHENTICATE];
    name == "cookie2" || secrets.iter().any(|secret| secret.as_str() == name)
}

/// What a redirect makes of the method, and whether the body is sent again.
fn method_after(status: u16, method: &Method) -> (Method, bool) {
    match status {
        307 | 308 => (method.clone(), true),
        _ if *method == Method::HEAD => (Method::HEAD, false),
        _ => (Method::GET, false),
    }
}

/// The page that led here, unless the caller says another or it is a secret.
fn set_referer(request: &mut Request, next: &Url, first: &Sent) {
    let is_referer = |header: &crate::Header| header.name() == REFERER.as_str();
    if first.headers.iter().any(is_referer) {
        return;
    }
    request.headers.retain(|header| !is_referer(header));
    let current = request.target.url();
    if current.scheme == "https" && next.scheme == "http" {
        return;
    }
    if let Ok(value) = HeaderValue::try_from(current.without_user().text()) {
        sign::insert(&mut request.headers, REFERER, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn methods_change_as_browsers_do_it() {
        assert_eq!(method_after(301, &Method::POST), (Method::GET, false));
        assert_eq!(method_after(303, &Method::PUT), (Method::GET, false));
        assert_eq!(method_after(302, &Method::HEAD), (Method::HEAD, false));
        assert_eq!(method_after(307, &Method::POST), (Method::POST, true));
        assert_eq!(method_after(308, &Method::DELETE), (Method::DELETE, true));
    }

    #[test]
    fn a_location_is_read_for_redirects_alone() {
        let mut exchange = Exchange { status: 302, ..Exchange::default() };
        assert_eq!(location(&exchange), None);
        exchange.headers = Headers::of_text(Bytes::from_static(b"location: /x\r\n"));
        assert_eq!(location(&exchange).as_deref(), Some("/x"));
        exchange.status = 200;
        assert_eq!(location(&exchange), None);
    }

    #[test]
    fn a_bad_location_is_told_in_words() {
        let target = Target::parse("http://h/").unwrap();
        let reason = Next::of(&target, "http://:x").err().unwrap();
        assert!(reason.starts_with("failed to parse Location header \"http://:x\": "), "{reason}");
        let to = |location: &'static str| Exchange {
            status: 302,
            headers: Headers::of_text(Bytes::from(format!("location: {location}\r\n"))),
            ..Exchange::default()
        };
        let unreadable = readable(&target, to("http://:x"));
        assert_eq!((unreadable.status, unreadable.error_code()), (0, 1000));
        assert_eq!(readable(&target, to("/x")).status, 302);
    }
}
