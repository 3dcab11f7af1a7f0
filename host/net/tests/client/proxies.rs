//! Requests through proxies: whole URLs, tunnels, SOCKS; what is measured, and what fails.

use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{
    Bytes, Client, Exchange, Header, HostOverrides, HostnamePatterns, HttpVersion, Proto,
    ProxyRules, Settings,
};
use squall_test_support::{Listener, TestServer};

use crate::support::{client, code, get, network, ok, request, run, server, trusting};

/// Settings of the environment's rules, with the proxy for both schemes.
fn through(server: &TestServer, proxy: &str, no_proxy: &str) -> Settings {
    let find = |name: &str| match name {
        "HTTP_PROXY" | "HTTPS_PROXY" => Some(proxy),
        "NO_PROXY" => Some(no_proxy),
        _ => None,
    };
    Settings { proxies: ProxyRules::from_environment(find).unwrap(), ..trusting(server) }
}

fn proxy_url(server: &TestServer) -> String {
    server.url_of(Listener::Proxy, "")
}

/// A URL of a name that only the proxy can find.
fn named(server: &TestServer, listener: Listener, host: &str) -> String {
    server.url_with_host(listener, host, "/echo")
}

fn text(exchange: &Exchange) -> String {
    String::from_utf8(exchange.body.to_vec()).unwrap()
}

