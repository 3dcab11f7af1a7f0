//! Targets for fuzzing: see `tests/fuzz`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::auth::Credentials;
use crate::auth::challenge::challenges;
use crate::auth::digest::{Ask, Sessions};
use crate::auth::ntlm::{self, Scheme};
use crate::{
    HostOverrides, HostnamePatterns, IpRange, Jar, Ocsp, SetCookie, Target, TlsCertificate,
    TlsIdentity, TlsRoots, TlsServerName, Url, cookie_date, parse_cookies,
};

/// Name, body, seeds.
#[expect(clippy::type_complexity, reason = "it is what all crates with targets agree on")]
pub const TARGETS: &[(&str, fn(&[u8]), &[&[u8]])] = &[
    (
        "http1_responses",
        crate::http::h1::lean::reader::check::any_input,
        &[
            b"\x02\x05\x09HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
            b"\x01\x03HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chu\
              nked\r\n\r\n\
              5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: z\r\n\r\n",
            b"\x08HTTP/1.0 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
            b"\x00HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nContent-Length: 7\n\n7\r\nto \
              the end",
        ],
    ),
    (
        "content_codings",
        crate::http::decode::check::any_input,
        &[
            // gzip, zlib and zstd of "hello".
            b"\x00\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcbH\xcd\xc9\xc9\x07\x00\x86\xa6\
              \x106\x05\x00\x00\x00",
            b"\x01x\x9c\xcbH\xcd\xc9\xc9\x07\x00\x06,\x02\x15",
            b"\x03(\xb5/\xfd\x04X)\x00\x00hello\xa1\xe1\xf7\x9e",
            b"\x02\x0b\x02\x80hello\x03",
        ],
    ),
    (
        "proxy_answers",
        crate::tunnel::check::any_answer,
        &[
            b"\x00HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n",
            b"\x00HTTP/1.1 407 Authenticate\r\nContent-Length: 2\r\n\r\nno",
            b"\x01\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50",
            b"\x02\x05\x02\x01\x00\x05\x00\x00\x03\x04test\x00\x50",
        ],
    ),
    (
        "challenges",
        any_challenge,
        &[
            b"Digest realm=\"a, b\", nonce=\"7\", qop=\"auth,auth-int\", algorithm=SHA-256, \
              opaque=x",
            b"Basic realm=\"x\", Digest nonce=\"n\\\"q\",algorithm=MD5-sess,qop=auth\nNegotiate",
            b"NTLM TlRMTVNTUAACAAAAAAAAADgAAAAFgokCASNFZ4mrze8AAAAAAAAAAAAAAAAAAAAA",
            b"NTLMSSP\0\x02\0\0\0\x0c\0\x0c\0\x38\0\0\0\x33\x82\x8a\xe2\x01\x23\x45\x67\x89\
              \xab\xcd\xef",
        ],
    ),
    (
        "tls_data",
        any_tls_data,
        &[
            include_bytes!("tls/testdata/client.pem"),
            b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n",
            b"\x30\x03\x0a\x01\x00",
            b"*.shop.test",
        ],
    ),
    (
        "cookies",
        any_cookies,
        &[
            b"id=7; Path=/a; Domain=.shop.test; Max-Age=60; Secure; HttpOnly\nid=\"a b\"; ma\
              x-age=0",
            b"a=1; Expires=Wed, 21 Oct 2065 07:28:00 GMT\nb=2; expires=Wed, 21-Oct-65 07:28:00 GMT",
            b"gone=; Max-Age=-1; domain=co.uk\n=x; path\nname=v,w\\; Domain=www.shop.test.",
        ],
    ),
    (
        "urls",
        any_url,
        &[
            b"http://joe:se%20cret@shop.test:8080/a/../b/./c?x=1&y=%C3%BC#f",
            b"https://[::1%25eth0]:443//x//../?\n//other/../y:z",
            b"HTTP://H/%7e%2f \x7f\xC3\xBC|<>`{}\n?q#\n../../..",
        ],
    ),
    (
        "addresses",
        any_address,
        &[
            b"10.0.0.5-10.0.0.9\n10.0.1.0/24\nfd00::/126\n::1",
            b"*.shop.test\nshop.test:8080\n127.0.0.1:80\n[::1]:8080",
        ],
    ),
];

