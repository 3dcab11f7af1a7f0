//! Tests of URLs; what is expected was seen in k6.

use super::*;

#[test]
fn refuses_in_the_words_of_go() {
    let reason = |text: &str| Url::parse(text).unwrap_err();
    assert_eq!(reason("http://:::bad"), r#"parse "http://:::bad": invalid port ":bad" after host"#);
    assert_eq!(reason("http://[::1"), r#"parse "http://[::1": missing ']' in host"#);
    assert_eq!(reason("http://a b/"), r#"parse "http://a b/": invalid character " " in host name"#);
    assert_eq!(reason("://x"), r#"parse "://x": missing protocol scheme"#);
    assert_eq!(reason("http://%zz/"), r#"parse "http://%zz/": invalid URL escape "%zz""#);
    assert_eq!(reason("http://h/%"), r#"parse "http://h/%": invalid URL escape "%""#);
    assert_eq!(reason("http://%41/"), r#"parse "http://%41/": invalid URL escape "%41""#);
    assert_eq!(reason("http://a b@h"), r#"parse "http://a b@h": net/url: invalid userinfo"#);
    assert_eq!(reason("http://[1]x/"), r#"parse "http://[1]x/": invalid port "x" after host"#);
    let colon = "first path segment in URL cannot contain colon";
    assert_eq!(reason("1:b"), format!("parse \"1:b\": {colon}"));
    let control = "net/url: invalid control character in URL";
    assert_eq!(reason("http://h/\n"), format!("parse \"http://h/\\n\": {control}"));
}

#[test]
fn is_written_as_go_writes_it() {
    let written = |text: &str| Url::parse(text).unwrap().text();
    assert_eq!(written("http://h/echo/ü?ü=ü x#ü"), "http://h/echo/%C3%BC?ü=ü x#%C3%BC");
    assert_eq!(written("http://h/a b"), "http://h/a%20b");
    assert_eq!(written("HTTP://H/%7e%2f"), "http://H/%7e%2f");
    assert_eq!(written("http://h/e|\"<>^`{}"), "http://h/e%7C%22%3C%3E%5E%60%7B%7D");
    assert_eq!(written("http://a%20b:c%2fd@h"), "http://a%20b:c%2Fd@h");
    assert_eq!(written("http://"), "http:");
    for same in ["http:///path", "http://user@", "mailto:x", "//h/x", "x/y:z", "http://h?x", ""] {
        assert_eq!(written(same), same);
    }
}

#[test]
fn references_are_resolved() {
    let base = Url::parse("http://h:1/a/b?q#f").unwrap();
    let to = |text: &str| base.resolve(&Url::parse(text).unwrap()).text();
    assert_eq!(to("../a/./../echo"), "http://h:1/echo");
    assert_eq!(to("?x=1"), "http://h:1/a/b?x=1");
    assert_eq!(to("c/"), "http://h:1/a/c/");
    assert_eq!(to("//other/x"), "http://other/x");
    assert_eq!(to("https://other/a/.."), "https://other/");
    assert_eq!(to("#g"), "http://h:1/a/b?q#g");
    assert_eq!(to("/x#y"), "http://h:1/x#y");
}

#[test]
fn parts_are_found() {
    let url = Url::parse("http://joe:se%20cret@[::1]:80/x").unwrap();
    assert_eq!(url.user, Some(("joe".to_owned(), Some("se cret".to_owned()))));
    assert_eq!(url.host_name(), "::1");
}
