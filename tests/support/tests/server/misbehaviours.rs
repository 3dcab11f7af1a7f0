//! The misbehaviours of HTTP/1, seen by a raw socket and by a strict client.

use std::io::ErrorKind;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use squall_test_support::{Config, Limits, Listener, MISBEHAVIOURS, TestServer};

use crate::client::{Client, Stopwatch};

const WAIT_MAX: Duration = Duration::from_millis(300);

fn impatient() -> TestServer {
    let limits = Limits { wait_max: WAIT_MAX, endless_bytes_max: 200_000, ..Limits::default() };
    TestServer::start(Config { limits, ..Config::default() }).unwrap()
}

/// What comes until the server closes, and whether it closed in order.
fn all(server: &TestServer, path: &str) -> (String, bool) {
    let mut client = Client::new(server);
    client.send(&format!("GET /misbehave/{path} HTTP/1.1\r\nhost: test\r\n\r\n"));
    let (bytes, end) = client.rest();
    if let Err(error) = &end {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{path}");
    }
    (String::from_utf8_lossy(&bytes).into_owned(), end.is_ok())
}

#[test]
fn resets() {
    let server = TestServer::start_default().unwrap();
    assert_eq!(all(&server, "reset"), (String::new(), false));
    let (text, orderly) = all(&server, "reset-mid-body");
    assert!(text.contains("content-length: 100000\r\n\r\nabc"));
    assert!(text.ends_with("jkl") && !orderly, "{text}");
}

#[test]
fn closes() {
    let server = TestServer::start_default().unwrap();
    assert_eq!(all(&server, "close"), (String::new(), true));
    assert_eq!(all(&server, "close-mid-head"), ("HTTP/1.1 200 OK\r\ncontent-le".into(), true));
    let (text, orderly) = all(&server, "close-mid-body");
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-length: 1000") && orderly);
    assert_eq!(body.len(), 500);
    for path in ["close-after", "close-after/20"] {
        let (text, orderly) = all(&server, path);
        assert_eq!(text, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        assert!(orderly);
    }
}

#[test]
fn wrong_lengths() {
    let server = impatient();
    let mut client = Client::new(&server);
    let short = client.get("/misbehave/wrong-length/short");
    assert_eq!(short.body, b"hello");
    client.send("GET / HTTP/1.1\r\n\r\n");
    assert!(client.head().starts_with("worldHTTP/1.1 200 OK"));
    let (text, _) = all(&server, "wrong-length/long");
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-length: 100"));
    assert_eq!(body.len(), 50);
}

#[test]
fn slowness() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    let started = Stopwatch::start();
    assert_eq!(client.get("/misbehave/slow-bytes/10/5").body, b"abcde");
    assert!(started.elapsed() >= Duration::from_millis(50));
    let started = Stopwatch::start();
    assert_eq!(client.get("/misbehave/slow-head/2").body, b"ok");
    assert!(started.elapsed() >= Duration::from_millis(80));
    assert_eq!(client.get("/misbehave/slow-bytes/1").body.len(), 16);
    let started = Stopwatch::start();
    assert_eq!(client.get("/delay/60").body, b"ok");
    assert!(started.elapsed() >= Duration::from_millis(60));
}

#[test]
fn silence_ends_at_its_bound() {
    let server = impatient();
    let started = Stopwatch::start();
    assert_eq!(all(&server, "hang"), (String::new(), true));
    assert!(started.elapsed() >= WAIT_MAX);
    let (text, orderly) = all(&server, "hang-mid-body");
    assert!(text.contains("content-length: 1000\r\n\r\nabc") && orderly);
    let (text, _) = all(&server, "slow-bytes/100/1000");
    assert!(text.len() < 100, "{text}");
}

#[test]
fn what_is_endless_ends_at_its_bound() {
    let server = impatient();
    let (headers, _) = all(&server, "endless-headers");
    assert!(headers.len() >= 200_000 && headers.len() < 201_000);
    assert!(!headers.contains("\r\n\r\n"));
    let (body, _) = all(&server, "endless-body");
    assert!(body.starts_with("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3ffc\r\nabc"));
    assert!(body.len() >= 200_000 && body.len() < 201_000);
    let (flood, _) = all(&server, "one-xx-flood");
    assert!(flood.matches("HTTP/1.1 103 Early Hints\r\n").count() > 1_000);
    assert!(!flood.contains("200 OK"));
}

#[test]
fn floods_and_giants_of_a_given_size() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    let answer = client.get("/misbehave/huge-header/100000");
    assert_eq!(answer.header("x-huge").unwrap().len(), 100_000);
    assert_eq!(answer.body, b"ok");
    client.send("GET /misbehave/one-xx-flood/500 HTTP/1.1\r\n\r\n");
    for _ in 0..500 {
        assert!(client.head().starts_with("HTTP/1.1 103 "));
    }
    assert_eq!(client.answer().body, b"ok");
    assert_eq!(client.get("/misbehave/extra-response").body, b"ok");
    assert_eq!(client.answer().body, b"ok");
}

#[test]
fn what_does_not_exist_here_says_so() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    assert_eq!(client.get("/misbehave/goaway").status(), 421);
    assert_eq!(client.get("/misbehave/politely").status(), 404);
    assert_eq!(client.get("/misbehave/huge-header/99999999999").status(), 400);
    let list = String::from_utf8(client.get("/misbehave").body).unwrap();
    assert_eq!(list.lines().count(), MISBEHAVIOURS.len());
}

/// What a strict client makes of each: the ones that must fail do, and the legal ones do not.
#[tokio::test]
async fn a_strict_client_refuses_what_is_broken() {
    let server = impatient();
    for one in MISBEHAVIOURS.iter().filter(|one| one.protocols.contains("h1")) {
        let path = one.pattern.replace("MS", "1").replace('N', "3");
        let outcome = fetch(&server, &format!("/misbehave/{path}")).await;
        let legal = [
            "close-after",
            "close-after/MS",
            "wrong-length/short",
            "slow-bytes/MS",
            "slow-bytes/MS/N",
            "slow-head/MS",
            "huge-header/N",
            "one-xx-flood/N",
            "extra-response",
            "no-reason",
            // Legal where both framings are given: the chunked one counts.
            "chunked-and-length",
            // The client does not look at a body that there cannot be.
            "body-on-204",
        ];
        assert_eq!(outcome.is_ok(), legal.contains(&one.pattern), "{}: {outcome:?}", one.pattern);
    }
}

async fn fetch(server: &TestServer, path: &str) -> hyper::Result<Bytes> {
    let stream = tokio::net::TcpStream::connect(server.address(Listener::Plain)).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let request = http::Request::get(path).header("host", "test").body(Empty::<Bytes>::new());
    let result = async {
        let response = sender.send_request(request.unwrap()).await?;
        Ok(response.into_body().collect().await?.to_bytes())
    }
    .await;
    driver.abort();
    result
}
