//! Connections that are not kept, and those that fail in every way, leave no descriptor behind. On
//! its own, since all tests of a process share its descriptors.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{Client, HttpVersion, Network, ProxyRules, Request, Settings, Target, TlsRoots};
use squall_test_support::{Listener, TestServer};

/// Requests of each kind: many more than the descriptors that are open for a moment by chance.
const ROUNDS: usize = 40;

/// Open descriptors of this process; the server's, which has closed its side, count as well.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The count once the server has noticed that all connections are gone.
async fn settled(server: &TestServer) -> usize {
    for _ in 0..2_000 {
        if server.connections_open() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(server.connections_open(), 0, "connections that are not closed");
    descriptors()
}

async fn ask(client: &Client, url: &str, version: HttpVersion) -> u16 {
    let mut request = Request::new(Method::GET, Rc::new(Target::parse(url).unwrap()));
    request.timeout = Duration::from_millis(if url.contains("hang") { 20 } else { 10_000 });
    request.version = version;
    let exchange = client.execute(request).await;
    if exchange.failure.is_some() { exchange.error_code() } else { exchange.status }
}

#[test]
fn every_way_to_end_closes_its_connection() {
    let server = TestServer::start_default().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let settings = Settings {
            no_connection_reuse: true,
            tls_roots: TlsRoots::Only(vec![server.ca_der().to_vec().into()]),
            ..Settings::default()
        };
        let proxied = |listener| Settings {
            proxies: ProxyRules::from_option(&server.url_of(listener, ""), "").unwrap(),
            ..settings.clone()
        };
        let direct = Client::new(Network::new(Arc::new(settings.clone())).unwrap());
        let http = Client::new(Network::new(Arc::new(proxied(Listener::Proxy))).unwrap());
        let https = Client::new(Network::new(Arc::new(proxied(Listener::TlsProxy))).unwrap());
        let of = |listener, path: &str| server.url_of(listener, path);
        let cases = [
            (&direct, of(Listener::Plain, "/"), 200),
            (&direct, of(Listener::Tls, "/"), 200),
            (&direct, of(Listener::TlsHttp1, "/"), 200),
            (&direct, of(Listener::Plain, "/misbehave/reset"), 1220),
            (&direct, of(Listener::Plain, "/misbehave/hang"), 1050),
            (&direct, of(Listener::Tls, "/misbehave/hang-mid-body"), 1050),
            (&direct, of(Listener::Tls, "/misbehave/goaway/1"), 1612),
            (&direct, of(Listener::TlsUnknownCa, "/"), 1310),
            (&direct, of(Listener::PlainOnTlsPort, "/"), 1301),
            (&direct, of(Listener::Refused, "/"), 1212),
            (&http, of(Listener::Plain, "/"), 200),
            (&http, of(Listener::Tls, "/"), 200),
            (&http, "https://no.test/".to_owned(), 1000),
            (&http, "https://hang.test/".to_owned(), 1050),
            (&https, of(Listener::Plain, "/"), 200),
            (&https, of(Listener::Tls, "/"), 200),
        ];
        for (client, url, expected) in &cases {
            // The first of a kind may open what is kept: certificates, a resolver.
            assert_eq!(ask(client, url, HttpVersion::Auto).await, *expected, "{url}");
            let before = settled(&server).await;
            for _ in 0..ROUNDS {
                assert_eq!(ask(client, url, HttpVersion::Auto).await, *expected, "{url}");
            }
            let after = settled(&server).await;
            assert!(after <= before + 2, "{url}: {before} before, {after} after");
        }
        for _ in 0..ROUNDS {
            let url = of(Listener::H2c, "/");
            assert_eq!(ask(&direct, &url, HttpVersion::Http2PriorKnowledge).await, 200);
        }
        settled(&server).await;
    });
}
