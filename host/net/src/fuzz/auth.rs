//! Servers that ask who is there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::auth::Credentials;
use crate::auth::challenge::challenges as read;
use crate::auth::digest::{Ask, Sessions};
use crate::auth::ntlm::{self, Scheme};

/// Lines of `WWW-Authenticate`, which are answered or refused by digest and NTLM; and the whole as
/// a message of NTLM, which would never be found behind its base64.
pub(super) fn challenges(input: &[u8]) {
    // A head with control characters is refused before.
    let is_value = |line: &&[u8]| http::HeaderValue::from_bytes(line).is_ok();
    let lines: Vec<&[u8]> = input.split(|byte| *byte == b'\n').filter(is_value).collect();
    for challenge in read(lines.iter().copied()) {
        assert!(!challenge.scheme.is_empty());
    }
    let credentials = Credentials { user: "joe".to_owned(), password: "secret".to_owned() };
    let ask = Ask {
        origin: "http://host",
        method: "GET",
        uri: "/",
        body: b"",
        credentials: &credentials,
        cnonce: "0a4f113b",
    };
    let mut sessions = Sessions::default();
    for _ in 0..2 {
        if let Some(value) = sessions.answer(&ask, lines.iter().copied()) {
            assert!(value.starts_with("Digest ") && !value.contains("secret"), "{value}");
            assert!(http::HeaderValue::try_from(&value).is_ok(), "{value:?}");
            assert!(sessions.answer_ahead(&ask).is_some());
            let answered = read([value.as_bytes()]);
            assert_eq!(answered.len(), 1, "{value}");
            assert_eq!(answered[0].parameter("username"), Some("joe"), "{value}");
            assert_eq!(answered[0].parameter("uri"), Some("/"), "{value}");
        }
    }
    let _ = Scheme::offered(lines.iter().copied());
    let line = format!("NTLM {}", STANDARD.encode(input));
    let _ = ntlm::authenticate(Scheme::Ntlm, &credentials, [line.as_bytes()], [0; 8], 0);
}
