//! Our HTTP/1 client beside hyper's: the same bytes from a server, cut anywhere, are the same
//! exchange. Where they differ on purpose it is written down here, with what each makes of it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use squall_net::http_types::Method;
use squall_net::{Bytes, Client, Exchange, Http1Client, Network, Proto, Settings};
use tokio::io::AsyncWriteExt;

use crate::support::{get, raw, read_head, request, run, until};

/// What a server does on every connection: answers each request with these pieces.
#[derive(Clone)]
struct Script {
    pieces: Vec<Vec<u8>>,
    /// Closes behind the first answer.
    closes: bool,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pieces = self.pieces.iter().map(|piece| piece.escape_ascii().to_string());
        let end = if self.closes { "closes" } else { "goes on" };
        f.debug_list().entries(pieces).entry(&end).finish()
    }
}

/// A server that follows a script.
struct Server {
    url: String,
    /// Answers that are not written to their end yet.
    unfinished: Rc<Cell<usize>>,
}

impl Server {
    async fn start(script: Script) -> Self {
        let unfinished = Rc::new(Cell::new(0));
        let counter = Rc::clone(&unfinished);
        let address = raw(move |_, mut stream| {
            let (Script { pieces, closes }, counter) = (script.clone(), Rc::clone(&counter));
            async move {
                stream.set_nodelay(true).unwrap();
                while read_head(&mut stream).await.is_some() {
                    counter.set(counter.get() + 1);
                    for piece in &pieces {
                        // A client that has heard enough is gone.
                        let _ = stream.write_all(piece).await;
                        // Mostly, it gets to see this piece alone.
                        tokio::task::yield_now().await;
                    }
                    if closes {
                        drop(stream);
                        counter.set(counter.get() - 1);
                        return;
                    }
                    counter.set(counter.get() - 1);
                }
            }
        })
        .await;
        Self { url: format!("http://{address}/"), unfinished }
    }

