//! Connections: kept, shared, given up, tried again, closed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{BatchLimits, Client, Header, HostOverrides, Proto, RateLimit, Request, Settings};
use squall_test_support::Listener;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{
    all_of, answer, client, code, get, network, ok, raw, raw_h2, raw_tls, read_head, request, run,
    server, trusting, until,
};

/// Lets a request run until `reached` says so, then drops it.
async fn cancel_when(client: &Client, request: Request, reached: impl FnMut() -> bool) {
    tokio::select! {
        exchange = client.execute(request) => panic!("it came to an end: {exchange:?}"),
        () = until(reached) => {}
    }
}

#[test]
fn a_connection_is_kept_and_used_again() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for url in [server.url("/"), server.url_of(Listener::TlsHttp1, "/")] {
            server.reset();
            for round in 0..5 {
                let exchange = ok(&client, get(&url)).await;
                assert_eq!(exchange.connection_reused, round > 0);
                assert_eq!(exchange.proto, Proto::Http11);
                assert!(!exchange.retried);
            }
            assert_eq!(server.connections_opened(), 1);
        }
    });
}

#[test]
fn a_connection_is_kept_whatever_the_body() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        for path in ["/bytes/0", "/bytes/5000000", "/misbehave/slow-bytes/1/20", "/status/200"] {
            ok(&client, get(&server.url(path))).await;
        }
        for status in [204, 304, 404] {
            let url = server.url(&format!("/status/{status}"));
            assert_eq!(client.execute(get(&url)).await.status, status);
        }
        client.execute(request(Method::HEAD, &server.url("/bytes/1000"))).await;
        ok(&client, get(&server.url("/"))).await;
        assert_eq!(server.connections_opened(), 1);
    });
}

#[test]
fn clients_do_not_share_connections() {
    let server = server();
    run(async {
        let network = network(Settings::default());
        for _ in 0..3 {
            let client = Client::new(Rc::clone(&network));
            ok(&client, get(&server.url("/"))).await;
        }
        assert_eq!(server.connections_opened(), 3);
        assert_eq!(network.counters().connections_opened, 3);
    });
}

