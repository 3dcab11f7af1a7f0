//! HTTP/1 done well: framing, keep-alive, bodies, refusals.

use squall_test_support::{Config, Limits, TestServer};

use crate::client::Client;

#[test]
fn a_connection_serves_many_requests() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    for _ in 0..3 {
        let answer = client.get("/");
        assert_eq!((answer.status(), answer.body.as_slice()), (200, &b"ok"[..]));
    }
    assert_eq!(server.connections_opened(), 1);
    assert_eq!(server.arrivals_total(), 3);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    let one = |status: u16| format!("GET /status/{status} HTTP/1.1\r\n\r\n");
    client.send(&(200..250).map(one).collect::<String>());
    for status in 200..250 {
        assert_eq!(client.answer().status(), status);
    }
}

#[test]
fn long_bodies_are_the_alphabet() {
    let server = TestServer::start_default().unwrap();
    let body = Client::new(&server).get("/bytes/100000").body;
    assert_eq!(body.len(), 100_000);
    let right = |(index, &byte): (usize, &u8)| byte == b'a' + (index % 26) as u8;
    assert!(body.iter().enumerate().all(right));
}

#[test]
fn bodies_come_by_length_or_in_chunks() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    assert_eq!(client.post("/mirror", "hello").body, b"hello");
    client.send("POST /mirror HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel");
    client.send("lo\r\n1\r\n!\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    assert_eq!(client.answer().body, b"hello!");
    assert_eq!(client.answer().body, b"ok");
    let sizes: Vec<u64> = server.arrivals().iter().map(|arrival| arrival.request_bytes).collect();
    let second = "POST /mirror HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n\
                  5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";
    assert_eq!(sizes[1], second.len() as u64);
    assert_eq!(sizes[2], "GET / HTTP/1.1\r\n\r\n".len() as u64);
    assert_eq!(server.bytes_received(), sizes.iter().sum::<u64>());
}

#[test]
fn who_expects_to_be_asked_for_the_body_is_asked() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    client.send("POST /mirror HTTP/1.1\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n");
    assert_eq!(client.head(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    assert_eq!(client.answer().body, b"hello");
}

#[test]
fn head_and_204_have_no_body() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    client.send("HEAD /bytes/1000 HTTP/1.1\r\n\r\n");
    assert!(client.head().contains("content-length: 1000\r\n"));
    assert!(!client.get("/status/204").head.contains("content-length"));
    assert_eq!(client.get("/").body, b"ok");
}

#[test]
fn the_client_decides_when_to_close() {
    let server = TestServer::start_default().unwrap();
    for request in ["GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nconnection: close\r\n\r\n"] {
        let mut client = Client::new(&server);
        client.send(request);
        assert_eq!(client.answer().header("connection"), Some("close"));
        let (rest, end) = client.rest();
        assert!(rest.is_empty() && end.is_ok());
    }
}

#[test]
fn what_is_wrong_or_too_long_is_refused_and_counted() {
    let limits = Limits { head_bytes_max: 1_000, body_bytes_max: 100, ..Limits::default() };
    let server = TestServer::start(Config { limits, ..Config::default() }).unwrap();
    let long_head = format!("GET / HTTP/1.1\r\nx-long: {}\r\n", "x".repeat(1_100));
    for (request, status) in [
        ("\x16\x03\x01 this is not HTTP\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        ("POST / HTTP/1.1\r\ncontent-length: 101\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n65\r\n", 413),
        (&long_head, 431),
    ] {
        let mut client = Client::new(&server);
        client.send(request);
        let answer = client.answer();
        assert_eq!(answer.status(), status, "{request}");
        assert!(answer.json()["error"].is_string());
        assert!(client.rest().1.is_ok());
    }
    assert_eq!(server.bad_requests(), 6);
    assert_eq!(server.arrivals_total(), 0);
}

#[test]
fn the_checkout_flow_runs_over_the_wire() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    let token = client.post("/auth/token", r#"{"client_id":"bot"}"#).json();
    let bearer = format!("authorization: Bearer {}", token["access_token"].as_str().unwrap());
    client.send(&format!("POST /checkout HTTP/1.1\r\n{bearer}\r\ncontent-length: 2\r\n\r\n{{}}"));
    assert_eq!(client.answer().json()["order_id"], 1);
    client.send(&format!("DELETE /auth/token HTTP/1.1\r\n{bearer}\r\n\r\n"));
    assert_eq!(client.answer().status(), 204);
    client.send(&format!("POST /checkout HTTP/1.1\r\n{bearer}\r\ncontent-length: 2\r\n\r\n{{}}"));
    assert_eq!(client.answer().status(), 401);
}
