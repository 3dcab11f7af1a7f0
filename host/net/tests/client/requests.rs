//! What goes out, to the byte.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

use squall_net::http_types::{Method, Response};
use squall_net::{Bytes, Client, Header, HttpDebug, Request, Settings};
use tokio::io::AsyncReadExt;

use crate::support::{
    answer, client, get, ok, raw, raw_h2, read_head, request, run, server, trusting,
};

/// A server that keeps the heads of its requests.
async fn recording() -> (String, Rc<RefCell<Vec<String>>>) {
    let heads = Rc::new(RefCell::new(Vec::new()));
    let kept = Rc::clone(&heads);
    let address = raw(move |_, mut stream| {
        let kept = Rc::clone(&kept);
        async move {
            while let Some(head) = read_head(&mut stream).await {
                let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
                let length: usize = length.map_or(0, |length| length.parse().unwrap());
                stream.read_exact(&mut vec![0; length]).await.unwrap();
                kept.borrow_mut().push(head);
                answer(&mut stream, "").await;
            }
        }
    })
    .await;
    (address.to_string(), heads)
}

fn header(name: &str, value: &str) -> Header {
    Header::new(name, value.as_bytes()).unwrap()
}

/// The head of a request with these headers, and `HOST` for the server's address.
async fn head_of(settings: Settings, method: Method, headers: &[(&str, &str)]) -> String {
    let (address, heads) = recording().await;
    let mut request = request(method, &format!("http://{address}/p?q=1#f"));
    request.headers = headers.iter().map(|(name, value)| header(name, value)).collect();
    ok(&client(settings), request).await;
    let head = heads.borrow_mut().pop().unwrap();
    head.replace(&address, "HOST")
}

#[test]
fn a_request_is_as_short_as_it_can_be() {
    run(async {
        let head = head_of(Settings::default(), Method::GET, &[]).await;
        let version = env!("CARGO_PKG_VERSION");
        let expected =
            format!("GET /p?q=1 HTTP/1.1\r\nHost: HOST\r\nUser-Agent: squall/{version}\r\n\r\n");
        assert_eq!(head, expected);
        let settings = Settings { user_agent: String::new(), ..Settings::default() };
        let head = head_of(settings, Method::from_bytes(b"PURGE").unwrap(), &[]).await;
        assert_eq!(head, "PURGE /p?q=1 HTTP/1.1\r\nHost: HOST\r\n\r\n");
    });
}

#[test]
fn headers_keep_their_order_and_their_spelling() {
    let quiet = || Settings { user_agent: String::new(), ..Settings::default() };
    run(async {
        let title = [("X-One", "1"), ("Accept", "*/*"), ("X-Two", "2")];
        let head = head_of(quiet(), Method::GET, &title).await;
        let lines = "Host: HOST\r\nX-One: 1\r\nAccept: */*\r\nX-Two: 2\r\n\r\n";
        assert_eq!(head, format!("GET /p?q=1 HTTP/1.1\r\n{lines}"));
        let odd = [("SOAPAction", "a"), ("x-lower", "b"), ("X-Title", "c"), ("ETag", "d")];
        let head = head_of(quiet(), Method::GET, &odd).await;
        let lines = "Host: HOST\r\nSOAPAction: a\r\nx-lower: b\r\nX-Title: c\r\nETag: d\r\n\r\n";
        assert_eq!(head, format!("GET /p?q=1 HTTP/1.1\r\n{lines}"));
        let repeated = [("x-a", "1"), ("X-A", "2"), ("X-B", "3")];
        let head = head_of(quiet(), Method::GET, &repeated).await;
        let lines = "Host: HOST\r\nx-a: 1\r\nX-A: 2\r\nX-B: 3\r\n\r\n";
        assert_eq!(head, format!("GET /p?q=1 HTTP/1.1\r\n{lines}"));
    });
}

#[test]
fn the_clients_own_headers_are_not_the_scripts_to_break() {
    let quiet = || Settings { user_agent: String::new(), ..Settings::default() };
    run(async {
        let lies = [("Content-Length", "999"), ("Transfer-Encoding", "chunked"), ("X-A", "1")];
        let head = head_of(quiet(), Method::POST, &lies).await;
        let lines = "Host: HOST\r\nContent-Length: 0\r\nX-A: 1\r\n\r\n";
        assert_eq!(head, format!("POST /p?q=1 HTTP/1.1\r\n{lines}"));
        let head = head_of(Settings::default(), Method::GET, &[("User-Agent", "")]).await;
        assert_eq!(head, "GET /p?q=1 HTTP/1.1\r\nHost: HOST\r\n\r\n");
        let headers = [("User-Agent", "me"), ("Host", "other.example:81")];
        let head = head_of(Settings::default(), Method::GET, &headers).await;
        let lines = "Host: other.example:81\r\nUser-Agent: me\r\n\r\n";
        assert_eq!(head, format!("GET /p?q=1 HTTP/1.1\r\n{lines}"));
    });
}