#[test]
fn a_connection_that_the_server_closed_while_idle_is_not_used() {
    run(async {
        let address = raw(|_, mut stream| async move {
            read_head(&mut stream).await;
            answer(&mut stream, "bye").await;
        })
        .await;
        let client = client(Settings::default());
        for _ in 0..3 {
            // A POST may not be sent twice, so it must not meet the closed connection.
            let exchange = ok(&client, request(Method::POST, &format!("http://{address}/"))).await;
            assert!(!exchange.connection_reused && !exchange.retried);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
}

#[test]
fn nor_is_one_that_tls_has_said_goodbye_on() {
    run(async {
        let (settings, url) = raw_tls(&[b"http/1.1"], |mut stream| async move {
            read_head(&mut stream).await;
            answer(&mut stream, "bye").await;
            stream.shutdown().await.unwrap();
            // The goodbye alone, before the socket closes.
            tokio::time::sleep(Duration::from_millis(100)).await;
        })
        .await;
        let client = client(settings);
        for _ in 0..3 {
            let exchange = ok(&client, request(Method::POST, &url)).await;
            assert!(!exchange.connection_reused && !exchange.retried);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
}

/// A server whose connections answer once and close at the second request, which they do not
/// answer.
async fn one_answer_each(answering: usize) -> (String, Rc<Cell<usize>>) {
    let opened = Rc::new(Cell::new(0));
    let count = Rc::clone(&opened);
    let address = raw(move |number, mut stream| {
        count.set(count.get() + 1);
        async move {
            read_head(&mut stream).await;
            if number < answering {
                answer(&mut stream, "once").await;
                read_head(&mut stream).await;
            }
        }
    })
    .await;
    (format!("http://{address}/"), opened)
}

#[test]
fn a_stale_connection_is_replaced_once() {
    run(async {
        let (url, opened) = one_answer_each(usize::MAX).await;
        let network = network(Settings::default());
        let client = Client::new(Rc::clone(&network));
        assert!(!ok(&client, get(&url)).await.retried);
        let exchange = ok(&client, get(&url)).await;
        assert!(exchange.retried && !exchange.connection_reused);
        assert_eq!((opened.get(), network.counters().retries), (2, 1));
        // With a key that says so, a POST may be sent twice.
        let mut request = request(Method::POST, &url);
        request.headers.push(Header::new("Idempotency-Key", b"1").unwrap());
        assert!(ok(&client, request).await.retried);
        assert_eq!(opened.get(), 3);
    });
}

#[test]
fn what_may_not_be_sent_twice_is_not() {
    run(async {
        let (url, opened) = one_answer_each(usize::MAX).await;
        let client = client(Settings::default());
        ok(&client, get(&url)).await;
        let exchange = client.execute(request(Method::POST, &url)).await;
        assert_eq!((exchange.error_code(), exchange.retried), (1000, false));
        assert_eq!(opened.get(), 1);
    });
}

#[test]
fn a_fresh_connection_that_closes_is_an_answer() {
    run(async {
        let (url, opened) = one_answer_each(0).await;
        assert_eq!(code(&client(Settings::default()), get(&url)).await, 1000);
        assert_eq!(opened.get(), 1);
        // The same after a retry.
        let (url, opened) = one_answer_each(1).await;
        let client = client(Settings::default());
        ok(&client, get(&url)).await;
        let exchange = client.execute(get(&url)).await;
        assert_eq!((exchange.error_code(), exchange.retried), (1000, true));
        assert_eq!(opened.get(), 2);
    });
}

#[test]
fn a_response_that_has_begun_is_not_asked_for_again() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        ok(&client, get(&server.url("/"))).await;
        let exchange = client.execute(get(&server.url("/misbehave/close-mid-head"))).await;
        assert_eq!((exchange.error_code(), exchange.retried), (1000, false));
        assert!(exchange.connection_reused);
    });
}

#[test]
fn no_connection_reuse_means_one_connection_each() {
    let server = server();
    run(async {
        let settings = Settings { no_connection_reuse: true, ..trusting(&server) };
        let client = client(settings);
        for _ in 0..3 {
            let exchange = ok(&client, get(&server.url("/echo"))).await;
            assert!(!exchange.connection_reused);
            let echo = String::from_utf8(exchange.body.to_vec()).unwrap();
            assert!(echo.contains(r#"["Connection","close"]"#), "{echo}");
            ok(&client, get(&server.https_url("/"))).await;
        }
        assert_eq!(server.connections_opened(), 6);
        until(|| server.connections_open() == 0).await;
    });
}

#[test]
fn no_vu_connection_reuse_closes_between_iterations() {
    let server = server();
    run(async {
        let settings = Settings { no_vu_connection_reuse: true, ..trusting(&server) };
        let client = client(settings);
        for iteration in 1..=2 {
            for url in [server.url("/"), server.https_url("/")] {
                ok(&client, get(&url)).await;
                ok(&client, get(&url)).await;
            }
            assert_eq!(server.connections_opened(), iteration * 2);
            client.end_iteration();
            until(|| server.connections_open() == 0).await;
        }
    });
}

#[test]
fn without_the_option_connections_outlive_the_iteration() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        for _ in 0..3 {
            ok(&client, get(&server.url("/"))).await;
            client.end_iteration();
        }
        assert_eq!(server.connections_opened(), 1);
    });
}

#[test]
fn idle_connections_are_bounded_per_host_and_in_all() {
    let server = server();
    run(async {
        let settings = Settings {
            idle_connections_per_host_max: 3,
            idle_connections_max: 4,
            ..trusting(&server)
        };
        let client = client(settings);
        let limits = BatchLimits { batch: 0, batch_per_host: 0 };
        let requests = |url: &str| (0..8).map(|_| get(url)).collect::<Vec<_>>();
        let plain = server.url("/delay/50");
        all_of(&client, requests(&plain), limits).await;
        until(|| server.connections_open() == 3).await;
        // Another host takes the place of the oldest.
        let tls = server.url_of(Listener::TlsHttp1, "/delay/50");
        all_of(&client, requests(&tls), limits).await;
        until(|| server.connections_open() == 4).await;
    });
}

#[test]
fn dropping_the_client_closes_its_connections() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for url in [server.url("/"), server.https_url("/"), server.url_of(Listener::Tls12, "/")] {
            ok(&client, get(&url)).await;
        }
        assert_eq!(server.connections_open(), 3);
        drop(client);
        until(|| server.connections_open() == 0).await;
    });
}

