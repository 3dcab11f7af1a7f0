//! Compressed bodies, both ways, and what is left of a body that breaks off.

use std::time::Duration;

use squall_net::http_types::Method;
use squall_net::{Bytes, Client, Encoding, Exchange, Settings, compress};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{client, get, network, ok, raw, raw_h2, read_head, request, run, server};

const TEXT: &str = "compressed, compressed, compressed, compressed";

fn compressed(text: &str, encodings: &[Encoding]) -> Bytes {
    compress(&Bytes::copy_from_slice(text.as_bytes()), encodings)
}

/// The exchange with a server that answers with this header and body. `missing` bytes are announced
/// and never sent.
async fn answered(client: &Client, header: &str, body: Bytes, missing: usize) -> Exchange {
    let length = body.len() + missing;
    let head = format!("HTTP/1.1 200 OK\r\n{header}\r\nContent-Length: {length}\r\n\r\n");
    let address = raw(move |_, mut stream| {
        let (head, body) = (head.clone(), body.clone());
        async move {
            read_head(&mut stream).await;
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(&body).await.unwrap();
        }
    })
    .await;
    client.execute(get(&format!("http://{address}/"))).await
}

#[test]
fn bodies_are_decoded_as_their_header_says() {
    use Encoding::{Brotli, Gzip};
    run(async {
        let client = client(Settings::default());
        let stacks = Encoding::ALL.iter().map(|one| vec![*one]).chain([vec![Gzip, Brotli]]);
        for encodings in stacks {
            let body = compressed(TEXT, &encodings);
            let header = format!("Content-Encoding: {}", Encoding::header_value(&encodings));
            let exchange = answered(&client, &header, body.clone(), 0).await;
            assert_eq!(exchange.failure, None, "{header}");
            assert_eq!((exchange.status, &exchange.body[..]), (200, TEXT.as_bytes()));
            assert_eq!(exchange.body_bytes, body.len() as u64);
            assert!(exchange.headers.contains("content-encoding"));
        }
        for other in ["identity", "GZIP", "x-gzip, foo", ""] {
            let header = format!("Content-Encoding: {other}");
            let exchange = answered(&client, &header, Bytes::from(TEXT), 0).await;
            assert_eq!((exchange.status, &exchange.body[..]), (200, TEXT.as_bytes()), "{other}");
        }
    });
}

#[test]
fn http2_bodies_are_decoded_too() {
    run(async {
        let (settings, url) = raw_h2(|_, mut respond| async move {
            let response = squall_net::http_types::Response::builder();
            let response = response.header("content-encoding", "zstd").body(()).unwrap();
            let mut stream = respond.send_response(response, false).unwrap();
            stream.send_data(compressed(TEXT, &[Encoding::Zstd]), true).unwrap();
        })
        .await;
        let exchange = ok(&client(settings), get(&url)).await;
        assert_eq!(exchange.body, TEXT);
        assert_eq!(exchange.reason, None);
    });
}

#[test]
fn a_body_that_is_not_what_it_says_fails_with_1701() {
    run(async {
        let client = client(Settings::default());
        for encoding in Encoding::ALL {
            let header = format!("Content-Encoding: {}", encoding.as_str());
            let exchange = answered(&client, &header, Bytes::from(TEXT), 0).await;
            assert_eq!((exchange.error_code(), exchange.status), (1701, 0), "{encoding:?}");
            assert!(exchange.headers.is_empty());
            let message = exchange.failure.unwrap().message;
            let start = format!("error decompressing response body ({}: ", encoding.as_str());
            assert!(message.starts_with(&start), "{message}");
        }
        let header = format!("Content-Encoding: {}", ["gzip"; 9].join(","));
        let exchange = answered(&client, &header, Bytes::from(TEXT), 0).await;
        assert_eq!(exchange.error_code(), 1701);
        // Cut short, the part is there.
        let whole = compressed(&TEXT.repeat(10_000), &[Encoding::Gzip]);
        let half = whole.slice(..whole.len() / 2);
        let exchange = answered(&client, "Content-Encoding: gzip", half, 0).await;
        assert_eq!(exchange.error_code(), 1701);
        assert!(exchange.body.starts_with(TEXT.as_bytes()));
    });
}

#[test]
fn what_has_no_body_has_nothing_to_decode() {
    run(async {
        let client = client(Settings::default());
        let exchange = answered(&client, "Content-Encoding: gzip", Bytes::new(), 0).await;
        assert_eq!((exchange.status, exchange.failure), (200, None));
        let address = raw(|_, mut stream| async move {
            read_head(&mut stream).await;
            let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 33\r\n\r\n";
            stream.write_all(head).await.unwrap();
        })
        .await;
        ok(&client, request(Method::HEAD, &format!("http://{address}/"))).await;
    });
}

