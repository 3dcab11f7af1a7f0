//! Phases, bytes and what else is measured.

use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{Bytes, Client, Exchange, Settings, Timings, TlsVersion, Traffic, clock};
use squall_test_support::{Listener, TestServer};
use tokio::io::AsyncReadExt;

use crate::support::{
    answer, client, get, ok, raw, read_head, request, run, server, trusting, until,
};

const MS: u64 = 1_000_000;

/// What must hold for every exchange.
fn check(exchange: &Exchange, began_ns: u64) {
    let timings = exchange.timings;
    let inside_ns = timings.looking_up_ns + timings.connecting_ns + timings.tls_handshaking_ns;
    assert!(inside_ns <= timings.blocked_ns, "{timings:?}");
    let parts_ns = timings.sending_ns + timings.waiting_ns + timings.receiving_ns;
    assert_eq!(parts_ns, timings.duration_ns());
    assert!(exchange.end_ns >= began_ns && exchange.end_ns <= clock::now_ns());
    assert!(timings.blocked_ns + timings.duration_ns() <= exchange.end_ns - began_ns);
}

/// From the ready connection to the first byte. Where sending ends in it is for the scheduler to
/// say: a thread that is put aside within a write learns late that it is done.
fn until_answer_ns(timings: Timings) -> u64 {
    timings.sending_ns + timings.waiting_ns
}

async fn measured(client: &Client, url: &str) -> Exchange {
    let began_ns = clock::now_ns();
    let exchange = client.execute(get(url)).await;
    check(&exchange, began_ns);
    exchange
}

#[test]
fn a_first_request_has_all_phases_and_the_next_only_its_own() {
    let server = server();
    run(async {
        for listener in [Listener::Tls, Listener::TlsHttp1, Listener::Tls12] {
            let client = client(trusting(&server));
            let url = server.url_with_host(listener, "localhost", "/delay/5");
            let first = measured(&client, &url).await;
            assert_eq!(first.failure, None);
            let timings = first.timings;
            assert!(timings.looking_up_ns > 0 && timings.connecting_ns > 0, "{timings:?}");
            assert!(timings.tls_handshaking_ns > 0 && timings.sending_ns > 0, "{timings:?}");
            assert!(until_answer_ns(timings) >= 5 * MS, "{timings:?}");
            assert!(timings.waiting_ns > 0 && timings.receiving_ns > 0, "{timings:?}");
            let timings = measured(&client, &url).await.timings;
            assert_eq!(timings.looking_up_ns + timings.connecting_ns, 0);
            assert_eq!(timings.tls_handshaking_ns, 0);
            assert!(timings.sending_ns > 0, "{timings:?}");
            assert!(until_answer_ns(timings) >= 5 * MS, "{timings:?}");
        }
    });
}

#[test]
fn an_address_needs_no_lookup_and_plain_no_tls() {
    let server = server();
    run(async {
        let exchange = measured(&client(Settings::default()), &server.url("/")).await;
        let timings = exchange.timings;
        assert_eq!((timings.looking_up_ns, timings.tls_handshaking_ns), (0, 0));
        assert!(timings.connecting_ns > 0);
        assert_eq!(exchange.tls_version(), None);
    });
}

#[test]
fn time_is_where_the_server_spends_it() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for base in [server.url(""), server.https_url("")] {
            let timings = measured(&client, &format!("{base}/delay/60")).await.timings;
            assert!(until_answer_ns(timings) >= 60 * MS, "{timings:?}");
            assert!(timings.receiving_ns < timings.waiting_ns, "{timings:?}");
            let url = format!("{base}/misbehave/slow-bytes/10/7");
            let timings = measured(&client, &url).await.timings;
            assert!(timings.receiving_ns >= 30 * MS, "{timings:?}");
        }
    });
}

#[test]
fn sending_lasts_until_the_server_takes_it() {
    run(async {
        let address = raw(|_, mut stream| async move {
            tokio::time::sleep(Duration::from_millis(60)).await;
            read_head(&mut stream).await;
            let mut left = 32 << 20;
            let mut buffer = vec![0; 1 << 16];
            while left > 0 {
                left -= stream.read(&mut buffer).await.unwrap();
            }
            answer(&mut stream, "got it").await;
        })
        .await;
        let mut request = request(Method::PUT, &format!("http://{address}/"));
        request.body = Bytes::from(vec![b'x'; 32 << 20]);
        let began_ns = clock::now_ns();
        let exchange = ok(&client(Settings::default()), request).await;
        check(&exchange, began_ns);
        assert!(exchange.timings.sending_ns >= 30 * MS, "{:?}", exchange.timings);
    });
}

#[test]
fn sending_over_http2_lasts_until_the_window_opens() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        let mut request = request(Method::POST, &server.https_url("/mirror"));
        request.body = Bytes::from(vec![b'x'; 4 << 20]);
        let began_ns = clock::now_ns();
        let exchange = ok(&client, request).await;
        check(&exchange, began_ns);
        assert!(exchange.timings.sending_ns > 0, "{:?}", exchange.timings);
    });
}