#[test]
fn the_proxy_is_asked_for_the_whole_url() {
    let server = server();
    run(async {
        let proxy = server.url_of(Listener::Proxy, "").replace("//", "//name:password@");
        let client = client(through(&server, &proxy, "direct.test"));
        let url = named(&server, Listener::Plain, "secret.shop.test");
        for round in 0..2 {
            let mut request = request(Method::POST, &url);
            request.body = Bytes::from_static(b"hello");
            let exchange = ok(&client, request).await;
            let echo = text(&exchange);
            assert!(echo.contains(&format!(r#"["X-Proxied","{url}"]"#)), "{echo}");
            assert!(echo.contains(r#"["X-Proxied-For","Basic bmFtZTpwYXNzd29yZA=="]"#), "{echo}");
            assert_eq!(exchange.connection_reused, round > 0);
            assert_eq!(exchange.remote_address, Some(server.address(Listener::Proxy)));
        }
        // Another name has the same connection: it is the proxy's.
        let mut request = get(&named(&server, Listener::Plain, "other.test"));
        request.headers.push(Header::new("Host", b"third.test:1234").unwrap());
        assert!(client.execute(request).await.connection_reused);
        assert_eq!(server.proxied()[2], "GET http://third.test:1234/echo");
    });
}

#[test]
fn https_goes_through_a_tunnel() {
    let server = server();
    run(async {
        let client = client(through(&server, &proxy_url(&server), ""));
        let url = named(&server, Listener::Tls, "api.squall.test");
        for round in 0..2 {
            let exchange = ok(&client, get(&url)).await;
            assert_eq!((exchange.proto, exchange.connection_reused), (Proto::Http2, round > 0));
            assert!(exchange.timings.tls_handshaking_ns > 0 || round > 0);
        }
        let port = server.address(Listener::Tls).port();
        assert_eq!(server.proxied(), [format!("CONNECT api.squall.test:{port}")]);
        // Another name is another tunnel.
        ok(&client, get(&named(&server, Listener::TlsHttp1, "www.squall.test"))).await;
        assert_eq!(server.proxied().len(), 2);
    });
}

#[test]
fn tls_to_the_proxy_is_a_layer_of_its_own() {
    let server = server();
    run(async {
        let proxy = server.url_of(Listener::TlsProxy, "");
        let network = network(through(&server, &proxy, ""));
        let client = Client::new(network);
        let exchange = ok(&client, get(&named(&server, Listener::Plain, "a.test"))).await;
        assert!(text(&exchange).contains("X-Proxied"));
        let before = server.bytes_received() + server.bytes_sent();
        client.take_traffic();
        ok(&client, get(&named(&server, Listener::Tls, "api.squall.test"))).await;
        // The bytes of the outer layer, once: the server counts both ends of the tunnel.
        let traffic = client.take_traffic();
        let ours = traffic.sent_bytes + traffic.received_bytes;
        let theirs = server.bytes_received() + server.bytes_sent() - before;
        assert!(ours * 10 > theirs * 5 && ours < theirs, "{ours} {theirs}");
    });
}

#[test]
fn socks_proxies_carry_both_schemes() {
    let server = server();
    run(async {
        let proxy = proxy_url(&server).replace("http://", "socks5://name:password@");
        let client = client(through(&server, &proxy, ""));
        let exchange = ok(&client, get(&named(&server, Listener::Plain, "a.test"))).await;
        assert!(!text(&exchange).contains("X-Proxied"));
        ok(&client, get(&named(&server, Listener::Tls, "api.squall.test"))).await;
        let ports =
            [Listener::Plain, Listener::Tls].map(|listener| server.address(listener).port());
        assert_eq!(
            server.proxied(),
            [format!("SOCKS a.test:{}", ports[0]), format!("SOCKS api.squall.test:{}", ports[1])]
        );
        assert_eq!(code(&client, get("http://no.test/")).await, 1200);
    });
}

#[test]
fn http2_with_prior_knowledge_goes_through_a_tunnel() {
    let server = server();
    run(async {
        let client = client(through(&server, &proxy_url(&server), ""));
        let mut request = get(&named(&server, Listener::H2c, "a.test"));
        request.version = HttpVersion::Http2PriorKnowledge;
        assert_eq!(ok(&client, request).await.proto, Proto::Http2);
        assert!(server.proxied()[0].starts_with("CONNECT a.test:"));
    });
}

#[test]
fn what_is_exempt_is_called_directly() {
    let server = server();
    run(async {
        let settings = through(&server, &proxy_url(&server), "direct.test");
        let hosts = HostOverrides::parse([("direct.test", "127.0.0.1")]).unwrap();
        let client = client(Settings { hosts, ..settings });
        ok(&client, get(&named(&server, Listener::Plain, "direct.test"))).await;
        ok(&client, get(&server.url("/"))).await;
        assert!(server.proxied().is_empty());
        // The option's proxy is for loopback, too.
        let proxies = ProxyRules::from_option(&proxy_url(&server), "").unwrap();
        let client = self::client(Settings { proxies, ..Settings::default() });
        ok(&client, get(&server.url("/"))).await;
        assert_eq!(server.proxied().len(), 1);
    });
}

/// The code and the text of a request to this name through the proxy.
async fn failure(client: &Client, url: &str) -> (u16, String) {
    let mut request = get(url);
    request.timeout = Duration::from_secs(2);
    let failure = client.execute(request).await.failure.expect("it did not fail");
    (failure.code.get(), failure.message)
}

#[test]
fn failures_say_that_it_was_the_proxy() {
    let server = server();
    run(async {
        let proxy = proxy_url(&server);
        let tunnelling = client(through(&server, &proxy, ""));
        for (host, expected, word) in [
            ("secret.test", 1000, "407"),
            ("no.test", 1000, "403"),
            ("garbage.test", 1000, "SSH-2.0-proxy"),
            ("close.test", 1000, "closed"),
            ("hang.test", 1050, "timeout"),
        ] {
            let (code, text) = failure(&tunnelling, &format!("https://{host}/")).await;
            assert!(code == expected && text.contains(word), "{host}: {code} {text}");
            assert!(text.contains(&proxy) || code == 1050, "{text}");
        }
        // Asked for the whole URL, its answer is the answer.
        let exchange = tunnelling.execute(get("http://no.test/")).await;
        assert_eq!((exchange.status, exchange.error_code()), (403, 1403));
        for (proxy, word) in [
            (server.url_of(Listener::Refused, ""), "refused"),
            ("http://nowhere.invalid:1".to_owned(), "no such host"),
            (server.url_of(Listener::PlainOnTlsPort, ""), "TLS handshake"),
            (server.url_of(Listener::TlsSelfSigned, ""), "unknown authority"),
        ] {
            let client = client(through(&server, &proxy, ""));
            for url in ["http://a.test/", "https://a.test/"] {
                let (code, text) = failure(&client, url).await;
                assert!(code == 1200 && text.contains(word), "{proxy}: {code} {text}");
                assert!(text.contains(&proxy), "{text}");
            }
        }
    });
}

#[test]
fn no_proxy_calls_what_must_not_be_called() {
    let server = server();
    run(async {
        let settings = Settings {
            block_hostnames: HostnamePatterns::parse(["*.blocked.test"]).unwrap(),
            blacklist_ips: vec!["10.0.0.0/8".parse().unwrap()],
            ..through(&server, &proxy_url(&server), "")
        };
        let client = client(settings.clone());
        // Also over a connection to the proxy that is open already.
        ok(&client, get(&named(&server, Listener::Plain, "a.test"))).await;
        for scheme in ["http", "https"] {
            assert_eq!(code(&client, get(&format!("{scheme}://a.blocked.test/"))).await, 1111);
            assert_eq!(code(&client, get(&format!("{scheme}://10.1.2.3/"))).await, 1110);
        }
        assert_eq!(server.proxied().len(), 1);
        // Nor is a proxy called that must not be.
        let blacklist_ips = vec!["127.0.0.0/8".parse().unwrap()];
        let client = self::client(Settings { blacklist_ips, ..settings });
        assert_eq!(code(&client, get("http://a.test/")).await, 1200);
    });
}

#[test]
fn connecting_contains_the_way_through_the_proxy() {
    let server = server();
    run(async {
        let client = client(through(&server, &proxy_url(&server), ""));
        let mut request = get("https://hang.test/");
        request.timeout = Duration::from_millis(200);
        let exchange = client.execute(request).await;
        let timings = exchange.timings;
        assert_eq!(exchange.error_code(), 1050);
        assert!(timings.connecting_ns >= 150_000_000, "{timings:?}");
        assert!(timings.connecting_ns <= timings.blocked_ns, "{timings:?}");
        assert_eq!(timings.tls_handshaking_ns, 0);
    });
}

#[test]
fn no_connection_reuse_is_for_proxies_too() {
    let server = server();
    run(async {
        let settings = through(&server, &proxy_url(&server), "");
        let client = client(Settings { no_connection_reuse: true, ..settings });
        for _ in 0..2 {
            ok(&client, get(&named(&server, Listener::Plain, "a.test"))).await;
            ok(&client, get(&named(&server, Listener::Tls, "api.squall.test"))).await;
        }
        assert_eq!(server.proxied().len(), 4);
        crate::support::until(|| server.connections_open() == 0).await;
    });
}