#[test]
fn http2_shares_one_connection_from_the_start() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        let limits = BatchLimits { batch: 0, batch_per_host: 0 };
        let requests = (0..30).map(|_| get(&server.https_url("/delay/20"))).collect();
        let exchanges = all_of(&client, requests, limits).await;
        for exchange in &exchanges {
            assert_eq!((exchange.status, exchange.proto), (200, Proto::Http2));
        }
        assert_eq!(server.connections_opened(), 1);
        assert_eq!(exchanges.iter().filter(|exchange| !exchange.connection_reused).count(), 1);
    });
}

#[test]
fn tls_without_http2_gets_connections_side_by_side() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        let limits = BatchLimits { batch: 0, batch_per_host: 0 };
        let url = server.url_of(Listener::TlsHttp1, "/delay/100");
        let exchanges = all_of(&client, (0..4).map(|_| get(&url)).collect(), limits).await;
        assert!(exchanges.iter().all(|exchange| exchange.status == 200));
        assert_eq!(server.connections_opened(), 4);
    });
}

#[test]
fn goaway_in_good_order_leads_to_a_new_connection() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        // A request may still be taken while the server is saying so; none may fail.
        while server.connections_opened() < 4 {
            ok(&client, get(&server.https_url("/misbehave/goaway"))).await;
        }
    });
}

#[test]
fn a_cancelled_h1_request_closes_its_connection() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for listener in [Listener::Plain, Listener::TlsHttp1] {
            for path in ["/misbehave/hang", "/misbehave/hang-mid-body"] {
                server.reset();
                let request = get(&server.url_of(listener, path));
                cancel_when(&client, request, || server.arrivals_total() == 1).await;
                until(|| server.connections_open() == 0).await;
            }
        }
    });
}

#[test]
fn a_cancelled_dial_leaves_nothing_behind() {
    run(async {
        // Accepts, and never answers the TLS hello.
        let opened = Rc::new(Cell::new(0));
        let closed = Rc::new(Cell::new(0));
        let (opening, closing) = (Rc::clone(&opened), Rc::clone(&closed));
        let address = raw(move |_, mut stream| {
            let (opening, closing) = (Rc::clone(&opening), Rc::clone(&closing));
            async move {
                opening.set(opening.get() + 1);
                let mut hello = Vec::new();
                let _ = stream.read_to_end(&mut hello).await;
                closing.set(closing.get() + 1);
            }
        })
        .await;
        let client = client(Settings::default());
        let url = format!("https://{address}/");
        let first = cancel_when(&client, get(&url), || opened.get() == 1);
        // The second waits to learn what the first finds out; when that is dropped, it does it
        // itself.
        let second = cancel_when(&client, get(&url), || opened.get() == 2);
        tokio::join!(first, second);
        until(|| closed.get() == 2).await;
    });
}

#[test]
fn a_cancelled_h2_request_resets_its_stream_alone() {
    run(async {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let resets = Rc::clone(&seen);
        let (settings, url) = raw_h2(move |request, mut respond| {
            let resets = Rc::clone(&resets);
            async move {
                if request.uri().path() == "/hang" {
                    resets.borrow_mut().push(None);
                    let reset = std::future::poll_fn(|cx| respond.poll_reset(cx)).await.unwrap();
                    resets.borrow_mut().push(Some(reset));
                } else {
                    let response = squall_net::http_types::Response::new(());
                    respond.send_response(response, true).unwrap();
                }
            }
        })
        .await;
        let client = client(settings);
        ok(&client, get(&url)).await;
        let hanging = get(&format!("{url}hang"));
        cancel_when(&client, hanging, || seen.borrow().len() == 1).await;
        until(|| seen.borrow().len() == 2).await;
        assert_eq!(seen.borrow()[1], Some(h2::Reason::CANCEL));
        let exchange = ok(&client, get(&url)).await;
        assert!(exchange.connection_reused);
    });
}

