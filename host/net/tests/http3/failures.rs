//! Requests that come to nothing, and those that come to something at the second attempt.

use std::net::{Ipv4Addr, UdpSocket};
use std::rc::Rc;
use std::time::Duration;

use squall_net::clock::now_ns;
use squall_net::http_types::Method;
use squall_net::{
    Client, HostOverrides, ProxyRules, Request, Settings, TlsRoots, TlsVersion, TlsVersions,
    UnixSockets,
};
use squall_test_support::{H3Config, H3Server};

use crate::support::{MANY, client, failure, get, network, ok, request, run, server, settings};

#[test]
fn nobody_there_is_a_dial_timeout() {
    // A port that nothing listens on, and one where nobody answers.
    let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let free = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let server = server();
    run(async {
        let dial_timeout = Duration::from_millis(200);
        let client = client(Settings { dial_timeout, ..settings(&server) });
        for address in [silent.local_addr().unwrap(), free] {
            let (code, message) = failure(&client, get(&format!("https://{address}/"))).await;
            assert_eq!(code, 1211);
            assert!(message.contains("over UDP"), "{message}");
        }
    });
}

#[test]
fn certificates_are_checked() {
    let server = server();
    run(async {
        let url = server.url("/");
        let unknown = client(Settings { tls_roots: TlsRoots::System, ..settings(&server) });
        let (code, message) = failure(&unknown, get(&url)).await;
        assert_eq!(code, 1310);
        assert!(message.contains("(TLS handshake with `127.0.0.1`)"), "{message}");
        let hosts = HostOverrides::parse([("other.name", server.address().to_string())]);
        let elsewhere = client(Settings { hosts: hosts.unwrap(), ..settings(&server) });
        let (code, message) = failure(&elsewhere, get("https://other.name/")).await;
        assert_eq!(code, 1311, "{message}");
        let careless = Settings { tls_roots: TlsRoots::System, ..settings(&server) };
        let careless = client(Settings { insecure_skip_tls_verify: true, ..careless });
        ok(&careless, get(&url)).await;
    });
}

#[test]
fn a_server_that_speaks_something_else_is_told() {
    let server = H3Server::start(&H3Config { alpn: "doq", ..H3Config::default() }).unwrap();
    run(async {
        let (code, message) = failure(&client(settings(&server)), get(&server.url("/"))).await;
        assert_eq!(code, 1300);
        assert!(message.contains("speaks QUIC, but not HTTP/3"), "{message}");
    });
}

#[test]
fn tls_1_2_alone_cannot_be() {
    let server = server();
    run(async {
        let only = TlsVersions { min: TlsVersion::Tls12, max: TlsVersion::Tls12 };
        let client = client(Settings { tls_versions: only, ..settings(&server) });
        let (code, message) = failure(&client, get(&server.url("/"))).await;
        assert_eq!(code, 1300);
        assert!(message.contains("TLS 1.3"), "{message}");
    });
}

#[test]
fn what_servers_break_off_is_a_failure_that_says_so() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        for (path, has) in [
            ("/reset", "reset the stream (H3_INTERNAL_ERROR), waiting"),
            ("/reset-body", "reset the stream (H3_INTERNAL_ERROR), receiving"),
            ("/close", "closed the connection (H3_EXCESSIVE_LOAD: too much), waiting"),
            ("/close-body", "closed the connection (H3_NO_ERROR), receiving"),
            ("/short", "ended after 9 of the announced 1000 bytes"),
        ] {
            let exchange = client.execute(get(&server.url(path))).await;
            let failure = exchange.failure.unwrap();
            assert_eq!(failure.code.get(), 1000, "{path}");
            assert!(failure.message.contains(has), "{path}: {failure}");
            let part = if path.contains("body") || path == "/short" { "only this" } else { "" };
            assert_eq!(exchange.body, part, "{path}");
            ok(&client, get(&server.url("/"))).await;
        }
    });
}