#[test]
fn streams_of_one_connection_have_their_own_times() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        ok(&client, get(&server.https_url("/"))).await;
        let (slow, fast) = (server.https_url("/delay/80"), server.https_url("/"));
        let (slow, fast) = tokio::join!(measured(&client, &slow), measured(&client, &fast));
        assert!(until_answer_ns(slow.timings) >= 80 * MS, "{:?}", slow.timings);
        assert!(fast.end_ns < slow.end_ns);
    });
}

#[test]
fn a_failed_exchange_has_the_phases_that_it_reached() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        let refused = measured(&client, &server.url_of(Listener::Refused, "/")).await;
        assert!(refused.timings.connecting_ns > 0);
        assert_eq!(refused.timings.duration_ns(), 0);
        assert_eq!(refused.remote_address, None);

        let untrusted = measured(&client, &server.url_of(Listener::TlsUnknownCa, "/")).await;
        assert!(untrusted.timings.tls_handshaking_ns > 0);
        assert_eq!((untrusted.timings.duration_ns(), untrusted.remote_address), (0, None));

        let closed = measured(&client, &server.url("/misbehave/close")).await;
        assert!(closed.timings.sending_ns > 0 && closed.timings.waiting_ns > 0);
        assert_eq!(closed.timings.receiving_ns, 0);
        assert_eq!(closed.remote_address, Some(server.address(Listener::Plain)));

        let cut = measured(&client, &server.url("/misbehave/close-mid-body")).await;
        assert!(cut.timings.waiting_ns > 0 && cut.timings.receiving_ns > 0);
        assert_eq!((cut.status, cut.body_bytes), (0, 500));
    });
}

#[test]
fn a_dial_that_is_cut_off_counts_as_connecting() {
    let server = server();
    run(async {
        let mut request = get(&server.url_of(Listener::Full, "/"));
        request.timeout = Duration::from_millis(40);
        let exchange = client(Settings::default()).execute(request).await;
        assert_eq!(exchange.error_code(), 1050);
        assert!(exchange.timings.connecting_ns >= 35 * MS, "{:?}", exchange.timings);
        assert!(exchange.timings.blocked_ns >= exchange.timings.connecting_ns);
        assert_eq!(exchange.timings.duration_ns(), 0);
    });
}

#[test]
fn what_a_connection_is_comes_with_the_exchange() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        let exchange = measured(&client, &server.https_url("/")).await;
        assert_eq!(exchange.tls_version(), Some(TlsVersion::Tls13));
        assert_eq!(exchange.remote_address, Some(server.address(Listener::Tls)));
        let exchange = measured(&client, &server.url_of(Listener::Tls12, "/")).await;
        assert_eq!(exchange.tls_version().map(TlsVersion::as_str), Some("tls1.2"));
    });
}

fn add(total: &mut Traffic, more: Traffic) {
    total.sent_bytes += more.sent_bytes;
    total.received_bytes += more.received_bytes;
}

/// The client's bytes must come to be the server's.
async fn agree(server: &TestServer, client: &Client) -> Traffic {
    let mut traffic = Traffic::default();
    until(|| {
        add(&mut traffic, client.take_traffic());
        traffic.sent_bytes == server.bytes_received()
            && traffic.received_bytes == server.bytes_sent()
    })
    .await;
    traffic
}

#[test]
fn bytes_are_those_of_the_wire() {
    let server = server();
    run(async {
        for listener in [Listener::Plain, Listener::TlsHttp1, Listener::Tls, Listener::Tls12] {
            server.reset();
            let client = client(trusting(&server));
            assert_eq!(client.take_traffic(), Traffic::default());
            ok(&client, get(&server.url_of(listener, "/bytes/100000"))).await;
            let mut upload = request(Method::POST, &server.url_of(listener, "/mirror"));
            upload.body = Bytes::from(vec![b'y'; 50_000]);
            upload.discard_body = true;
            ok(&client, upload).await;
            let traffic = agree(&server, &client).await;
            assert!(traffic.sent_bytes > 50_000, "{traffic:?}");
            assert!(traffic.received_bytes > 150_000, "{traffic:?}");
            assert_eq!(client.take_traffic(), Traffic::default());
        }
    });
}

#[test]
fn bytes_of_failed_requests_count_too() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for path in ["/misbehave/close-mid-body", "/misbehave/garbage"] {
            client.execute(get(&server.url(path))).await;
        }
        client.execute(get(&server.url_of(Listener::TlsUnknownCa, "/"))).await;
        let traffic = client.take_traffic();
        assert!(traffic.received_bytes > 500 && traffic.sent_bytes > 100, "{traffic:?}");
    });
}
