//! The routes as functions: a request in, an action out.

use super::*;
use crate::config::Config;
use proptest::prelude::*;

fn act(method: &Method, target: &str, head: &str, body: &str, shared: &Shared) -> Action {
    let head = format!("{method} / HTTP/1.1\r\n{head}\r\n");
    let request = Request {
        method,
        target,
        protocol: Protocol::Http1,
        connection: 1,
        headers: Headers::Http1(head.as_bytes()),
        body: body.as_bytes(),
    };
    route(&request, shared)
}

fn reply(method: &Method, target: &str, head: &str, body: &str, shared: &Shared) -> Reply {
    match act(method, target, head, body, shared) {
        Action::Reply(reply) | Action::Control(reply) => reply,
        other => panic!("{target}: {other:?}"),
    }
}

fn value(reply: &Reply) -> serde_json::Value {
    match &reply.body {
        Body::Bytes(bytes) => serde_json::from_slice(bytes).unwrap(),
        Body::Pattern(bytes) => panic!("{bytes} bytes of alphabet"),
    }
}

fn shared() -> Shared {
    Shared::new(Config::default())
}

#[test]
fn plain_routes() {
    let shared = shared();
    let get = |target: &str| reply(&Method::GET, target, "", "", &shared);
    assert_eq!(get("/").body.len(), 2);
    assert_eq!(get("/bytes/70000").body.len(), 70_000);
    assert_eq!(get("/status/503").status, 503);
    assert_eq!(get("/status/204").body.len(), 0);
    assert_eq!(get("/status/199").status, 400);
    assert_eq!(get("/status/abc").status, 400);
    assert_eq!(get("/bytes/1099511627776").status, 400);
    assert_eq!(get("/nowhere").status, 404);
    assert_eq!(get("/misbehave/nicely").status, 404);
    assert_eq!(value(&get("/json"))["items"][2]["id"], 3);
    assert_eq!(value(&get("/products/7"))["name"], "product 7");
    assert!(matches!(
        act(&Method::GET, "/delay/250", "", "", &shared),
        Action::Delayed(delay, _) if delay == Duration::from_millis(250)
    ));
}

#[test]
fn a_form_logs_in() {
    let shared = shared();
    let text = |reply: &Reply| match &reply.body {
        Body::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Body::Pattern(bytes) => panic!("{bytes} bytes of alphabet"),
    };
    let form = reply(&Method::GET, "/login", "", "", &shared);
    assert!(text(&form).contains("value='t0ken &amp; more'"));
    let fields = "go=in&token=t0ken+%26+more&user=joe&password=";
    let post = |password| reply(&Method::POST, "/login", "", &[fields, password].concat(), &shared);
    assert_eq!(post("wrong").status, 401);
    let welcome = post("secret");
    assert_eq!(welcome.status.as_u16(), 303);
    assert_eq!(welcome.headers[0].1, "/account?from=login");
    let account = |head| reply(&Method::GET, "/account?from=login", head, "", &shared);
    assert_eq!(account("").status, 401);
    let welcome = account("cookie: a=1; session=joe\r\n");
    assert!(welcome.status == 200 && text(&welcome).contains("Hello joe"));
    assert_eq!(reply(&Method::PUT, "/login", "", "", &shared).status, 405);
}

#[test]
fn echo_tells_what_came_in_order() {
    let head = "Host: x\r\nX-B: 2\r\nx-a: 1\r\nX-B: 3\r\n";
    let echoed = value(&reply(&Method::PUT, "/echo?q=1", head, "hello", &shared()));
    assert_eq!(
        echoed,
        json!({
            "method": "PUT",
            "target": "/echo?q=1",
            "protocol": "HTTP/1.1",
            "headers": [["Host", "x"], ["X-B", "2"], ["x-a", "1"], ["X-B", "3"]],
            "body": "hello",
            "body_bytes": 5,
        })
    );
}

#[test]
fn headers_come_from_the_query() {
    let shared = shared();
    let good = reply(&Method::GET, "/headers?x-a=1&x-b=a%20b+c&x-a=2", "", "", &shared);
    let pairs: Vec<(&str, &str)> =
        good.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    assert_eq!(pairs, [("x-a", "1"), ("x-b", "a b c"), ("x-a", "2")]);
    assert_eq!(reply(&Method::GET, "/headers?x-a=%0d%0a", "", "", &shared).status, 400);
    assert_eq!(reply(&Method::GET, "/headers?a%20b=1", "", "", &shared).status, 400);
}

#[test]
fn a_checkout_needs_a_token_that_is_valid() {
    let shared = shared();
    assert_eq!(reply(&Method::POST, "/auth/token", "", "no json", &shared).status, 400);
    assert_eq!(reply(&Method::GET, "/auth/token", "", "", &shared).status, 405);
    let issued = value(&reply(&Method::POST, "/auth/token", "", "{}", &shared));
    let head = format!("Authorization: Bearer {}\r\n", issued["access_token"].as_str().unwrap());

    let order = reply(&Method::POST, "/checkout", &head, r#"{"cart_id":"cart-1"}"#, &shared);
    assert_eq!(order.status, 200);
    assert_eq!(value(&order), json!({"order_id": 1, "cart_id": "cart-1", "status": "accepted"}));
    assert_eq!(reply(&Method::POST, "/checkout", "", "{}", &shared).status, 401);
    assert_eq!(reply(&Method::GET, "/checkout", &head, "", &shared).status, 405);

    assert_eq!(reply(&Method::DELETE, "/auth/token", &head, "", &shared).status, 204);
    assert_eq!(reply(&Method::DELETE, "/auth/token", &head, "", &shared).status, 401);
    assert_eq!(reply(&Method::POST, "/checkout", &head, "{}", &shared).status, 401);
}

#[test]
fn escapes_that_are_none_stay() {
    assert_eq!(percent_decode("a%2Fb%zz%4"), b"a/b%zz%4");
    assert_eq!(percent_decode("%é"), "%é".as_bytes());
}

proptest! {
    #[test]
    fn no_target_panics(target in "/.{0,40}", body in ".{0,20}") {
        drop(act(&Method::POST, &target, "", &body, &shared()));
    }
}