#[test]
fn a_timeout_ends_the_request_and_not_the_connection() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        ok(&client, get(&server.url("/"))).await;
        let timeout = Duration::from_millis(100);
        for path in ["/silent", "/delay/5000"] {
            let begin_ns = now_ns();
            let request = Request { timeout, ..get(&server.url(path)) };
            let (code, message) = failure(&client, request).await;
            assert_eq!(code, 1050);
            assert!(message.contains("waiting for the response"), "{message}");
            assert!(now_ns() - begin_ns < 3_000_000_000);
        }
        // A body that nobody takes: the stream's window is full before it has gone.
        let mut post = request(Method::POST, &server.url("/silent"));
        (post.body, post.timeout) = (vec![0; 8 * MANY].into(), timeout);
        let (code, message) = failure(&client, post).await;
        assert_eq!(code, 1050);
        assert!(message.contains("sending the request"), "{message}");
        assert!(ok(&client, get(&server.url("/"))).await.connection_reused);
        assert_eq!(server.connections(), 1);
    });
}

#[test]
fn requests_that_are_dropped_at_any_time_do_no_harm() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        for round in 0..300_u64 {
            let mut request = request(Method::POST, &server.url("/echo"));
            request.body = vec![7; 100_000].into();
            // From before the connection is there to behind the end.
            let patience = Duration::from_micros(round * 30);
            let _ = tokio::time::timeout(patience, client.execute(request)).await;
        }
        ok(&client, get(&server.url("/"))).await;
    });
}

#[test]
fn a_request_that_was_rejected_unseen_is_sent_again() {
    let server = server();
    run(async {
        let network = network(settings(&server));
        let client = Client::new(Rc::clone(&network));
        let exchange = ok(&client, request(Method::POST, &server.url("/reject-first"))).await;
        assert!(exchange.retried);
        assert_eq!((network.counters().retries, server.requests()), (1, 2));
    });
}

#[test]
fn after_goaway_there_is_another_connection() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        ok(&client, get(&server.url("/goaway"))).await;
        // GOAWAY may come behind the answer.
        tokio::time::sleep(Duration::from_millis(50)).await;
        ok(&client, get(&server.url("/"))).await;
        assert_eq!(server.connections(), 2);
    });
}

#[test]
fn an_answer_may_come_before_the_body_has_gone() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        let mut post = request(Method::POST, &server.url("/full"));
        post.body = vec![0; 8 * MANY].into();
        let exchange = client.execute(post).await;
        assert_eq!((exchange.failure, exchange.status), (None, 413));
        ok(&client, get(&server.url("/"))).await;
    });
}

#[test]
fn a_server_that_has_gone_is_called_anew() {
    let idle_max = Duration::from_millis(100);
    let server = H3Server::start(&H3Config { idle_max, ..H3Config::default() }).unwrap();
    run(async {
        let client = client(settings(&server));
        ok(&client, get(&server.url("/"))).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let exchange = ok(&client, get(&server.url("/"))).await;
        assert!(!exchange.connection_reused);
        assert_eq!(server.connections(), 2);
    });
}

#[test]
fn what_cannot_carry_it_says_so() {
    let server = server();
    run(async {
        let url = server.url("/");
        let plain = client(settings(&server));
        let (code, message) = failure(&plain, get(&url.replace("https", "http"))).await;
        assert_eq!(code, 1000);
        assert!(message.contains("use `https`"), "{message}");
        let proxies = ProxyRules::from_option("http://127.0.0.1:9", "").unwrap();
        let proxied = client(Settings { proxies, ..settings(&server) });
        let (code, message) = failure(&proxied, get(&url)).await;
        assert_eq!(code, 1000);
        assert!(message.contains("proxy http://127.0.0.1:9 does not carry"), "{message}");
        let unix_sockets = UnixSockets::new([("app.squall.test", "/nowhere".into())]);
        let unix = client(Settings { unix_sockets, ..settings(&server) });
        let (code, message) = failure(&unix, get("https://app.squall.test/")).await;
        assert_eq!(code, 1010);
        assert!(message.contains("/nowhere"), "{message}");
    });
}