#[test]
fn a_discarded_body_is_not_decoded() {
    run(async {
        let address = raw(|_, mut stream| async move {
            read_head(&mut stream).await;
            let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nbad";
            stream.write_all(head).await.unwrap();
        })
        .await;
        let mut request = get(&format!("http://{address}/"));
        request.discard_body = true;
        let exchange = ok(&client(Settings::default()), request).await;
        assert_eq!((exchange.body.len(), exchange.body_bytes), (0, 3));
    });
}

#[test]
fn a_bomb_fails_at_the_bound_and_is_counted() {
    run(async {
        let network = network(Settings { body_bytes_max: 1_000_000, ..Settings::default() });
        let client = Client::new(std::rc::Rc::clone(&network));
        for (number, encoding) in Encoding::ALL.into_iter().enumerate() {
            let bomb = compress(&Bytes::from(vec![0; 10_000_000]), &[encoding]);
            let header = format!("Content-Encoding: {}", encoding.as_str());
            let exchange = answered(&client, &header, bomb, 0).await;
            assert_eq!((exchange.error_code(), exchange.body.len()), (1000, 0), "{encoding:?}");
            let message = exchange.failure.unwrap().message;
            assert!(message.contains("decompresses to more than"), "{message}");
            assert_eq!(network.counters().bodies_over_max, number as u64 + 1);
        }
    });
}

#[test]
fn the_part_that_came_before_the_connection_broke_is_kept() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        let exchange = answered(&client, "X-A: b", Bytes::from(TEXT), 100).await;
        assert_eq!((exchange.status, exchange.error_code()), (0, 1000));
        assert_eq!(exchange.body, TEXT);
        // Decoded, as far as that goes.
        let body = compressed(TEXT, &[Encoding::Gzip]);
        let body = body.slice(..body.len() - 8);
        let exchange = answered(&client, "Content-Encoding: gzip", body, 100).await;
        assert_eq!(exchange.error_code(), 1000);
        assert_eq!(exchange.body, TEXT);
        // Or the time was over.
        let mut request = get(&server.url("/misbehave/hang-mid-body"));
        request.timeout = Duration::from_millis(100);
        let exchange = client.execute(request).await;
        assert_eq!((exchange.error_code(), exchange.body.len()), (1050, 500));
    });
}

#[test]
fn decoding_is_not_receiving() {
    run(async {
        let client = client(Settings::default());
        let text = Bytes::from((0..3_000_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>());
        let body = compress(&text, &[Encoding::Zstd]);
        let start = squall_net::clock::now_ns();
        let exchange = answered(&client, "Content-Encoding: zstd", body, 0).await;
        let end = squall_net::clock::now_ns();
        assert_eq!(exchange.body, text);
        assert!(exchange.end_ns > start && exchange.end_ns < end);
        let timed = exchange.timings.blocked_ns + exchange.timings.duration_ns();
        assert!(timed <= exchange.end_ns - start);
    });
}

#[test]
fn compressed_requests_have_their_length_where_go_has_it() {
    let address_and_head = async {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let sender = std::cell::RefCell::new(Some(sender));
        let address = raw(move |_, mut stream| {
            let sender = sender.borrow_mut().take().unwrap();
            async move {
                let head = read_head(&mut stream).await.unwrap();
                let mut body = vec![0; 20_000];
                let length = stream.read(&mut body).await.unwrap();
                body.truncate(length);
                sender.send((head, body)).unwrap();
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
            }
        })
        .await;
        (address, receiver)
    };
    run(async {
        let (address, received) = address_and_head.await;
        let network = network(Settings::default());
        let mut request = request(Method::POST, &format!("http://{address}/"));
        let body = Bytes::from(TEXT);
        request.body = network.compressed(&body, &[Encoding::Gzip]).await;
        request.headers = vec![squall_net::Header::new("Content-Encoding", b"gzip").unwrap()];
        ok(&Client::new(network), request).await;
        let (head, body) = received.await.unwrap();
        assert_eq!(body, compressed(TEXT, &[Encoding::Gzip]));
        let names: Vec<_> = head.lines().skip(1).filter_map(|l| l.split_once(':')).collect();
        let names: Vec<_> = names.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Host", "User-Agent", "Content-Length", "Content-Encoding"]);
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    });
}

#[test]
fn the_text_behind_a_status_is_kept() {
    run(async {
        let client = client(Settings::default());
        for (line, expected) in [
            ("HTTP/1.1 200 OK", "OK"),
            ("HTTP/1.1 200 Fine By Me", "Fine By Me"),
            ("HTTP/1.1 404 ", ""),
            ("HTTP/1.1 299", ""),
        ] {
            let head = format!("{line}\r\nContent-Length: 0\r\n\r\n");
            let address = raw(move |_, mut stream| {
                let head = head.clone();
                async move {
                    read_head(&mut stream).await;
                    stream.write_all(head.as_bytes()).await.unwrap();
                }
            })
            .await;
            let exchange = client.execute(get(&format!("http://{address}/"))).await;
            assert_eq!(exchange.reason.unwrap(), expected, "{line}");
        }
    });
}