fn lines(input: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    input.split(|&byte| byte == b'\n')
}

/// Each line a `WWW-Authenticate`, and all of it a message of NTLM: read, and answered or refused.
fn any_challenge(input: &[u8]) {
    for challenge in challenges(lines(input)) {
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
        if let Some(value) = sessions.answer(&ask, lines(input)) {
            assert!(value.starts_with("Digest ") && !value.contains("secret"));
            assert!(sessions.answer_ahead(&ask).is_some());
        }
    }
    let _ = Scheme::offered(lines(input));
    // The message would hardly ever be found behind its base64.
    let line = format!("NTLM {}", STANDARD.encode(input));
    let _ = ntlm::authenticate(Scheme::Ntlm, &credentials, [line.as_bytes()], [0; 8], 0);
}

/// What a server sends with its handshake, or a user gives as PEM.
fn any_tls_data(input: &[u8]) {
    const CERTIFICATE: &str = include_str!("tls/testdata/client.pem");
    let _ = TlsCertificate::parse(input);
    let _ = Ocsp::parse(input);
    let text = String::from_utf8_lossy(input);
    let _ = TlsRoots::from_pem(&text);
    let _ = TlsServerName::parse(&text);
    let _ = TlsIdentity::from_pem(&text, &text, None);
    let _ = TlsIdentity::from_pem(CERTIFICATE, &text, None);
    // Not with a password where PKCS#8 could ask for hours of deriving.
    if !text.contains("ENCRYPTED PRIVATE KEY") {
        let _ = TlsIdentity::from_pem(CERTIFICATE, &text, Some("secret"));
    }
}

/// Each line a `Set-Cookie`: what the jar sends is what a server would read.
fn any_cookies(input: &[u8]) {
    const NOW_MS: i64 = 1_700_000_000_000;
    let text = String::from_utf8_lossy(input);
    let set: Vec<SetCookie> = text.split('\n').filter_map(SetCookie::parse).collect();
    let mut jar = Jar::default();
    for place in ["https://www.shop.test/a/b", "http://10.0.0.1/", "http://www.shop.test/a/c"] {
        let Ok(url) = Url::parse(place) else { continue };
        jar.set(&url, &set, NOW_MS);
        let mut header = String::new();
        let sent = jar.cookies(&url, NOW_MS);
        for (name, value) in &sent {
            crate::cookies::text::append(&mut header, name, value);
        }
        assert_eq!(parse_cookies(&header), sent, "{header}");
        assert!(sent.len() <= set.len());
        jar.clear(&url, NOW_MS);
    }
    let _ = cookie_date(&text);
    for (name, value) in parse_cookies(&text) {
        assert!(!name.is_empty() && !value.contains(';'));
    }
}

/// Each line a reference from the one before: what is written is read as the same again.
fn any_url(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Ok(mut base) = Url::parse("http://shop.test:1/a/b?q#f") else { return };
    for line in text.split('\n') {
        let Ok(url) = Url::parse(line) else { continue };
        let written = url.text();
        if let Ok(again) = Url::parse(&written) {
            assert_eq!(again.text(), written, "from {line:?}");
        }
        base = base.resolve(&url);
        let _ = (base.host_name(), base.port(), base.path_and_query(), base.without_user().text());
        let _ = Target::parse(line);
    }
}

/// Each line what a user may give where addresses and names are wanted.
fn any_address(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    for line in text.split('\n') {
        if let Ok(range) = line.parse::<IpRange>() {
            assert_eq!(range.to_string().parse::<IpRange>().map(|again| again == range), Ok(true));
        }
        let _ = HostnamePatterns::parse([line]);
        let _ = HostOverrides::parse([(line, "127.0.0.1"), ("shop.test", line)]);
    }
}

#[cfg(test)]
mod tests {
    squall_fuzz::short_runs!(
        super::TARGETS;
        http1_responses, content_codings, proxy_answers, challenges, tls_data, cookies, urls,
        addresses,
    );
}
