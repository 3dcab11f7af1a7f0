//! The phases of a request against a server that spends a known time in each of them.
//!
//! A delay can only be found too long, and by what a busy machine adds; what one phase is long, no
//! other may have too, so the sum tells of both.

use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{Bytes, DnsSettings, ProxyRules, Settings, Timings, clock};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{client, name_server, ok, raw, read_head, request, run, tls_acceptor};

const LOOKING_UP_MS: u64 = 110;
const CONNECTING_MS: u64 = 130;
const TLS_HANDSHAKING_MS: u64 = 150;
const SENDING_MS: u64 = 170;
const WAITING_MS: u64 = 190;
const RECEIVING_MS: u64 = 210;

/// More than the buffers of both sockets, so that sending lasts until the server reads.
const BODY_BYTES: usize = 32 << 20;

const NS_PER_MS: u64 = 1_000_000;

async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// A proxy that takes its time, and the server behind it.
async fn serve(mut stream: TcpStream, acceptor: tokio_rustls::TlsAcceptor) {
    read_head(&mut stream).await.unwrap();
    pause(CONNECTING_MS).await;
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    pause(TLS_HANDSHAKING_MS).await;
    let mut stream = acceptor.accept(stream).await.unwrap();
    read_head(&mut stream).await.unwrap();
    pause(SENDING_MS).await;
    let mut left = BODY_BYTES;
    let mut buffer = vec![0; 1 << 16];
    while left > 0 {
        left -= stream.read(&mut buffer).await.unwrap();
    }
    pause(WAITING_MS).await;
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no").await.unwrap();
    stream.flush().await.unwrap();
    pause(RECEIVING_MS).await;
    stream.write_all(b"k").await.unwrap();
    stream.flush().await.unwrap();
    pause(5_000).await;
}

/// Half a delay more is what a busy machine may add to it.
fn check(timings: Timings) {
    for (found_ns, expected_ms) in [
        (timings.looking_up_ns, LOOKING_UP_MS),
        (timings.connecting_ns, CONNECTING_MS),
        (timings.tls_handshaking_ns, TLS_HANDSHAKING_MS),
        (timings.blocked_ns, LOOKING_UP_MS + CONNECTING_MS + TLS_HANDSHAKING_MS),
        (timings.sending_ns, SENDING_MS),
        (timings.waiting_ns, WAITING_MS),
        (timings.receiving_ns, RECEIVING_MS),
    ] {
        assert!(found_ns >= (expected_ms - 1) * NS_PER_MS, "{expected_ms} ms: {timings:?}");
    }
    let connecting_ns = timings.looking_up_ns + timings.connecting_ns + timings.tls_handshaking_ns;
    assert!(connecting_ns <= timings.blocked_ns, "{timings:?}");
}

#[test]
fn phases_are_as_long_as_the_server_makes_them_and_add_up() {
    run(async {
        let (roots, acceptor) = tls_acceptor(&[b"http/1.1"]);
        let address = raw(move |_, stream| serve(stream, acceptor.clone())).await;
        let proxy = format!("http://proxy.test:{}", address.port());
        let dns = DnsSettings {
            servers: name_server(&["127.0.0.1"], Duration::from_millis(LOOKING_UP_MS)).await,
            ..DnsSettings::default()
        };
        let proxies = ProxyRules::from_option(&proxy, "").unwrap();
        let client = client(Settings { dns, proxies, ..roots });
        let mut request = request(Method::PUT, "https://127.0.0.1:1/");
        request.body = Bytes::from(vec![b'x'; BODY_BYTES]);
        let began_ns = clock::now_ns();
        let exchange = ok(&client, request).await;
        let timings = exchange.timings;
        check(timings);
        let whole_ns = exchange.end_ns - began_ns;
        let sum_ns =
            timings.blocked_ns + timings.sending_ns + timings.waiting_ns + timings.receiving_ns;
        assert!(sum_ns <= whole_ns, "{whole_ns} {timings:?}");
        assert!(whole_ns - sum_ns <= whole_ns / 100, "{whole_ns} {timings:?}");
    });
}
