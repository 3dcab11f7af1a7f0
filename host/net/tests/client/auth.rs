//! Digest and NTLM against a server that checks: the requests that a caller sends, one by one.

use std::rc::Rc;

use squall_net::auth::Credentials;
use squall_net::auth::digest::{Ask, Sessions};
use squall_net::auth::ntlm::{self, Scheme};
use squall_net::http_types::Method;
use squall_net::{
    Bytes, Client, ConnectionUse, Exchange, Header, Headers, HeldConnection, Request, Settings,
};

use crate::support::{client, get, request, run, server, trusting};

fn joe(password: &str) -> Credentials {
    Credentials { user: "joe".into(), password: password.into() }
}

fn www_authenticate(headers: &Headers) -> impl Iterator<Item = &[u8]> {
    headers.get_all("www-authenticate")
}

fn authorized(mut request: Request, value: &str) -> Request {
    request.headers.push(Header::new("Authorization", value.as_bytes()).unwrap());
    request
}

fn ask<'a>(
    credentials: &'a Credentials,
    request: &'a Request,
    body: &'a [u8],
    cnonce: &'a str,
) -> Ask<'a> {
    let uri = request.target.path_and_query();
    let method = request.method.as_str();
    Ask { origin: "http://server", method, uri, body, credentials, cnonce }
}

/// A request that is answered with a challenge, and its answer.
async fn digest(
    client: &Client,
    sessions: &mut Sessions,
    credentials: &Credentials,
    request: Request,
) -> Exchange {
    let first = client.execute(request.clone()).await;
    assert_eq!(first.status, 401);
    let body = request.body.clone();
    let ask = ask(credentials, &request, &body, "0123456789abcdef0123456789abcdef");
    let value = sessions.answer(&ask, www_authenticate(&first.headers)).unwrap();
    client.execute(authorized(request.clone(), &value)).await
}

fn json_part(exchange: &Exchange, part: &str) -> bool {
    std::str::from_utf8(&exchange.body).unwrap().contains(part)
}

#[test]
fn every_kind_of_digest_is_accepted() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        let algorithms = ["none", "MD5", "SHA-256", "SHA-512-256"];
        let sessions = ["MD5-sess", "SHA-256-sess", "SHA-512-256-sess"];
        for algorithm in algorithms.iter().chain(&sessions) {
            for (qop, taken) in
                [("none", ""), ("auth", "auth"), ("auth-int", "auth-int"), ("both", "auth")]
            {
                let path = format!("/digest/{qop}/{algorithm}?q=a,%20b%22");
                for url in [server.url(&path), server.https_url(&path)] {
                    let mut request = request(Method::POST, &url);
                    request.body = Bytes::from_static(b"body of the request");
                    let mut sessions = Sessions::default();
                    let exchange = digest(&client, &mut sessions, &joe("secret"), request).await;
                    assert_eq!(exchange.status, 200, "{url}");
                    assert!(json_part(&exchange, &format!(r#""qop":"{taken}""#)), "{exchange:?}");
                }
            }
        }
    });
}

#[test]
fn a_wrong_password_is_refused() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        let mut sessions = Sessions::default();
        let request = get(&server.url("/digest/auth/SHA-256"));
        let exchange = digest(&client, &mut sessions, &joe("guess"), request).await;
        assert_eq!((exchange.status, exchange.error_code()), (401, 1401));
    });
}

