//! Any text as `WWW-Authenticate`: it is read, and answered or refused by digest and NTLM.

#![no_main]

use libfuzzer_sys::fuzz_target;
use squall_net::auth::challenge::challenges;
use squall_net::auth::digest::{Ask, Sessions};
use squall_net::auth::ntlm::{self, Scheme};
use squall_net::auth::Credentials;

fuzz_target!(|input: (Vec<&[u8]>, Vec<u8>)| {
    let (lines, message) = input;
    for challenge in challenges(lines.iter().copied()) {
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
            assert!(value.starts_with("Digest "));
            assert!(sessions.answer_ahead(&ask).is_some());
        }
    }
    let _ = Scheme::offered(lines.iter().copied());
    // The message of NTLM would never be found behind its base64.
    let line = squall_net::fuzz::ntlm_line(&message);
    let _ = ntlm::authenticate(Scheme::Ntlm, &credentials, [line.as_bytes()], [0; 8], 0);
});
