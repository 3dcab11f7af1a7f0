//! Bodies that are read while they come.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::time::Duration;

use squall_net::{BodyStream, Bytes, Call, Client, Outcome, Piece, Request, Settings, StreamHead};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{answer, client, get, raw, raw_h2, read_head, run, server, trusting, until};

/// A call under way, and what it says of its legs.
struct Opened {
    stream: Rc<BodyStream>,
    task: tokio::task::JoinHandle<Outcome>,
    legs: Rc<Cell<u32>>,
}

fn open(client: &Rc<Client>, request: Request) -> Opened {
    let (stream, legs) = (Rc::new(BodyStream::default()), Rc::new(Cell::new(0)));
    let (client, to, count) = (Rc::clone(client), Rc::clone(&stream), Rc::clone(&legs));
    let task = tokio::task::spawn_local(async move {
        let on_leg = |_: squall_net::Leg<'_>| count.set(count.get() + 1);
        client.call_streaming(Call::from(request), &to, on_leg).await
    });
    Opened { stream, task, legs }
}

impl Opened {
    async fn head(&self) -> Option<StreamHead> {
        poll_fn(|context| self.stream.poll_head(context)).await
    }

    async fn read(&self) -> Piece {
        poll_fn(|context| self.stream.poll_read(context, usize::MAX)).await
    }

    async fn text(&self) -> String {
        match self.read().await {
            Piece::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            Piece::End => "(end)".to_owned(),
        }
    }

    /// All that is still to come.
    async fn rest(&self) -> u64 {
        let mut count = 0;
        while let Piece::Bytes(bytes) = self.read().await {
            count += bytes.len() as u64;
        }
        count
    }

    async fn end(self) -> Outcome {
        self.task.await.unwrap()
    }
}

async fn chunk(stream: &mut TcpStream, text: &str) {
    stream.write_all(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes()).await.unwrap();
}

const CHUNKED: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
fn pieces_are_there_as_they_come() {
    run(async {
        let told = Rc::new(Cell::new(0));
        let says = Rc::clone(&told);
        let address = raw(move |_, mut stream| {
            let says = Rc::clone(&says);
            async move {
                while read_head(&mut stream).await.is_some() {
                    stream.write_all(CHUNKED).await.unwrap();
                    for word in ["one", "two", "three"] {
                        let number = says.get();
                        until(|| says.get() > number).await;
                        chunk(&mut stream, word).await;
                    }
                    stream.write_all(b"0\r\n\r\n").await.unwrap();
                }
            }
        })
        .await;
        let client = Rc::new(client(Settings::default()));
        for reused in [false, true] {
            let opened = open(&client, get(&format!("http://{address}/")));
            let head = opened.head().await.unwrap();
            assert_eq!(head.status, 200);
            assert_eq!(head.headers.get("content-type"), Some(&b"text/event-stream"[..]));
            for word in ["one", "two", "three"] {
                assert!(!opened.stream.has_news() && opened.legs.get() == 0);
                told.set(told.get() + 1);
                assert_eq!(opened.text().await, word);
            }
            assert_eq!(opened.read().await, Piece::End);
            let legs = Rc::clone(&opened.legs);
            let exchange = opened.end().await.exchange;
            assert_eq!((exchange.status, exchange.error_code(), legs.get()), (200, 0, 1));
            assert_eq!((exchange.body_bytes, exchange.body.len()), (11, 0));
            assert_eq!(exchange.connection_reused, reused);
        }
    });
}

