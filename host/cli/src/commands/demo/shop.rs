//! The shop of the demo: a small HTTP server on a thread of its own, for as long as a value lives.
//!
//! | route | answer |
//! |---|---|
//! | `GET /` | 200, the name of the shop |
//! | `GET /products` | 200, all products |
//! | `GET /products/ID` | 200, the product; 404 if there is none |
//! | `POST /login` | 200, a token, for `{"user": ..., "password": ...}`; 400 else |
//! | `POST /checkout` | 201, an order, for `{"product_id": ID}`; 401 without the token; 400 else |
//!
//! Answers take some milliseconds, as a shop's would, and every fortieth checkout takes much
//! longer, so that there is something to see in the percentiles. It serves loopback only.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

const PRODUCTS: [(&str, u64); 6] = [
    ("umbrella", 1_990),
    ("raincoat", 5_950),
    ("rubber boots", 3_490),
    ("storm lantern", 2_750),
    ("barometer", 8_900),
    ("weathercock", 12_500),
];
/// What `/login` gives and `/checkout` wants.
const TOKEN: &str = "demo-token";
/// Most bytes of a request's body that are read.
const BODY_BYTES_MAX: usize = 64 * 1024;

const READ_TAKES: Duration = Duration::from_millis(3);
const LOGIN_TAKES: Duration = Duration::from_millis(10);
const CHECKOUT_TAKES: Duration = Duration::from_millis(15);
const SLOW_CHECKOUT_TAKES: Duration = Duration::from_millis(150);
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(10);
/// One checkout in this many is slow.
const SLOW_CHECKOUT_EVERY: u64 = 40;

/// A shop that is open.
pub(super) struct Shop {
    url: String,
    /// Dropped first, which ends the thread.
    close: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Shop {
    /// Takes a free port and serves it.
    pub(super) fn open() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let url = format!("http://{}", listener.local_addr()?);
        let (close, closed) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("demo-shop".to_owned())
            .spawn(move || runtime.block_on(serve(listener, closed)))?;
        Ok(Self { url, close: Some(close), thread: Some(thread) })
    }

    /// Without a slash at its end.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.close.take());
        if let Some(thread) = self.thread.take() {
            // A panic of its own has said so already.
            let _ = thread.join();
        }
    }
}

/// Serves until the sender of `closed` is gone; the runtime then ends all connections.
async fn serve(listener: TcpListener, closed: oneshot::Receiver<Infallible>) {
    let accept_all = async {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Too many open files, likely; connections that end give some back.
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
                continue;
            };
            // Without it answers only come later.
            let _ = stream.set_nodelay(true);
            let connection =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
            // A client that goes away is no concern of the shop.
            tokio::spawn(async { drop(connection.await) });
        }
    };
    tokio::select! {
        () = accept_all => {}
        _ = closed => {}
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let may_buy = head
        .headers
        .get(AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().strip_prefix(b"Bearer ") == Some(TOKEN.as_bytes()));
    let body = Limited::new(body, BODY_BYTES_MAX).collect().await;
    let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();

    let (takes, status, value) = route(&head.method, head.uri.path(), may_buy, &body);
    tokio::time::sleep(takes).await;
    let mut response = Response::new(Full::from(value.to_string()));
    *response.status_mut() = status;
    let json = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// How long the shop takes, and what it says.
fn route(
    method: &Method,
    path: &str,
    may_buy: bool,
    body: &Value,
) -> (Duration, StatusCode, Value) {
    match (method.as_str(), path) {
        ("GET", "/") => (READ_TAKES, StatusCode::OK, json!({ "shop": "All weathers" })),
        ("GET", "/products") => {
            let products: Vec<Value> = (1..).map_while(product).collect();
            (READ_TAKES, StatusCode::OK, json!({ "products": products }))
        }
        ("POST", "/login") if body["user"].is_string() && body["password"].is_string() => {
            (LOGIN_TAKES, StatusCode::OK, json!({ "token": TOKEN }))
        }
        ("POST", "/login") => failure(StatusCode::BAD_REQUEST, "`user` or `password` is missing"),
        ("POST", "/checkout") if !may_buy => failure(StatusCode::UNAUTHORIZED, "log in first"),
        ("POST", "/checkout") => match body["product_id"].as_u64().and_then(product) {
            Some(product) => checkout(&product),
            None => failure(StatusCode::BAD_REQUEST, "`product_id` is not that of a product"),
        },
        ("GET", path) => {
            let id = path.strip_prefix("/products/").and_then(|id| id.parse().ok());
            match id.and_then(product) {
                Some(product) => (READ_TAKES, StatusCode::OK, product),
                None => failure(StatusCode::NOT_FOUND, "there is no such page"),
            }
        }
        _ => failure(StatusCode::NOT_FOUND, "there is no such page"),
    }
}

fn failure(status: StatusCode, text: &str) -> (Duration, StatusCode, Value) {
    (READ_TAKES, status, json!({ "error": text }))
}

/// The product with an id, which are counted from 1.
fn product(id: u64) -> Option<Value> {
    let index = usize::try_from(id).ok()?.checked_sub(1)?;
    let (name, price_cents) = PRODUCTS.get(index)?;
    Some(json!({ "id": id, "name": name, "price_cents": price_cents }))
}

fn checkout(product: &Value) -> (Duration, StatusCode, Value) {
    static ORDERS: AtomicU64 = AtomicU64::new(0);
    let order_id = ORDERS.fetch_add(1, Ordering::Relaxed) + 1;
    let is_slow = order_id.is_multiple_of(SLOW_CHECKOUT_EVERY);
    let takes = if is_slow { SLOW_CHECKOUT_TAKES } else { CHECKOUT_TAKES };
    let value = json!({ "order_id": order_id, "total_cents": product["price_cents"] });
    (takes, StatusCode::CREATED, value)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    fn status(method: &Method, path: &str, may_buy: bool, body: &Value) -> u16 {
        route(method, path, may_buy, body).1.as_u16()
    }

    #[test]
    fn every_route_answers_and_refuses() {
        let get = |path| status(&Method::GET, path, false, &Value::Null);
        assert_eq!([get("/"), get("/products"), get("/products/6")], [200; 3]);
        for path in ["/products/0", "/products/7", "/products/x", "/login", "/checkout", "/a"] {
            assert_eq!(get(path), 404, "{path}");
        }
        let post = |path, may_buy, body| status(&Method::POST, path, may_buy, &body);
        assert_eq!(post("/login", false, json!({ "user": "a", "password": "b" })), 200);
        assert_eq!(post("/login", false, json!({ "user": "a" })), 400);
        assert_eq!(post("/checkout", false, json!({ "product_id": 1 })), 401);
        assert_eq!(post("/checkout", true, json!({ "product_id": 1 })), 201);
        assert_eq!(post("/checkout", true, json!({ "product_id": 7 })), 400);
        assert_eq!(post("/", true, Value::Null), 404);
    }

    #[test]
    fn it_is_open_until_it_is_dropped() {
        let shop = Shop::open().unwrap();
        let address = shop.url().strip_prefix("http://").unwrap().to_owned();
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
        assert!(text.ends_with(r#"{"shop":"All weathers"}"#), "{text}");
        drop(shop);
        assert!(TcpStream::connect(&address).is_err());
    }
}
