//! Cookies of servers and of scripts.

use crate::cookies::text::{append, is_token, parse_header, parse_set_date};
use crate::cookies::{Jar, SetCookie};
use crate::url::Url;

const NOW_MS: i64 = 1_700_000_000_000;

/// The first line is a URL, the others are its `Set-Cookie`. What is taken is well formed, goes to
/// nobody else, comes back from a `Cookie` header as it was, and can be removed.
pub(super) fn cookies(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (url, lines) = text.split_once('\n').unwrap_or((&text, ""));
    let _ = parse_set_date(url);
    for line in lines.split('\n') {
        let _ = parse_set_date(line);
        for (name, value) in parse_header(line) {
            is_well_formed(name, value);
        }
    }
    let cookies: Vec<SetCookie> = lines.split('\n').filter_map(SetCookie::parse).collect();
    for cookie in &cookies {
        is_well_formed(&cookie.name, &cookie.value);
        is_read_again(cookie);
    }
    let Ok(url) = Url::parse(url) else { return };
    let mut jar = Jar::default();
    jar.set(&url, &cookies, NOW_MS);
    let sent: Vec<(String, String)> = owned(jar.cookies(&url, NOW_MS));
    assert!(sent.len() <= cookies.len());
    let mut header = String::new();
    for (name, value) in &sent {
        append(&mut header, name, value);
    }
    assert_eq!(owned(parse_header(&header)), sent, "{header}");
    for stranger in ["http://stranger.invalid/", "https://1.2.3.4/"] {
        let Ok(stranger) = Url::parse(stranger) else { continue };
        if !url.host.ends_with("invalid") && !url.host.contains("1.2.3.4") {
            assert!(jar.cookies(&stranger, NOW_MS).is_empty(), "{}", url.text());
        }
    }
    let mut insecure = url.clone();
    "http".clone_into(&mut insecure.scheme);
    if cookies.iter().all(|cookie| cookie.secure) {
        assert!(jar.cookies(&insecure, NOW_MS).is_empty());
    }
    // With the path and the domain that it has, every cookie can be removed.
    let gone: Vec<SetCookie> =
        cookies.into_iter().map(|cookie| SetCookie { max_age: -1, ..cookie }).collect();
    jar.set(&url, &gone, NOW_MS);
    assert!(jar.is_empty(), "{header}");
}

fn owned(pairs: Vec<(&str, &str)>) -> Vec<(String, String)> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn is_well_formed(name: &str, value: &str) {
    assert!(is_token(name), "{name:?}");
    assert!(value.bytes().all(|byte| (b' '..0x7f).contains(&byte)), "{value:?}");
    assert!(!value.contains(['"', ';', '\\']), "{value:?}");
}

/// Written as a server would write it, with the attributes that came.
fn is_read_again(cookie: &SetCookie) {
    let mut line = format!("{}=\"{}\"", cookie.name, cookie.value);
    let texts = [("Domain", &cookie.domain), ("Path", &cookie.path)];
    for (name, value) in texts.into_iter().filter(|(_, value)| !value.is_empty()) {
        line.extend(["; ", name, "=", value]);
    }
    if cookie.max_age != 0 {
        line.extend(["; Max-Age=", &cookie.max_age.to_string()]);
    }
    if cookie.secure {
        line.push_str("; Secure");
    }
    if cookie.http_only {
        line.push_str("; HttpOnly");
    }
    let expected = SetCookie { expires_ms: None, ..cookie.clone() };
    assert_eq!(SetCookie::parse(&line), Some(expected), "{line}");
}