#[test]
fn the_timeout_holds_up_to_the_head() {
    run(async {
        let address = raw(|_, mut stream| async move {
            let head = read_head(&mut stream).await.unwrap();
            if head.starts_with("GET /late") {
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
            stream.write_all(CHUNKED).await.unwrap();
            tokio::time::sleep(Duration::from_millis(150)).await;
            chunk(&mut stream, "patience").await;
            stream.write_all(b"0\r\n\r\n").await.unwrap();
        })
        .await;
        let client = Rc::new(client(Settings::default()));
        let request = |path: &str| {
            let timeout = Duration::from_millis(50);
            Request { timeout, ..get(&format!("http://{address}{path}")) }
        };
        let opened = open(&client, request("/"));
        assert_eq!(opened.head().await.unwrap().status, 200);
        assert_eq!(opened.text().await, "patience");
        assert_eq!(opened.end().await.exchange.error_code(), 0);

        let late = open(&client, request("/late"));
        assert!(late.head().await.is_none());
        assert_eq!(late.read().await, Piece::End);
        assert_eq!(late.end().await.exchange.error_code(), 1050);
    });
}

/// A server that writes as fast as it can gets no further than what buffers hold.
#[test]
fn a_reader_that_waits_holds_up_the_server() {
    const BYTES: u64 = 64 << 20;
    run(async {
        let written = Rc::new(Cell::new(0_u64));
        let count = Rc::clone(&written);
        let address = raw(move |_, mut stream| {
            let count = Rc::clone(&count);
            async move {
                read_head(&mut stream).await.unwrap();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {BYTES}\r\n\r\n");
                stream.write_all(head.as_bytes()).await.unwrap();
                let block = vec![b'x'; 64 << 10];
                while count.get() < BYTES {
                    if stream.write_all(&block).await.is_err() {
                        return;
                    }
                    count.set(count.get() + block.len() as u64);
                }
            }
        })
        .await;
        let client = Rc::new(client(Settings { body_bytes_max: 1 << 20, ..Settings::default() }));
        let opened = open(&client, get(&format!("http://{address}/")));
        assert_eq!(opened.head().await.unwrap().status, 200);
        tokio::time::sleep(Duration::from_millis(200)).await;
        // The sockets' buffers, mostly; the limit of bodies that are kept has no part in it.
        assert!(written.get() < BYTES / 2, "{}", written.get());
        assert_eq!(opened.rest().await, BYTES);
        assert_eq!(opened.end().await.exchange.body_bytes, BYTES);
    });
}

#[test]
fn what_is_closed_counts_as_complete() {
    run(async {
        let address = raw(|number, mut stream| async move {
            while read_head(&mut stream).await.is_some() {
                if number == 1 {
                    answer(&mut stream, "again").await;
                    continue;
                }
                stream.write_all(CHUNKED).await.unwrap();
                chunk(&mut stream, "first").await;
            }
        })
        .await;
        let client = Rc::new(client(Settings::default()));
        let url = format!("http://{address}/");
        let opened = open(&client, get(&url));
        assert_eq!(opened.text().await, "first");
        opened.stream.close();
        assert_eq!(opened.read().await, Piece::End);
        let exchange = opened.end().await.exchange;
        assert_eq!((exchange.status, exchange.error_code(), exchange.body_bytes), (200, 0, 5));
        // Its connection is of no more use.
        let next = client.execute(get(&url)).await;
        assert_eq!((&*next.body, next.connection_reused), (&b"again"[..], false));
    });
}

#[test]
fn a_body_that_breaks_off_is_a_failure_after_what_came() {
    run(async {
        let address = raw(|_, mut stream| async move {
            read_head(&mut stream).await.unwrap();
            stream.write_all(CHUNKED).await.unwrap();
            chunk(&mut stream, "all there is").await;
        })
        .await;
        let client = Rc::new(client(Settings::default()));
        let opened = open(&client, get(&format!("http://{address}/")));
        assert_eq!(opened.text().await, "all there is");
        assert_eq!(opened.read().await, Piece::End);
        let exchange = opened.end().await.exchange;
        assert_ne!(exchange.error_code(), 0);
        assert_eq!(exchange.body_bytes, 12);
    });
}

#[test]
fn redirects_are_followed_before() {
    let server = server();
    run(async {
        let address = raw(|_, mut stream| async move {
            while let Some(head) = read_head(&mut stream).await {
                if head.starts_with("GET /there") {
                    answer(&mut stream, "there").await;
                    continue;
                }
                let moved =
                    b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 5\r\n\r\nmoved";
                stream.write_all(moved).await.unwrap();
            }
        })
        .await;
        let client = Rc::new(client(trusting(&server)));
        let opened = open(&client, get(&format!("http://{address}/")));
        assert_eq!(opened.head().await.unwrap().status, 200);
        let legs = Rc::clone(&opened.legs);
        assert_eq!(opened.text().await, "there");
        let outcome = opened.end().await;
        assert_eq!((outcome.exchange.status, legs.get()), (200, 2));
        // The last one is told although it is one.
        let opened = open(&client, get(&server.url("/status/401")));
        assert_eq!(opened.head().await.unwrap().status, 401);
        assert_eq!(opened.end().await.exchange.error_code(), 1401);
        let refused = open(&client, get("http://127.0.0.1:1/"));
        assert!(refused.head().await.is_none());
        assert_eq!(refused.end().await.exchange.error_code(), 1212);
    });
}

#[test]
fn http2_streams_side_by_side() {
    run(async {
        let (settings, url) = raw_h2(|_, mut respond| async move {
            let mut body = respond.send_response(http::Response::new(()), false).unwrap();
            for number in 0..3_u8 {
                tokio::time::sleep(Duration::from_millis(20)).await;
                body.send_data(Bytes::from(vec![number; 9]), number == 2).unwrap();
            }
        })
        .await;
        let client = Rc::new(client(settings));
        let both = [open(&client, get(&url)), open(&client, get(&url))];
        for opened in both {
            assert_eq!(opened.head().await.unwrap().status, 200);
            assert_eq!(opened.rest().await, 27);
            let exchange = opened.end().await.exchange;
            assert_eq!((exchange.proto.as_str(), exchange.body_bytes), ("HTTP/2.0", 27));
        }
        // One that is closed leaves the connection to the others.
        let closed = open(&client, get(&url));
        assert_eq!(closed.head().await.unwrap().status, 200);
        closed.stream.close();
        assert_eq!(closed.end().await.exchange.error_code(), 0);
        let next = client.execute(get(&url)).await;
        assert!(next.connection_reused && next.status == 200);
    });
}
