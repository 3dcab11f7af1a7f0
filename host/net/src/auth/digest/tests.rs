//! Against the examples of RFC 7616 and by hand; `tests/client/auth.rs` asks a server.

use proptest::prelude::*;

use super::*;

const CNONCE: &str = "0a4f113b";

fn mufasa() -> Credentials {
    Credentials { user: "Mufasa".into(), password: "Circle of Life".into() }
}

fn ask(credentials: &Credentials) -> Ask<'_> {
    Ask {
        origin: "http://www.example.org",
        method: "GET",
        uri: "/dir/index.html",
        body: b"",
        credentials,
        cnonce: CNONCE,
    }
}

fn answer(sessions: &mut Sessions, ask: &Ask<'_>, lines: &[&str]) -> Option<String> {
    sessions.answer(ask, lines.iter().map(|line| line.as_bytes()))
}

/// What is said, without quotes.
fn field(value: &str, name: &str) -> Option<String> {
    let all = challenges([value.as_bytes()]);
    all[0].parameter(name).map(str::to_owned)
}

#[test]
fn the_examples_of_the_rfc_come_out() {
    // RFC 7616, 3.9.1
    let credentials = mufasa();
    let ask = Ask { cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", ..ask(&credentials) };
    for (algorithm, response) in [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ] {
        let line = format!(
            r#"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm},
            nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny"#
        );
        let value = answer(&mut Sessions::default(), &ask, &[&line.replace('\n', "")]).unwrap();
        assert_eq!(field(&value, "response").unwrap(), response, "{algorithm}");
    }
}

#[test]
fn an_answer_has_what_the_server_needs() {
    let credentials = mufasa();
    let line = r#"Digest realm="r \"q\"", nonce="n1", qop="auth-int, auth", opaque="o==",
        algorithm=SHA-256"#
        .replace('\n', "");
    let value = answer(&mut Sessions::default(), &ask(&credentials), &[&line]).unwrap();
    let key = Hash::Sha256.of(["Mufasa", "r \"q\"", "Circle of Life"]);
    let request = Hash::Sha256.of(["GET", "/dir/index.html"]);
    let response = Hash::Sha256.of([&key, "n1", "00000001", CNONCE, "auth", &request]);
    assert_eq!(
        value,
        r#"Digest username="Mufasa", realm="r \"q\"", nonce="n1", uri="/dir/index.html", "#
            .to_owned()
            + &format!(r#"response="{response}", qop=auth, nc=00000001, cnonce="{CNONCE}", "#)
            + r#"opaque="o==", algorithm=SHA-256"#
    );
}

#[test]
fn without_a_protection_it_is_the_old_way() {
    let credentials = mufasa();
    let line = r#"Digest realm="r", nonce="n1""#;
    let value = answer(&mut Sessions::default(), &ask(&credentials), &[line]).unwrap();
    let key = Hash::Md5.of(["Mufasa", "r", "Circle of Life"]);
    let response = Hash::Md5.of([&key, "n1", &Hash::Md5.of(["GET", "/dir/index.html"])]);
    assert_eq!(field(&value, "response"), Some(response));
    for absent in ["qop", "nc", "cnonce", "opaque", "algorithm"] {
        assert_eq!(field(&value, absent), None, "{absent}");
    }
}

#[test]
fn auth_int_covers_the_body() {
    let credentials = mufasa();
    let line = r#"Digest realm="r", nonce="n1", qop="auth-int""#;
    let response = |body: &'static [u8]| {
        let ask = Ask { method: "POST", body, ..ask(&credentials) };
        let value = answer(&mut Sessions::default(), &ask, &[line]).unwrap();
        assert_eq!(field(&value, "qop").unwrap(), "auth-int");
        field(&value, "response").unwrap()
    };
    let key = Hash::Md5.of(["Mufasa", "r", "Circle of Life"]);
    let request = Hash::Md5.of(["POST", "/dir/index.html", &Hash::Md5.of_bytes(b"body")]);
    let expected = Hash::Md5.of([&key, "n1", "00000001", CNONCE, "auth-int", &request]);
    assert_eq!(response(b"body"), expected);
    assert_ne!(response(b"other"), expected);
}

#[test]
fn the_first_challenge_that_can_be_answered_is() {
    let credentials = mufasa();
    let ask = ask(&credentials);
    let mut sessions = Sessions::default();
    let lines = [
        r#"Basic realm="b""#,
        r#"Digest realm="odd", nonce="0", algorithm=SHA-3, Digest realm="odd", nonce="0", qop=x"#,
        r#"Digest realm="no nonce""#,
        r#"Digest realm="good", nonce="1", algorithm=sha-512-256-SESS"#,
        r#"Digest realm="worse", nonce="2", algorithm=MD5"#,
    ];
    let value = answer(&mut sessions, &ask, &lines).unwrap();
    assert_eq!(field(&value, "realm").unwrap(), "good");
    assert_eq!(field(&value, "algorithm").unwrap(), "sha-512-256-SESS");
    assert_eq!(answer(&mut sessions, &ask, &lines[..3]), None);
    assert_eq!(answer(&mut sessions, &ask, &[]), None);
}

#[test]
fn a_nonce_that_comes_again_is_counted_on() {
    let credentials = mufasa();
    let mut sessions = Sessions::default();
    let line = |nonce: &str, algorithm: &str| {
        format!(r#"Digest realm="r", nonce="{nonce}", qop="auth", algorithm={algorithm}"#)
    };
    let mut say = |line: &str, cnonce: &str| {
        let ask = Ask { cnonce, ..ask(&credentials) };
        let value = answer(&mut sessions, &ask, &[line]).unwrap();
        (field(&value, "nc").unwrap(), field(&value, "cnonce").unwrap())
    };
    assert_eq!(say(&line("a", "MD5"), "1"), ("00000001".into(), "1".into()));
    assert_eq!(say(&line("a", "MD5"), "2"), ("00000002".into(), "2".into()));
    assert_eq!(say(&line("b", "MD5"), "3"), ("00000001".into(), "3".into()));
    assert_eq!(say(&line("b", "MD5-sess"), "4"), ("00000001".into(), "4".into()));
    // The key of a session is made of the first one.
    assert_eq!(say(&line("b", "MD5-sess"), "5"), ("00000002".into(), "4".into()));
}

#[test]
fn who_has_asked_before_need_not_ask_again() {
    let credentials = mufasa();
    let mut sessions = Sessions::default();
    let ask = ask(&credentials);
    assert_eq!(sessions.answer_ahead(&ask), None);
    answer(&mut sessions, &ask, &[r#"Digest realm="r", nonce="n", qop=auth"#]).unwrap();
    let value = sessions.answer_ahead(&ask).unwrap();
    assert_eq!(field(&value, "nc").unwrap(), "00000002");
    let other = Credentials { user: "other".into(), ..credentials.clone() };
    assert_eq!(sessions.answer_ahead(&Ask { credentials: &other, ..ask }), None);
    assert_eq!(sessions.answer_ahead(&Ask { origin: "https://www.example.org", ..ask }), None);
}

#[test]
fn the_oldest_session_goes_first() {
    let credentials = mufasa();
    let mut sessions = Sessions::default();
    let origins: Vec<_> = (0..=SESSIONS_MAX).map(|n| format!("http://host-{n}")).collect();
    for origin in &origins {
        // The first one stays in use.
        let _ = sessions.answer_ahead(&Ask { origin: &origins[0], ..ask(&credentials) });
        let ask = Ask { origin, ..ask(&credentials) };
        answer(&mut sessions, &ask, &[r#"Digest realm="r", nonce="n""#]).unwrap();
    }
    assert_eq!(sessions.known.len(), SESSIONS_MAX);
    let mut knows =
        |n: usize| sessions.answer_ahead(&Ask { origin: &origins[n], ..ask(&credentials) });
    assert!(knows(0).is_some() && knows(1).is_none() && knows(SESSIONS_MAX).is_some());
}

proptest! {
    #[test]
    fn any_challenge_has_an_answer_that_is_one_line_or_none(
        line in ".{0,200}",
        user in ".{0,20}",
        uri in "/[!-~]{0,20}",
    ) {
        let credentials = Credentials { user, password: "p".into() };
        let ask = Ask { uri: &uri, ..ask(&credentials) };
        let mut sessions = Sessions::default();
        for line in [line.clone(), format!("Digest nonce={line}"), format!("Digest {line}")] {
            let _ = answer(&mut sessions, &ask, &[&line]);
        }
    }
}