#[test]
fn a_batch_keeps_order_and_limits() {
    run(async {
        let running = Rc::new(Cell::new(0));
        let most = Rc::new(Cell::new(0));
        let (now, peak) = (Rc::clone(&running), Rc::clone(&most));
        let address = raw(move |_, mut stream| {
            let (now, peak) = (Rc::clone(&now), Rc::clone(&peak));
            async move {
                while let Some(head) = read_head(&mut stream).await {
                    now.set(now.get() + 1);
                    peak.set(peak.get().max(now.get()));
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    now.set(now.get() - 1);
                    answer(&mut stream, head.split(' ').nth(1).unwrap()).await;
                }
            }
        })
        .await;
        let client = client(Settings::default());
        for (batch, batch_per_host, expected) in [(20, 3, 3), (2, 6, 2), (0, 0, 12)] {
            most.set(0);
            let paths: Vec<_> = (0..12).map(|number| format!("/{number}")).collect();
            let requests = paths.iter().map(|path| get(&format!("http://{address}{path}")));
            let limits = BatchLimits { batch, batch_per_host };
            let exchanges = all_of(&client, requests.collect(), limits).await;
            let bodies: Vec<_> = exchanges.iter().map(|exchange| exchange.body.to_vec()).collect();
            assert_eq!(bodies, paths.iter().map(String::as_bytes).collect::<Vec<_>>());
            assert_eq!(most.get(), expected);
        }
        assert!(all_of(&client, Vec::new(), BatchLimits::default()).await.is_empty());
    });
}

#[test]
fn names_lead_where_the_run_says() {
    let server = server();
    run(async {
        let address = server.address(Listener::Tls).to_string();
        let plain = server.address(Listener::Plain);
        let hosts = HostOverrides::parse([
            ("api.squall.test", address.as_str()),
            ("*.other.test", "127.0.0.1"),
        ]);
        let network = network(Settings { hosts: hosts.unwrap(), ..trusting(&server) });
        let client = Client::new(Rc::clone(&network));
        // The certificate is checked against the name, and the address is the one that was given.
        let exchange = ok(&client, get("https://api.squall.test/")).await;
        assert_eq!(exchange.remote_address, Some(server.address(Listener::Tls)));
        let exchange = ok(&client, get(&format!("http://x.other.test:{}/", plain.port()))).await;
        assert_eq!(exchange.remote_address, Some(plain));
        assert_eq!(network.counters().dns_lookups, 0);
        let exchange = ok(&client, get(&format!("http://localhost:{}/", plain.port()))).await;
        assert_eq!(exchange.remote_address, Some(plain));
        assert_eq!(network.counters().dns_lookups, 1);
    });
}

#[test]
fn the_rate_limit_spaces_requests_over_all_clients() {
    let server = server();
    run(async {
        let rate_limit = RateLimit::per_second(100.0).map(Arc::new);
        let network = network(Settings { rate_limit, ..Settings::default() });
        let clients = [Client::new(Rc::clone(&network)), Client::new(network)];
        let start_ns = squall_net::clock::now_ns();
        for round in 0..10 {
            ok(&clients[round % 2], get(&server.url("/"))).await;
        }
        let took_ns = squall_net::clock::now_ns() - start_ns;
        assert!(took_ns >= 90_000_000, "{took_ns}");
        // What continues a request does not wait.
        let start_ns = squall_net::clock::now_ns();
        for _ in 0..10 {
            let request = Request { continues: true, ..get(&server.url("/")) };
            ok(&clients[0], request).await;
        }
        let took_ns = squall_net::clock::now_ns() - start_ns;
        assert!(took_ns < 90_000_000, "{took_ns}");
    });
}
