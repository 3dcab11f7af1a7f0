//! What comes back: bodies of every kind, good and bad.

use std::rc::Rc;
use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{Client, Proto, Settings};
use tokio::io::AsyncWriteExt;

use crate::support::{
    client, code, get, header_of, network, ok, raw, raw_tls, read_head, request, run, server,
    trusting, until,
};

#[test]
fn bodies_of_all_sizes_arrive_whole() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for base in [server.url(""), server.https_url("")] {
            for length in [0, 1, 100, 8191, 8192, 8193, 65_536, 2_000_000_usize] {
                let exchange = ok(&client, get(&format!("{base}/bytes/{length}"))).await;
                assert_eq!(exchange.body.len(), length);
                assert_eq!(exchange.body_bytes, length as u64);
                let whole = exchange.body.iter().zip((b'a'..=b'z').cycle());
                assert!(whole.into_iter().all(|(found, expected)| *found == expected));
            }
        }
        assert_eq!(server.connections_opened(), 2);
    });
}

#[test]
fn a_discarded_body_is_counted_and_the_connection_kept() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for url in [server.url("/bytes/3000000"), server.https_url("/bytes/3000000")] {
            for _ in 0..2 {
                let mut request = get(&url);
                request.discard_body = true;
                let exchange = ok(&client, request).await;
                assert_eq!((exchange.body.len(), exchange.body_bytes), (0, 3_000_000));
            }
        }
        assert_eq!(server.connections_opened(), 2);
    });
}

#[test]
fn a_body_over_the_bound_fails_and_is_counted() {
    let server = server();
    run(async {
        let network = network(Settings { body_bytes_max: 10_000, ..trusting(&server) });
        let client = Client::new(Rc::clone(&network));
        ok(&client, get(&server.url("/bytes/10000"))).await;
        for (number, path) in ["/bytes/10001", "/misbehave/endless-body"].into_iter().enumerate() {
            for (half, url) in [server.url(path), server.https_url(path)].iter().enumerate() {
                let mut request = get(url);
                request.discard_body = half == 1;
                let exchange = client.execute(request).await;
                let failure = exchange.failure.unwrap();
                assert_eq!(failure.code.get(), 1000);
                assert!(failure.message.contains("10000 bytes"), "{failure}");
                assert!(exchange.body.is_empty() && exchange.status == 0);
                let counted = network.counters().bodies_over_max;
                assert_eq!(counted, (number * 2 + half + 1) as u64);
            }
        }
        // Nobody goes on reading them.
        drop(client);
        until(|| server.connections_open() == 0).await;
    });
}

/// The exchange with a server that sends these bytes and closes.
async fn answered(bytes: &'static [u8]) -> squall_net::Exchange {
    let address = raw(move |_, mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(bytes).await.unwrap();
    })
    .await;
    client(Settings::default()).execute(get(&format!("http://{address}/"))).await
}

#[test]
fn a_body_may_end_with_the_connection() {
    run(async {
        let exchange = answered(b"HTTP/1.0 200 OK\r\nX-A: 1\r\n\r\nuntil the end").await;
        assert_eq!((exchange.status, exchange.proto), (200, Proto::Http10));
        assert_eq!(exchange.body, "until the end");
        let exchange = answered(b"HTTP/1.1 200 OK\r\n\r\n").await;
        assert_eq!((exchange.status, exchange.body_bytes), (200, 0));
    });
}

#[test]
fn tls_may_end_without_goodbye_where_the_length_is_known_otherwise() {
    run(async {
        let (settings, url) = raw_tls(&[b"http/1.1"], |mut stream| async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nabrupt").await.unwrap();
            stream.flush().await.unwrap();
            // Drops the connection without TLS's close_notify.
        })
        .await;
        let exchange = ok(&client(settings), get(&url)).await;
        assert_eq!(exchange.body, "abrupt");
        let (settings, url) = raw_tls(&[b"http/1.1"], |mut stream| async move {
            let response = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabrupt";
            stream.write_all(response).await.unwrap();
            stream.flush().await.unwrap();
        })
        .await;
        assert_eq!(code(&client(settings), get(&url)).await, 1000);
    });
}

#[test]
fn chunks_their_extensions_and_trailers_are_read() {
    run(async {
        let response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n\
            3;a=b\r\nabc\r\n0a\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n";
        let exchange = answered(response).await;
        assert_eq!(exchange.failure, None);
        assert_eq!(exchange.body, "abc0123456789");
    });
}

#[test]
fn chunks_count_beside_a_length_in_either_order() {
    let orders: [&[u8]; 2] = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n\
            5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n\
            5\r\nhello\r\n0\r\n\r\n",
    ];
    run(async {
        for response in orders {
            let address = raw(move |_, mut stream| async move {
                while read_head(&mut stream).await.is_some() {
                    stream.write_all(response).await.unwrap();
                }
            })
            .await;
            let client = client(Settings::default());
            // Whatever becomes of the connection, the next answer is the next.
            for _ in 0..3 {
                let exchange = ok(&client, get(&format!("http://{address}/"))).await;
                assert_eq!(exchange.body, "hello");
            }
        }
    });
}

#[test]
fn headers_that_repeat_keep_all_values() {
    run(async {
        let response =
            b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n";
        let exchange = answered(response).await;
        let cookies: Vec<_> = exchange.headers.get_all("set-cookie").collect();
        assert_eq!(cookies, [b"a=1", b"b=2"]);
    });
}

#[test]
fn odd_but_legal_answers_are_answers() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        let paths = ["no-reason", "one-xx-flood/5", "slow-head/1", "huge-header/100000"];
        for path in paths {
            ok(&client, get(&server.url(&format!("/misbehave/{path}")))).await;
        }
        let exchange = client.execute(get(&server.url("/misbehave/body-on-204"))).await;
        assert_eq!((exchange.status, exchange.body_bytes), (204, 0));
        for path in ["one-xx-flood/5", "huge-header/100000", "slow-bytes/1"] {
            ok(&client, get(&server.https_url(&format!("/misbehave/{path}")))).await;
        }
    });
}

#[test]
fn what_comes_after_a_response_is_not_the_next_response() {
    let server = server();
    run(async {
        for path in ["extra-response", "wrong-length/short"] {
            server.reset();
            let client = client(Settings::default());
            ok(&client, get(&server.url(&format!("/misbehave/{path}")))).await;
            let exchange = ok(&client, get(&server.url("/json"))).await;
            assert_eq!(header_of(&exchange, "content-type"), "application/json", "{path}");
            assert_eq!(server.connections_opened(), 2);
        }
    });
}

#[test]
fn what_never_ends_ends_at_the_timeout() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for (path, received) in
            [("hang-mid-body", 500), ("wrong-length/long", 50), ("one-xx-flood", 0)]
        {
            let mut request = get(&server.url(&format!("/misbehave/{path}")));
            request.timeout = Duration::from_millis(200);
            let exchange = client.execute(request).await;
            // A flood may end before its time is over, since the server has a bound, too.
            let timed_out = exchange.error_code() == 1050;
            assert!(timed_out || path == "one-xx-flood", "{path}: {exchange:?}");
            assert_eq!(exchange.body_bytes, received, "{path}");
        }
    });
}

#[test]
fn a_head_request_has_no_body() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        for url in [server.url("/bytes/100"), server.https_url("/bytes/100")] {
            let exchange = ok(&client, request(Method::HEAD, &url)).await;
            assert_eq!(exchange.body_bytes, 0);
            assert_eq!(header_of(&exchange, "content-length"), "100");
        }
    });
}