#[test]
fn a_body_goes_out_with_its_length() {
    run(async {
        let (address, heads) = recording().await;
        let client = client(Settings::default());
        for (method, length) in [(Method::POST, 5), (Method::GET, 3), (Method::DELETE, 2_000_000)] {
            let mut request = request(method, &format!("http://{address}/"));
            request.body = Bytes::from(vec![b'x'; length]);
            ok(&client, request).await;
            let head = heads.borrow_mut().pop().unwrap();
            assert!(head.contains(&format!("Content-Length: {length}\r\n")), "{head}");
        }
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
            let expected = matches!(method, Method::PUT | Method::PATCH);
            ok(&client, request(method, &format!("http://{address}/"))).await;
            let head = heads.borrow_mut().pop().unwrap();
            assert_eq!(head.contains("Content-Length: 0\r\n"), expected, "{head}");
        }
        let mut empty = request(Method::POST, &format!("http://{address}/"));
        empty.has_empty_body = true;
        ok(&client, empty).await;
        assert!(!heads.borrow_mut().pop().unwrap().contains("Content-Length"));
    });
}

/// What an HTTP/2 server saw: method, URI and headers.
async fn h2_head_of(request_at: impl Fn(&str) -> Request) -> String {
    let seen = Rc::new(RefCell::new(String::new()));
    let kept = Rc::clone(&seen);
    let (settings, url) = raw_h2(move |request, mut respond| {
        let (parts, mut body) = request.into_parts();
        let mut text = format!("{} {}", parts.method, parts.uri);
        for (name, value) in &parts.headers {
            write!(text, "\n{name}: {}", value.to_str().unwrap()).unwrap();
        }
        kept.replace(text);
        async move {
            while let Some(data) = body.data().await {
                body.flow_control().release_capacity(data.unwrap().len()).unwrap();
            }
            respond.send_response(Response::new(()), true).unwrap();
        }
    })
    .await;
    ok(&client(settings), request_at(&url)).await;
    seen.take().replace(url.trim_end_matches('/'), "URL")
}

#[test]
fn http2_has_the_same_headers_in_its_own_form() {
    run(async {
        let version = env!("CARGO_PKG_VERSION");
        let head = h2_head_of(|url| get(&format!("{url}p?q"))).await;
        assert_eq!(head, format!("GET URL/p?q\nuser-agent: squall/{version}"));
        let head = h2_head_of(|url| {
            let mut request = request(Method::POST, url);
            request.body = Bytes::from(vec![b'x'; 3_000_000]);
            request.headers = vec![
                header("SOAPAction", "a"),
                header("User-Agent", ""),
                header("Host", "other.example"),
                header("Connection", "close"),
            ];
            request
        })
        .await;
        let lines = "soapaction: a\ncontent-length: 3000000";
        assert_eq!(head, format!("POST https://other.example/\n{lines}"));
    });
}

#[test]
fn a_host_that_is_none_fails_on_http2_before_it_is_sent() {
    let server = server();
    run(async {
        let mut request = get(&server.https_url("/"));
        request.headers.push(header("Host", "a b"));
        let exchange = client(trusting(&server)).execute(request).await;
        assert_eq!(exchange.error_code(), 1000);
        assert!(exchange.failure.unwrap().message.contains("`Host`"));
        assert_eq!(server.arrivals_total(), 0);
    });
}

#[test]
fn large_bodies_arrive_whole() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        let body: Vec<u8> = (0..3_000_000_u32).map(|index| (index % 251) as u8).collect();
        for url in [server.url("/mirror"), server.https_url("/mirror")] {
            let mut request = request(Method::POST, &url);
            request.body = Bytes::from(body.clone());
            let exchange = ok(&client, request).await;
            assert!(exchange.body == body, "{url}");
        }
    });
}

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn http_debug_shows_what_is_said() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        run(async {
            let (address, _) = recording().await;
            let settings = Settings { http_debug: HttpDebug::Full, ..Settings::default() };
            let client: Client = client(settings);
            let mut request = request(Method::POST, &format!("http://{address}/shown"));
            request.body = Bytes::from_static(b"the body");
            ok(&client, request).await;
        });
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for part in ["INFO", "squall::http_debug", "POST /shown", "the body", "HTTP/1.1 200"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
