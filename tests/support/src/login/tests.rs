//! The routes as functions. What a client says is checked by the client's own tests.

use http::Method;
use proptest::prelude::*;

use super::*;
use crate::arrival::Protocol;
use crate::config::Config;
use crate::route::Headers;

fn with(authorization: &str, ask: impl Fn(&Request<'_>) -> Reply) -> (u16, Vec<String>) {
    let head = format!("GET / HTTP/1.1\r\nAuthorization: {authorization}\r\n\r\n");
    let reply = ask(&Request {
        method: &Method::GET,
        target: "/dir/index.html",
        protocol: Protocol::Http1,
        connection: 1,
        headers: Headers::Http1(head.as_bytes()),
        body: b"",
    });
    let challenges = reply.headers.iter().filter(|(name, _)| name == WWW_AUTHENTICATE);
    let challenges = challenges.map(|(_, value)| value.to_str().unwrap().to_owned()).collect();
    (reply.status.as_u16(), challenges)
}

#[test]
fn basic_is_right_or_asked_for() {
    let ask = |said: &str, query: &str| with(said, |request| basic(request, query)).0;
    assert_eq!(ask("Basic am9lOnNlY3JldA==", ""), 200);
    assert_eq!(ask("Basic am9lOnNlY3JldA==", "password=other"), 401);
    assert_eq!(ask("", ""), 401);
}

#[test]
fn a_digest_is_asked_for_as_the_path_says() {
    let shared = Shared::new(Config::default());
    let ask = |qop: &str, algorithm: &str| {
        with("", |request| digest(qop, algorithm, request, "", &shared))
    };
    let (status, challenges) = ask("both", "SHA-256-sess");
    assert_eq!(status, 401);
    assert!(challenges[1].contains(r#"qop="auth,auth-int", algorithm=SHA-256-sess"#));
    let (_, challenges) = ask("none", "none");
    assert!(!challenges[1].contains("qop") && !challenges[1].contains("algorithm"));
    assert_eq!(ask("auth", "ROT13").0, 404);
}

#[test]
fn ntlm_begins_with_a_challenge() {
    let shared = Shared::new(Config::default());
    let ask = |said: &str| with(said, |request| ntlm(request, "", &shared));
    assert_eq!(ask(""), (401, vec!["Negotiate".to_owned(), "NTLM".to_owned()]));
    let hello = format!("NTLM {}", base64(b"NTLMSSP\0\x01\0\0\0"));
    assert!(ask(&hello).1[0].starts_with("NTLM TlRMTVNTUAAC"));
    let bad = format!("NTLM {}", base64(b"NTLMSSP\0\x03\0\0\0"));
    assert_eq!(ask(&bad).1.len(), 2);
}

proptest! {
    #[test]
    fn nothing_that_is_said_panics(
        said in "[ -~]{0,80}",
        proof in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let shared = Shared::new(Config::default());
        let (said, header) = (format!("Digest {said}"), format!("NTLM {}", base64(
            &[&b"NTLMSSP\0\x03\0\0\0"[..], &proof].concat(),
        )));
        with(&said, |request| digest("auth", "MD5", request, "", &shared));
        let hello = format!("NTLM {}", base64(b"NTLMSSP\0\x01\0\0\0"));
        with(&hello, |request| ntlm(request, "", &shared));
        prop_assert_eq!(with(&header, |request| ntlm(request, "", &shared)).0, 401);
    }
}