    /// Until all that was written has arrived.
    async fn finished(&self) {
        until(|| self.unfinished.get() == 0).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What must be the same. Messages may differ, and how far a body came that failed.
#[derive(Debug, PartialEq)]
struct Outcome {
    status: u16,
    error_code: u16,
    proto: Proto,
    /// By name.
    headers: BTreeMap<String, Vec<String>>,
    body: Bytes,
    body_bytes: u64,
    reused: bool,
    retried: bool,
}

impl From<Exchange> for Outcome {
    fn from(exchange: Exchange) -> Self {
        let is_whole = exchange.failure.is_none();
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in exchange.headers.iter() {
            let values = headers.entry(name.to_ascii_lowercase()).or_default();
            values.push(value.escape_ascii().to_string());
        }
        Self {
            status: exchange.status,
            error_code: exchange.error_code(),
            proto: exchange.proto,
            headers,
            body: if is_whole { exchange.body } else { Bytes::new() },
            body_bytes: if is_whole { exchange.body_bytes } else { 0 },
            reused: exchange.connection_reused,
            retried: exchange.retried,
        }
    }
}

/// Three requests by a client of this kind.
async fn outcomes(http1_client: Http1Client, script: &Script, discard: bool) -> Vec<Outcome> {
    let server = Server::start(script.clone()).await;
    let settings = Settings { http1_client, body_bytes_max: 5_000, ..Settings::default() };
    let client = Client::new(Network::new(Arc::new(settings)).unwrap());
    let mut outcomes = Vec::new();
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let mut request = request(method, &server.url);
        request.discard_body = discard;
        outcomes.push(client.execute(request).await.into());
        server.finished().await;
    }
    outcomes
}

/// The first answer to a GET as either client sees it: status, and the code of a failure.
async fn both(bytes: impl AsRef<[u8]>) -> [(u16, u16); 2] {
    let script = Script { pieces: vec![bytes.as_ref().to_vec()], closes: true };
    let url = Server::start(script).await.url;
    let mut seen = [(0, 0); 2];
    for (seen, http1_client) in seen.iter_mut().zip([Http1Client::Lean, Http1Client::Hyper]) {
        let settings = Settings { http1_client, ..Settings::default() };
        let client = Client::new(Network::new(Arc::new(settings)).unwrap());
        let exchange = client.execute(get(&url)).await;
        *seen = (exchange.status, exchange.error_code());
    }
    seen
}

#[test]
fn where_they_differ_ours_is_go_s() {
    const GOOD: (u16, u16) = (200, 0);
    const BAD: (u16, u16) = (0, 1000);
    let chunked = "Transfer-Encoding: chunked";
    let cases = [
        // Lengths and encodings are taken as they are meant to be sent, and no other way.
        ("Content-Length: 2, 2\r\n\r\nok".to_owned(), BAD, GOOD),
        (format!("{chunked}\r\nContent-Length: x\r\n\r\n2\r\nok\r\n0\r\n\r\n"), BAD, GOOD),
        ("Transfer-Encoding: gzip\r\n\r\nok".to_owned(), BAD, GOOD),
        ("Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n".to_owned(), BAD, GOOD),
        (format!("{chunked}\r\n{chunked}\r\n\r\n2\r\nok\r\n0\r\n\r\n"), BAD, GOOD),
        (format!("{chunked}\r\n\r\n00000000000000002\r\nok\r\n0\r\n\r\n"), BAD, GOOD),
        (format!("{chunked}\r\n\r\n2;{}\r\nok\r\n0\r\n\r\n", "e".repeat(5000)), BAD, GOOD),
        // There is room for what real servers send.
        (format!("{}Content-Length: 2\r\n\r\nok", "X: 1\r\n".repeat(200)), GOOD, BAD),
        (format!("{chunked}\r\n\r\n{}0\r\n\r\n", chunks_with_extensions()), GOOD, BAD),
    ];
    run(async {
        for (rest, lean, hyper) in cases {
            let seen = both(format!("HTTP/1.1 200 OK\r\n{rest}")).await;
            assert_eq!(seen, [lean, hyper], "{rest:.100}");
        }
        let bytes = "HTTP/1.1  200 OK\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(both(bytes).await, [GOOD, BAD], "two spaces");
        let bytes = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nok";
        assert_eq!(both(bytes).await, [GOOD, BAD], "an encoding in HTTP/1.0");
    });
}

/// As a store signs them: much in all, little beside the data.
fn chunks_with_extensions() -> String {
    format!("400;chunk-signature={}\r\n{}\r\n", "f".repeat(64), "d".repeat(1024)).repeat(300)
}

#[test]
fn an_answer_stands_though_the_server_does_not_take_the_request() {
    run(async {
        let address = raw(|_, mut stream| async move {
            // Closes with most of the request unread, which resets the connection.
            read_head(&mut stream).await;
            let answer = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno";
            stream.write_all(answer).await.unwrap();
        })
        .await;
        let mut request = request(Method::POST, &format!("http://{address}/"));
        request.body = Bytes::from(vec![b'x'; 64 << 20]);
        let client = Client::new(Network::new(Arc::default()).unwrap());
        let exchange = client.execute(request).await;
        assert_eq!((exchange.failure, exchange.status), (None, 413));
        assert_eq!(exchange.body, "no");
    });
}

/// Parts of responses that both clients must understand alike.
fn part() -> impl Strategy<Value = Vec<u8>> {
    let lines: &[&[u8]] = &[
        b"X-A: 1\r\n",
        b"X-B:  spaced \t\r\n",
        b"x-a: 2\r\n",
        b"X-Folded: a\r\n  b\r\n",
        b"Connection: close\r\n",
        b"Connection: keep-alive\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: 6000\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"X Y: 1\r\n",
        b"X-Nul: \0\r\n",
        b"X-Latin: \xe9\n",
        b"\r\n",
        b"\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n",
        b"5\r\nhello\r\n",
        b"5;ext=1\r\nhello\r\n",
        b"5\r\nhello",
        b"0\r\n\r\n",
        b"0\r\nX-T: 1\r\n\r\n",
        b"zz\r\n",
        b"hello",
        b"hello, and more than was announced",
    ];
    prop::sample::select(lines).prop_map(<[u8]>::to_vec)
}

/// Responses that may be anything, on a connection that closes then.
fn anything() -> impl Strategy<Value = (Vec<u8>, bool)> {
    let begin: &[&[u8]] = &[
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nX-A: 0\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 204 No Content\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n",
        b"HTTP/1.0 200 OK\r\n",
        b"HTTP/1.1 20",
        b"",
    ];
    let parts = prop::collection::vec(part(), 0..7);
    let begin = prop::sample::select(begin);
    (begin, parts).prop_map(|(begin, parts)| ([begin, &parts.concat()].concat(), true))
}

/// Responses that are complete, with something behind them or not, on a connection that stays.
fn complete() -> impl Strategy<Value = (Vec<u8>, bool)> {
    let responses: &[&[u8]] = &[
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello",
    ];
    let surplus: &[&[u8]] = &[b"", b"", b"\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"];
    let parts = (prop::sample::select(responses), prop::sample::select(surplus));
    parts.prop_map(|(response, surplus)| ([response, surplus].concat(), false))
}

fn script() -> impl Strategy<Value = Script> {
    let answer = prop_oneof![3 => anything(), 1 => complete()];
    let cuts = prop::collection::vec(1_usize..60, 0..6);
    (answer, cuts).prop_map(|((mut rest, closes), cuts)| {
        let mut pieces = Vec::new();
        for cut in cuts {
            let tail = rest.split_off(cut.min(rest.len()));
            pieces.push(std::mem::replace(&mut rest, tail));
        }
        pieces.push(rest);
        Script { pieces, closes }
    })
}

/// True for what they take differently on purpose, see above; hyper overlooks wrong lengths where
/// there is no body.
fn is_disputed(script: &Script) -> bool {
    let bytes = script.pieces.concat();
    let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let count = |part: &str| text.matches(part).count();
    count("content-length: -1") > 0
        || count("content-length") > 1
        || count("chunked") > 1
        || count("http/1.0") > 0 && count("chunked") > 0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn both_see_the_same_in_any_bytes(script in script(), discard in any::<bool>()) {
        prop_assume!(!is_disputed(&script));
        let (lean, hyper) = run(async {
            let lean = outcomes(Http1Client::Lean, &script, discard);
            let hyper = outcomes(Http1Client::Hyper, &script, discard);
            tokio::join!(lean, hyper)
        });
        prop_assert_eq!(lean, hyper);
    }
}
