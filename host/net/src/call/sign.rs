//! Headers that a request gets besides its own: cookies, and the URL's user.

use http::HeaderValue;
use http::header::{AUTHORIZATION, COOKIE, HeaderName};

use super::{Call, CallCookie, SharedJar, now_ms};
use crate::auth::Credentials;
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

/// The call's user, or the URL's, becomes a header, unless the caller wrote one or the server is to
/// ask first. Gives the headers without it.
pub(super) fn add_user(call: &mut Call) -> Option<Vec<Header>> {
    if call.challenge.is_some() {
        return None;
    }
    let value = match (&call.credentials, &call.request.target.url().user) {
        (Some(credentials), _) => credentials.basic(),
        (None, Some((user, password))) => {
            let (user, password) = (user.clone(), password.clone().unwrap_or_default());
            Credentials { user, password }.basic()
        }
        (None, None) => return None,
    };
    let headers = &mut call.request.headers;
    if headers.iter().any(|header| header.name() == AUTHORIZATION.as_str()) {
        return None;
    }
    let value = HeaderValue::try_from(value).ok()?;
    let unsigned = headers.clone();
    insert(headers, AUTHORIZATION, value);
    Some(unsigned)
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
        let url = "http://joe:se%20cret@h/";
        let mut signed = Call::from(request(url, &[("Accept", "a"), ("X", "1")]));
        let unsigned = add_user(&mut signed).unwrap();
        assert_eq!(unsigned.len(), 2);
        assert_eq!(
            lines(&signed.request),
            ["accept: a", "authorization: Basic am9lOnNlIGNyZXQ=", "x: 1"]
        );
        let mut own = Call::from(request("http://joe@h/", &[("authorization", "mine")]));
        assert!(add_user(&mut own).is_none());
        assert!(add_user(&mut request("http://h/", &[]).into()).is_none());
        let mut asked = Call::from(request("http://joe@h/", &[]));
        asked.challenge = Some(super::super::Challenge::Digest);
        assert!(add_user(&mut asked).is_none(), "a password is not said aloud before that");
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
