//! Headers that a request gets besides its own: cookies, and the URL's user.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::{AUTHORIZATION, COOKIE, HeaderName};

use super::{CallCookie, SharedJar, now_ms};
use crate::cookies::text;
use crate::http::request::{Header, Request};

/// Puts a header where it would stand in an ordered list, which is how Go sends them.
pub(super) fn insert(headers: &mut Vec<Header>, name: HeaderName, value: HeaderValue) {
    let at = headers.iter().position(|header| header.name() > name.as_str());
    headers.insert(at.unwrap_or(headers.len()), Header::of(name, value));
}

/// Appends the call's cookies and the jar's to the header `Cookie`.
pub(super) fn add_cookies(request: &mut Request, of_call: &[CallCookie], jar: Option<&SharedJar>) {
    let known = request.headers.iter().position(|header| header.name() == COOKIE.as_str());
    let known = known.map(|at| request.headers.remove(at));
    let mut line = known
        .as_ref()
        .map_or_else(String::new, |header| String::from_utf8_lossy(header.value()).into_owned());
    for cookie in of_call {
        text::append(&mut line, &cookie.name, &cookie.value);
    }
    if let Some(jar) = jar {
        let is_replaced = |name: &str| of_call.iter().any(|c| c.replaces && c.name == name);
        for (name, value) in jar.borrow_mut().cookies(request.target.url(), now_ms()) {
            if !is_replaced(name) {
                text::append(&mut line, name, value);
            }
        }
    }
    // Names may hold anything; what cannot be a header is not sent.
    let value = HeaderValue::from_bytes(line.as_bytes());
    if let Ok(value) = value
        && (!line.is_empty() || known.is_some())
    {
        insert(&mut request.headers, COOKIE, value);
    }
}

/// The URL's user becomes a header, unless the caller wrote it. Gives the headers without it.
pub(super) fn add_user(request: &mut Request) -> Option<Vec<Header>> {
    let (name, password) = request.target.url().user.as_ref()?;
    if request.headers.iter().any(|header| header.name() == AUTHORIZATION.as_str()) {
        return None;
    }
    let value = basic(name, password.as_deref().unwrap_or_default());
    let unsigned = request.headers.clone();
    insert(&mut request.headers, AUTHORIZATION, value);
    Some(unsigned)
}

fn basic(name: &str, password: &str) -> HeaderValue {
    let text = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
    HeaderValue::try_from(text).unwrap_or_else(|_| unreachable!("Base64 has no control characters"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookies::{Jar, SetCookie};
    use crate::http::request::Target;
    use http::Method;
    use std::cell::RefCell;
    use std::rc::Rc;

    fn request(url: &str, headers: &[(&str, &str)]) -> Request {
        let mut request = Request::new(Method::GET, Rc::new(Target::parse(url).unwrap()));
        let header = |(name, value): &(&str, &str)| Header::new(name, value.as_bytes()).unwrap();
        request.headers = headers.iter().map(header).collect();
        request
    }

    fn lines(request: &Request) -> Vec<String> {
        let line = |header: &Header| {
            format!("{}: {}", header.name(), String::from_utf8_lossy(header.value()))
        };
        request.headers.iter().map(line).collect()
    }

    #[test]
    fn a_user_in_the_url_signs_in() {
        let mut signed = request("http://joe:se%20cret@h/", &[("Accept", "a"), ("X", "1")]);
        let unsigned = add_user(&mut signed).unwrap();
        assert_eq!(unsigned.len(), 2);
        assert_eq!(lines(&signed), ["accept: a", "authorization: Basic am9lOnNlIGNyZXQ=", "x: 1"]);
        let mut own = request("http://joe@h/", &[("authorization", "mine")]);
        assert!(add_user(&mut own).is_none());
        assert!(add_user(&mut request("http://h/", &[])).is_none());
    }

    #[test]
    fn cookies_of_header_call_and_jar_come_in_this_order() {
        let mut jar = Jar::default();
        let url = crate::url::Url::parse("http://h/").unwrap();
        let cookies = ["a=jar", "b=jar", "c=jar"].map(|line| SetCookie::parse(line).unwrap());
        jar.set(&url, &cookies, 0);
        let jar = Rc::new(RefCell::new(jar));
        let cookie = |name: &str, replaces| CallCookie {
            name: name.to_owned(),
            value: "call".to_owned(),
            replaces,
        };
        let mut request = request("http://h/", &[("Cookie", "h=1"), ("X", "1")]);
        add_cookies(&mut request, &[cookie("a", true), cookie("b", false)], Some(&jar));
        assert_eq!(lines(&request), ["cookie: h=1; a=call; b=call; b=jar; c=jar", "x: 1"]);
    }
}
