//! The routes that are pages: `/login` with a form, and `/account`, where it leads.
//!
//! The user is `joe` with the password `secret`, as elsewhere. The form's hidden token has to come
//! back. Who has logged in has a cookie, and nothing is remembered here.

use http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use http::{HeaderValue, Method, StatusCode};

use crate::reply::{Body, Reply};
use crate::route::{Request, not_allowed, percent_decode};

const USER: &str = "joe";
const PASSWORD: &str = "secret";
const TOKEN: &str = "t0ken & more";
const COOKIE: &str = "session=joe";

pub(crate) fn login(request: &Request<'_>) -> Reply {
    match *request.method {
        Method::GET => page(StatusCode::OK, &LOGIN.replace("TOKEN", &TOKEN.replace('&', "&amp;"))),
        Method::POST if is_known(request.body) => {
            let mut reply = Reply::empty(StatusCode::SEE_OTHER);
            reply.headers.push((LOCATION, HeaderValue::from_static("/account?from=login")));
            reply.headers.push((SET_COOKIE, HeaderValue::from_static("session=joe; Path=/")));
            reply
        }
        Method::POST => {
            let text = "user, password or the form's token is wrong";
            page(StatusCode::UNAUTHORIZED, &format!("<p class=error>{text}</p>\n"))
        }
        _ => not_allowed(request, "GET, POST"),
    }
}

pub(crate) fn account(request: &Request<'_>) -> Reply {
    let cookies = request.headers.get("cookie").unwrap_or_default();
    if cookies.split("; ").any(|cookie| cookie == COOKIE) {
        return page(StatusCode::OK, ACCOUNT);
    }
    page(StatusCode::UNAUTHORIZED, "<p class=error>log in first</p>\n")
}

fn is_known(form: &[u8]) -> bool {
    let form = String::from_utf8_lossy(form);
    let says = |name: &str, value: &str| {
        form.split('&').any(|pair| {
            let (own, text) = pair.split_once('=').unwrap_or((pair, ""));
            own == name && percent_decode(text) == value.as_bytes()
        })
    };
    says("user", USER) && says("password", PASSWORD) && says("token", TOKEN) && says("go", "in")
}

fn page(status: StatusCode, html: &str) -> Reply {
    let html = format!("<!DOCTYPE html>\n{html}");
    let html_type = HeaderValue::from_static("text/html; charset=utf-8");
    Reply { status, headers: vec![(CONTENT_TYPE, html_type)], body: Body::Bytes(html.into()) }
}

const LOGIN: &str = "<title>Log in</title>
<form id=search action=/echo><input name=q value=shoes></form>
<form id=login method=post action=login>
  <input type=hidden name=token value='TOKEN'>
  <input name=user> <input type=password name=password>
  <input type=checkbox name=stay checked=checked>
  <button type=submit name=go value=in>Log in</button>
</form>
";

const ACCOUNT: &str = "<title>Account</title>
<h1>Hello joe</h1>
<ul id=orders>
  <li data-id=7><a href=products/7>Product 7</a>
  <li data-id=9><a href=products/9>Product 9</a>
</ul>
";
