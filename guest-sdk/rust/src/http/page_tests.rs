//! Forms and links of responses: the requests that they make.

use super::*;
use crate::testing::{Host, Reply};

const PAGE: &str = "<form id=search action='find?old=1#top'><input name=q value=tea></form>\
    <form id=login method=post action=/session><input name=user><input name=token value='a&b'>\
    <button type=submit name=go value=in>In</button><input type=submit name=out value=x></form>\
    <form id=odd method=Purge></form><a>none</a><a href=../up>Up</a><a href='//b/c'>Other</a>";

fn shop() -> (Host, Response) {
    let host = Host::new();
    host.reply("http://shop/a/page", Reply::new(200).body(PAGE));
    let response = crate::http::get("http://shop/a/page").send();
    (host, response)
}

fn sent(host: &Host, request: Request<'_>) -> (String, String, String) {
    request.send();
    let sent = host.requests().pop().unwrap();
    let body = String::from_utf8(sent.body.unwrap_or_default()).unwrap();
    (sent.method, sent.url, body)
}

#[test]
fn a_form_is_filled_in_and_sent() {
    let (host, page) = shop();
    let login = FormSubmission::new().selector("#login").field("user", "ada").field("user", "eve");
    let (method, url, body) = sent(&host, page.submit_form(login).unwrap().name("login"));
    assert_eq!((method.as_str(), url.as_str()), ("POST", "http://shop/session"));
    assert_eq!(body, "go=in&token=a%26b&user=ada&user=eve");
    let headers = host.requests().pop().unwrap().headers;
    let form = "application/x-www-form-urlencoded".to_owned();
    assert_eq!(headers, [("Content-Type".to_owned(), form)]);
    let other = FormSubmission::new().selector("#login").submit_selector("[name=out]");
    assert_eq!(sent(&host, page.submit_form(other).unwrap()).2, "out=x&token=a%26b&user=");
}

#[test]
fn a_form_that_is_read_only_asks_in_the_url() {
    let (host, page) = shop();
    let (method, url, body) = sent(&host, page.submit_form(FormSubmission::new()).unwrap());
    assert_eq!((method.as_str(), body.as_str()), ("GET", ""));
    // As in k6, which submits all forms that the selector finds as one.
    assert_eq!(url, "http://shop/a/find?go=in&q=tea&token=a%26b&user=");
    let search = FormSubmission::default().selector("#search").field("q", "ü");
    assert_eq!(sent(&host, page.submit_form(search).unwrap()).1, "http://shop/a/find?q=%C3%BC");
    let odd = page.submit_form(FormSubmission::new().selector("#odd")).unwrap();
    let expected = ("PURGE".to_owned(), "http://shop/a/page".to_owned(), String::new());
    assert_eq!(sent(&host, odd), expected);
}

#[test]
fn links_are_followed_from_where_the_page_is() {
    let (host, page) = shop();
    assert_eq!(sent(&host, page.click_link("a[href]", 0).unwrap()).1, "http://shop/up");
    assert_eq!(sent(&host, page.click_link("a[href]", 1).unwrap()).1, "http://b/c");
    let error = page.click_link("a[href]", 2).unwrap_err();
    let expected =
        "`a[href]` finds no link 2 (there are 2) on the page http://shop/a/page (status 200)";
    assert_eq!(error.to_string(), expected);
    let error = page.click_link("a", 0).unwrap_err();
    let expected = "`a` finds <a> on the page http://shop/a/page, which has no `href`";
    assert_eq!(error.to_string(), expected);
    assert!(error.place().file().ends_with("page_tests.rs"), "{}", error.place());
}

#[test]
fn what_is_not_there_is_told() {
    let (host, page) = shop();
    let error = page.submit_form(FormSubmission::new().selector("#none")).unwrap_err();
    let expected = "`#none` finds no form on the page http://shop/a/page (status 200)";
    assert_eq!(error.to_string(), expected);
    host.reply("http://down/", Reply::failure(1212, "connection refused"));
    let error = crate::http::get("http://down/").send().html().unwrap_err();
    assert_eq!(error.to_string(), "there is no page, the request failed: connection refused");
}
