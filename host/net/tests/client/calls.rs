//! Calls: redirects are followed, cookies kept, and each request is a leg of its own.

use std::cell::RefCell;
use std::rc::Rc;

use squall_net::auth::Credentials;
use squall_net::http_types::Method;
use squall_net::{
    BatchLimits, Bytes, Call, CallCookie, Challenge, Client, Encoding, ErrorCode, Header,
    HostOverrides, Outcome, Request, Settings,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{client, get, network, raw, read_head, request, run, server};

/// What a server answers to a path: status and header lines.
type Answers = &'static [(&'static str, &'static str)];

/// A server that keeps the heads of its requests and answers by path; others get 200.
async fn scripted(answers: Answers) -> (String, Rc<RefCell<Vec<String>>>) {
    let heads = Rc::new(RefCell::new(Vec::new()));
    let kept = Rc::clone(&heads);
    let address = raw(move |_, mut stream| {
        let kept = Rc::clone(&kept);
        async move {
            while let Some(head) = read_head(&mut stream).await {
                let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
                let length: usize = length.map_or(0, |length| length.parse().unwrap());
                stream.read_exact(&mut vec![0; length]).await.unwrap();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                kept.borrow_mut().push(head);
                let known = answers.iter().find(|(known, _)| *known == path);
                let head = known.map_or("200 OK", |(_, head)| head);
                let answer = format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    (format!("http://{address}"), heads)
}

/// The call's end, and method, path and status of its legs.
async fn call(client: &Client, call: impl Into<Call>) -> (Outcome, Vec<String>) {
    let legs = RefCell::new(Vec::new());
    let outcome = client
        .call(call.into(), |leg| {
            assert_eq!(leg.hops as usize, legs.borrow().len());
            let path = leg.target.path_and_query();
            let line = format!("{} {path} {}", leg.method, leg.exchange.status);
            legs.borrow_mut().push(line);
        })
        .await;
    (outcome, legs.into_inner())
}

fn with_headers(mut request: Request, headers: &[(&str, &str)]) -> Request {
    let header = |(name, value): &(&str, &str)| Header::new(name, value.as_bytes()).unwrap();
    request.headers = headers.iter().map(header).collect();
    request
}

fn line<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn redirects_are_followed_and_each_request_is_a_leg() {
    run(async {
        let (url, heads) = scripted(&[
            ("/a", "302 Found\r\nLocation: b?x=1"),
            ("/b?x=1", "307 Temporary Redirect\r\nLocation: ../c"),
        ])
        .await;
        let mut post = request(Method::POST, &format!("{url}/a"));
        post.body = Bytes::from_static(b"body");
        let (outcome, legs) = call(&client(Settings::default()), post).await;
        assert_eq!(legs, ["POST /a 302", "GET /b?x=1 307", "GET /c 200"]);
        assert_eq!(outcome.url(), format!("{url}/c"));
        assert_eq!(outcome.sent.target.asked(), format!("{url}/a"));
        let heads = heads.borrow();
        assert_eq!(line(&heads[0], "Content-Length"), Some("4"));
        assert_eq!(line(&heads[1], "Content-Length"), None);
        assert_eq!(line(&heads[2], "Referer"), Some(&*format!("{url}/b?x=1")));
    });
}

#[test]
fn a_body_is_sent_again_where_the_method_stays() {
    run(async {
        let (url, heads) = scripted(&[("/a", "308 Moved\r\nLocation: /b")]).await;
        let mut put = request(Method::PUT, &format!("{url}/a"));
        put.body = Bytes::from_static(b"body");
        let (_, legs) = call(&client(Settings::default()), put).await;
        assert_eq!(legs, ["PUT /a 308", "PUT /b 200"]);
        assert_eq!(line(&heads.borrow()[1], "Content-Length"), Some("4"));
    });
}

#[test]
fn loops_end() {
    run(async {
        let (url, _) = scripted(&[("/a", "301 Moved\r\nLocation: /a")]).await;
        let unbounded = client(Settings::default());
        let (outcome, legs) = call(&unbounded, get(&format!("{url}/a"))).await;
        assert_eq!((legs.len(), outcome.stopped_after), (11, Some(11)));
        assert_eq!(outcome.exchange.status, 301);
        let chosen = Call { redirects_max: Some(2), ..get(&format!("{url}/a")).into() };
        let (outcome, legs) = call(&unbounded, chosen).await;
        assert_eq!((legs.len(), outcome.stopped_after), (3, None));
        let none = client(Settings { redirects_max: Some(0), ..Settings::default() });
        let (outcome, legs) = call(&none, get(&format!("{url}/a"))).await;
        assert_eq!((legs.len(), outcome.stopped_after, outcome.last_url), (1, None, None));
    });
}

#[test]
fn redirects_that_lead_nowhere_fail() {
    run(async {
        let (url, _) = scripted(&[
            ("/bad", "302 Found\r\nLocation: http://:x"),
            ("/ftp", "302 Found\r\nLocation: ftp://files.test/x"),
            ("/empty", "302 Found\r\nLocation: "),
        ])
        .await;
        let client = client(Settings::default());
        let (outcome, legs) = call(&client, get(&format!("{url}/bad"))).await;
        let failure = outcome.exchange.failure.unwrap();
        assert!(failure.message.contains("parse Location header"), "{failure}");
        assert_eq!(legs, ["GET /bad 0"]);
        let (outcome, legs) = call(&client, get(&format!("{url}/ftp"))).await;
        assert_eq!(outcome.url(), "ftp://files.test/x");
        let failure = outcome.exchange.failure.unwrap();
        assert_eq!(failure.code, ErrorCode::GENERIC);
        assert!(failure.message.contains("unsupported protocol scheme \"ftp\""), "{failure}");
        assert_eq!(legs.len(), 2);
        let (outcome, _) = call(&client, get(&format!("{url}/empty"))).await;
        assert_eq!(outcome.exchange.status, 302);
    });
}

#[test]
fn another_host_gets_no_secrets() {
    run(async {
        let (other, heads) = scripted(&[]).await;
        let (port, there) = (other.rsplit(':').next().unwrap(), heads);
        let (url, _) = scripted(&[("/a", "302 Found\r\nLocation: http://other.test/b")]).await;
        let mut settings = Settings::default();
        let rules = [("other.test", format!("127.0.0.1:{port}"))];
        settings.hosts = HostOverrides::parse(rules).unwrap();
        let secrets = [("Authorization", "secret"), ("Cookie", "a=1"), ("X-Own", "kept")];
        let request = with_headers(get(&format!("{url}/a")), &secrets);
        let (outcome, _) = call(&client(settings), request).await;
        assert_eq!(outcome.exchange.status, 200);
        let there = there.borrow();
        assert_eq!(line(&there[0], "Authorization"), None);
        assert_eq!(line(&there[0], "Cookie"), None);
        assert_eq!(line(&there[0], "X-Own"), Some("kept"));
    });
}

#[test]
fn cookies_come_back_until_the_iteration_ends() {
    run(async {
        let set =
            ("/set", "302 Found\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nLocation: /");
        let (url, heads) = scripted(Box::leak(Box::new([set]))).await;
        let keeping = Settings { no_cookies_reset: true, ..Settings::default() };
        for (settings, after) in [(Settings::default(), None), (keeping, Some("a=1; b=2"))] {
            let client = Client::new(network(settings));
            let (outcome, _) = call(&client, get(&format!("{url}/set"))).await;
            assert!(outcome.sent.headers.is_empty(), "{:?}", outcome.sent);
            call(&client, get(&format!("{url}/next"))).await;
            client.end_iteration();
            call(&client, get(&format!("{url}/later"))).await;
            let sent = heads.take();
            let cookies: Vec<_> = sent.iter().map(|head| line(head, "Cookie")).collect();
            assert_eq!(cookies, [None, Some("a=1; b=2"), Some("a=1; b=2"), after]);
        }
    });
}

#[test]
fn cookies_of_a_call_are_sent_beside_those_of_its_jar() {
    run(async {
        let (url, heads) = scripted(&[("/set", "200 OK\r\nSet-Cookie: a=jar")]).await;
        let client = client(Settings::default());
        let jar = squall_net::SharedJar::default();
        let own =
            |path: &str| Call { jar: Some(Rc::clone(&jar)), ..get(&format!("{url}{path}")).into() };
        call(&client, own("/set")).await;
        let cookie = CallCookie { name: "a".into(), value: "call".into(), replaces: false };
        let with_cookie = Call { cookies: vec![cookie], ..own("/") };
        let (outcome, _) = call(&client, with_cookie).await;
        assert_eq!(outcome.sent.headers[0].value(), b"a=call; a=jar");
        call(&client, get(&url)).await;
        let sent = heads.take();
        let cookies: Vec<_> = sent.iter().map(|head| line(head, "Cookie")).collect();
        assert_eq!(cookies, [None, Some("a=call; a=jar"), None]);
    });
}

#[test]
fn calls_side_by_side_keep_their_order_and_their_legs() {
    run(async {
        let (url, _) = scripted(&[("/a", "302 Found\r\nLocation: /b")]).await;
        let client = client(Settings::default());
        let calls = ["/a", "/c", "/a"].map(|path| get(&format!("{url}{path}")).into()).to_vec();
        let legs = RefCell::new([0; 3]);
        let on_leg = |index: usize, _: squall_net::Leg<'_>| legs.borrow_mut()[index] += 1;
        let outcomes = client.batch(calls, BatchLimits::default(), on_leg).await;
        let urls: Vec<_> = outcomes.iter().map(Outcome::url).collect();
        assert_eq!(urls, ["/b", "/c", "/b"].map(|path| format!("{url}{path}")));
        assert_eq!(legs.into_inner(), [2, 1, 2]);
    });
}

#[test]
fn one_timeout_is_for_all_requests_of_a_call() {
    run(async {
        let (url, _) = scripted(&[("/a", "302 Found\r\nLocation: /a")]).await;
        let mut endless: Call = get(&format!("{url}/a")).into();
        endless.redirects_max = Some(u32::MAX);
        endless.request.timeout = std::time::Duration::from_millis(200);
        let (outcome, _) = call(&client(Settings::default()), endless).await;
        assert_eq!(outcome.exchange.failure.unwrap().code, ErrorCode::REQUEST_TIMEOUT);
    });
}

/// A call of joe's to the test server, who proves it by answers.
fn of_joe(url: &str, challenge: Challenge, password: &str) -> Call {
    let credentials = Credentials { user: "joe".into(), password: password.into() };
    Call { challenge: Some(challenge), credentials: Some(Rc::new(credentials)), ..get(url).into() }
}

/// The statuses of a call's legs, and which of them were questions.
async fn legs_of(client: &Client, call: Call) -> Vec<(u16, bool)> {
    let legs = RefCell::new(Vec::new());
    client.call(call, |leg| legs.borrow_mut().push((leg.exchange.status, leg.is_question))).await;
    legs.into_inner()
}

#[test]
fn a_digest_is_answered_once_and_then_ahead() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        let url = server.url("/digest/auth/SHA-256");
        let call = || of_joe(&url, Challenge::Digest, "secret");
        assert_eq!(legs_of(&client, call()).await, [(401, true), (200, false)]);
        assert_eq!(legs_of(&client, call()).await, [(200, false)], "the nonce is used again");
        let wrong = of_joe(&url, Challenge::Digest, "guess");
        let stranger = crate::support::client(Settings::default());
        assert_eq!(legs_of(&stranger, wrong).await, [(401, true), (401, false)]);
        let unasked = of_joe(&server.url("/"), Challenge::Digest, "secret");
        assert_eq!(legs_of(&stranger, unasked).await, [(200, false)]);
    });
}

#[test]
fn ntlm_takes_three_requests_over_one_connection() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        let call = of_joe(&server.url("/ntlm"), Challenge::Ntlm, "secret");
        assert_eq!(legs_of(&client, call).await, [(401, true), (401, true), (200, false)]);
        let wrong = of_joe(&server.url("/ntlm"), Challenge::Ntlm, "guess");
        let stranger = crate::support::client(Settings::default());
        assert_eq!(legs_of(&stranger, wrong).await, [(401, true), (401, true), (401, false)]);
    });
}

#[test]
fn a_compressed_body_says_so() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        let mut post = request(Method::POST, &server.url("/echo"));
        post.body = Bytes::from("squeeze me ".repeat(100));
        let compressed = Call { compression: vec![Encoding::Gzip], ..post.clone().into() };
        let (outcome, _) = call(&client, compressed).await;
        let text = String::from_utf8_lossy(&outcome.exchange.body).to_lowercase();
        assert!(text.contains(r#"["content-encoding","gzip"]"#), "{text}");
        assert!(outcome.sent.headers.iter().any(|header| header.value() == b"gzip"));
        let own = with_headers(post, &[("Content-Encoding", "own")]);
        let said = Call { compression: vec![Encoding::Gzip], ..own.into() };
        let (outcome, _) = call(&client, said).await;
        let text = String::from_utf8_lossy(&outcome.exchange.body).to_lowercase();
        assert!(text.contains(r#"["content-encoding","own"]"#), "{text}");
    });
}