#[test]
fn a_nonce_is_used_until_the_server_has_enough_of_it() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        let credentials = joe("secret");
        for algorithm in ["MD5", "MD5-sess"] {
            let url = server.url(&format!("/digest/auth/{algorithm}?uses=3"));
            let mut sessions = Sessions::default();
            let exchange = digest(&client, &mut sessions, &credentials, get(&url)).await;
            assert!(json_part(&exchange, r#""count":1,"#));
            for (number, status) in [(2, 200), (3, 200), (4, 401)] {
                let request = get(&url);
                let cnonce = format!("cnonce-{number}");
                let ask = ask(&credentials, &request, b"", &cnonce);
                let value = sessions.answer_ahead(&ask).unwrap();
                let exchange = client.execute(authorized(request.clone(), &value)).await;
                assert_eq!(exchange.status, status, "{algorithm} {number}");
                if status == 401 {
                    let lines: Vec<_> = www_authenticate(&exchange.headers).collect();
                    assert!(lines.concat().ends_with(b"stale=true"));
                    let value = sessions.answer(&ask, lines).unwrap();
                    let exchange = client.execute(authorized(request.clone(), &value)).await;
                    assert!(json_part(&exchange, r#""count":1,"#));
                }
            }
        }
    });
}

/// The three requests of NTLM; between the last two, `between` is done.
async fn ntlm<F: Future<Output = ()>>(
    client: &Client,
    url: &str,
    credentials: &Credentials,
    between: impl FnOnce(Option<HeldConnection>) -> F,
) -> Exchange {
    let first = client.execute(get(url)).await;
    let Some(scheme) = Scheme::offered(www_authenticate(&first.headers)) else { return first };
    let mut hello = authorized(get(url), &ntlm::negotiate(scheme, credentials));
    hello.connection = ConnectionUse::Hold;
    let second = client.execute(hello).await;
    between(second.held).await;
    let lines = www_authenticate(&second.headers);
    let now = ntlm::file_time(1_700_000_000_000_000_000);
    let value = ntlm::authenticate(scheme, credentials, lines, [7; 8], now).unwrap();
    let mut proof = authorized(get(url), &value);
    proof.connection = second.held.map_or(ConnectionUse::Any, ConnectionUse::Held);
    client.execute(proof).await
}

#[test]
fn ntlm_logs_in_the_connection() {
    let server = server();
    let url = server.url("/ntlm");
    run(async {
        let client = client(Settings::default());
        let exchange = ntlm(&client, &url, &joe("secret"), |_| async {}).await;
        assert_eq!(exchange.status, 200);
        assert!(json_part(&exchange, r#""domain":"SQUALL""#));
        // Nobody asks again.
        assert_eq!(client.execute(get(&url)).await.status, 200);
        assert_eq!(server.connections_opened(), 1);
        let other = Credentials { user: "OTHER\\joe".into(), ..joe("secret") };
        let client = self::client(Settings::default());
        let exchange = ntlm(&client, &url, &other, |_| async {}).await;
        assert!(json_part(&exchange, r#""domain":"OTHER""#));
        let client = self::client(Settings::default());
        assert_eq!(ntlm(&client, &url, &joe("guess"), |_| async {}).await.status, 401);
    });
}

#[test]
fn a_held_connection_is_nobody_else_s() {
    let server = server();
    let url = server.url("/ntlm");
    run(async {
        let client = Rc::new(client(Settings::default()));
        let between = |held: Option<HeldConnection>| {
            assert!(held.is_some());
            let client = Rc::clone(&client);
            let url = server.url("/");
            async move {
                for _ in 0..3 {
                    let exchange = client.execute(get(&url)).await;
                    assert_eq!((exchange.status, exchange.held), (200, None));
                }
            }
        };
        assert_eq!(ntlm(&client, &url, &joe("secret"), between).await.status, 200);
        assert_eq!(server.connections_opened(), 2);
    });
}

#[test]
fn a_held_connection_is_kept_also_where_others_are_not() {
    let server = server();
    let url = server.url("/ntlm");
    run(async {
        let settings = Settings { no_connection_reuse: true, ..Settings::default() };
        let client = client(settings);
        assert_eq!(ntlm(&client, &url, &joe("secret"), |_| async {}).await.status, 200);
        assert_eq!(server.connections_opened(), 2);
    });
}

#[test]
fn a_held_connection_ends_with_the_iteration() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        let mut request = get(&server.url("/"));
        request.connection = ConnectionUse::Hold;
        let held = client.execute(request.clone()).await.held.unwrap();
        client.end_iteration();
        crate::support::until(|| server.connections_open() == 0).await;
        request.connection = ConnectionUse::Held(held);
        let exchange = client.execute(request).await;
        assert_eq!((exchange.status, exchange.connection_reused), (200, false));
    });
}
