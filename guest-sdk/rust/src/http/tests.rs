//! Requests as the host gets them, and what becomes of responses.

use std::time::Duration;

use super::*;
use crate::testing::{Expected, Extras, Host, Reply};

#[test]
fn a_request_carries_everything_in_the_order_it_was_said() {
    let host = Host::new();
    let id = 7;
    request("PURGE", format!("http://shop/{id}"))
        .header("X-B", "2")
        .header("x-a", id.to_string())
        .body("text")
        .tag("team", "web")
        .name("PURGE /:id")
        .timeout(Duration::from_micros(1_500_001))
        .discard_body(true)
        .expected_statuses([200..=299, 404..=404])
        .send();
    let sent = host.requests().remove(0);
    assert_eq!(sent.method, "PURGE");
    assert_eq!(sent.url, "http://shop/7");
    assert_eq!(sent.headers, [("X-B".into(), "2".into()), ("x-a".into(), "7".into())]);
    assert_eq!(sent.body.as_deref(), Some(b"text".as_slice()));
    assert_eq!(sent.tags, [("team".into(), "web".into())]);
    assert_eq!(sent.name.as_deref(), Some("PURGE /:id"));
    assert_eq!(sent.timeout, Some(Duration::from_millis(1_501)), "rounded up");
    assert_eq!(sent.discard_body, Some(true));
    assert_eq!(sent.expected, Expected::Between(vec![(200, 299), (404, 404)]));
}

#[test]
fn what_is_not_set_is_left_to_the_run() {
    let host = Host::new();
    get("http://shop/").send();
    let sent = host.requests().remove(0);
    assert_eq!((sent.name, sent.body, sent.timeout, sent.discard_body), (None, None, None, None));
    assert!(sent.headers.is_empty() && sent.tags.is_empty());
}

#[test]
fn every_constructor_has_its_method() {
    let host = Host::new();
    for request in [
        get("u"),
        head("u"),
        post("u"),
        put("u"),
        patch("u"),
        delete("u"),
        options("u"),
        request("GET", "u"),
        request("get", "u"),
        request("OPTIONS", "u"),
    ] {
        request.send();
    }
    let methods: Vec<String> = host.requests().into_iter().map(|sent| sent.method).collect();
    assert_eq!(
        methods,
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "GET", "get", "OPTIONS"]
    );
    assert_eq!(Method::from("GET"), Method::Get);
    assert_eq!(Method::from("get"), Method::Other("get".into()), "methods have a letter case");
}

#[test]
fn huge_timeouts_are_cut_to_what_the_host_takes() {
    let host = Host::new();
    get("u").timeout(Duration::MAX).send();
    assert_eq!(host.requests()[0].timeout, Some(Duration::from_millis(u64::from(u32::MAX))));
}

#[cfg(feature = "json-path")]
#[test]
fn paths_find_values_in_json() {
    let host = Host::new();
    let text = r#"{"orders": [{"id": 7, "open": true}, {"id": 8}], "none": null, "ü": "ä"}"#;
    host.reply("http://shop/", Reply::new(200).body(text));
    host.reply("http://shop/page", Reply::new(200).body("<p>Sorry"));
    let response = get("http://shop/").send();
    assert_eq!(response.json_at::<u64>("orders.1.id").unwrap(), 8);
    assert_eq!(response.json_at::<Vec<u64>>("orders.#.id").unwrap(), [7, 8]);
    assert_eq!(response.json_at::<u64>("orders.#(open==true).id").unwrap(), 7);
    assert_eq!(response.json_at::<Option<u64>>("none").unwrap(), None);
    assert_eq!(response.json_at::<String>("ü").unwrap(), "ä");
    assert_eq!(response.json_at::<crate::JsonValue>("orders.0").unwrap()["open"], true);
    let wrong = |error: crate::Error| {
        assert!(error.place().file().ends_with("tests.rs"), "{}", error.place());
        error.to_string()
    };
    let error = wrong(response.json_at::<u64>("orders.2.id").unwrap_err());
    assert!(error.contains("there is nothing at `orders.2.id`; it reads `{\"orders"), "{error}");
    let error = wrong(response.json_at::<u64>("ü").unwrap_err());
    assert!(error.contains("at `ü`: invalid type: string"), "{error}");
    let error = wrong(get("http://shop/page").send().json_at::<u64>("a").unwrap_err());
    assert!(error.contains("line 1, character 2") && error.ends_with("`<p>Sorry`"), "{error}");
}

#[cfg(feature = "json")]
#[test]
fn json_sets_the_content_type_unless_there_is_one() {
    let host = Host::new();
    post("u").json(&crate::json!({"cart": 1})).send();
    post("u").header("content-type", "application/vnd.api+json").json(&[1]).send();
    let sent = host.requests();
    assert_eq!(sent[0].body.as_deref(), Some(br#"{"cart":1}"#.as_slice()));
    assert_eq!(sent[0].headers, [("Content-Type".into(), "application/json".into())]);
    assert_eq!(sent[1].headers, [("content-type".into(), "application/vnd.api+json".into())]);
}

#[cfg(feature = "json")]
#[test]
#[should_panic(expected = "the request body has no JSON form: key must be a string")]
fn json_of_what_has_none_panics() {
    let _ = post("u").json(&std::collections::HashMap::from([([1], 2)]));
}

#[test]
fn forms_are_bodies_with_their_type() {
    let host = Host::new();
    post("u").form(&[("a", "1"), ("b", "x y"), ("a", "2")]).send();
    post("u").header("content-type", "own").form(&[]).send();
    let form =
        Multipart::new().text("caption", "A photo").file("photo", File::new("p.txt", "data"));
    post("u").multipart(form).send();
    let sent = host.requests();
    assert_eq!(sent[0].body.as_deref(), Some(b"a=1&b=x+y&a=2".as_slice()));
    let form_type = "application/x-www-form-urlencoded";
    assert_eq!(sent[0].headers, [("Content-Type".into(), form_type.into())]);
    assert_eq!(sent[1].headers, [("content-type".into(), "own".into())]);
    let (name, value) = &sent[2].headers[0];
    let boundary = value.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(name, "Content-Type");
    let body = String::from_utf8(sent[2].body.clone().unwrap()).unwrap();
    assert!(body.starts_with(&format!("--{boundary}\r\n")), "{body}");
    assert!(body.ends_with(&format!("\r\n--{boundary}--\r\n")), "{body}");
}

#[test]
fn a_response_gives_what_the_host_has() {
    let host = Host::new();
    let took = Duration::from_micros(2_345);
    host.reply(
        "GET http://shop/",
        Reply::new(201).header("X-Id", "5").body(vec![b'o', 0xff]).took(took),
    );
    let response = get("http://shop/").send();
    assert_eq!((response.status(), response.error_code()), (201, 0));
    assert_eq!(response.error(), "");
    assert_eq!(response.header("x-ID").as_deref(), Some("5"));
    assert_eq!(response.header("nothing"), None);
    assert_eq!(response.headers(), [("x-id".into(), "5".into())]);
    assert_eq!((response.body(), response.body_bytes()), (vec![b'o', 0xff], 2));
    assert_eq!(response.text(), "o\u{fffd}");
    assert_eq!(response.proto(), "HTTP/1.1");
    assert_eq!(response.timings().duration, took);
    assert_eq!(response.timings().looking_up, Duration::ZERO);
    assert!(!response.remote_address().is_empty());
}

#[test]
fn ok_tells_failures_from_bad_statuses_and_where() {
    let host = Host::new();
    host.reply("http://down/", Reply::failure(1212, "connection refused"));
    host.reply("http://missing/", Reply::new(404));
    host.reply("http://moved/", Reply::new(302));

    let response = get("http://down/").send();
    assert!(!response.is_ok());
    assert_eq!((response.status(), response.error_code()), (0, 1212));
    let error = response.ok().unwrap_err();
    assert_eq!(error.to_string(), "request failed: connection refused (error code 1212)");
    assert!(error.place().file().ends_with("http/tests.rs"), "{error:?}");

    let error = get("http://missing/").send().ok().unwrap_err();
    assert_eq!(error.to_string(), "request answered with status 404");
    assert!(get("http://moved/").send().ok().is_ok(), "redirects are no failures");
}

#[cfg(feature = "json")]
#[test]
fn json_errors_show_the_body() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Order {
        id: u32,
    }
    let host = Host::new();
    host.reply("http://good/", Reply::new(200).body(r#"{"id":7}"#));
    host.reply("http://page/", Reply::new(200).body("<html>".repeat(50)));
    host.reply("http://other/", Reply::new(200).body("{}"));
    host.reply("http://empty/", Reply::new(204));

    assert_eq!(get("http://good/").send().json::<Order>().unwrap(), Order { id: 7 });
    let error = get("http://page/").send().json::<Order>().unwrap_err().to_string();
    assert!(error.contains("it reads `<html><html>") && error.ends_with("...`"), "{error}");
    let error = get("http://other/").send().json::<Order>().unwrap_err();
    assert!(error.to_string().contains("missing field `id`"), "{error}");
    assert!(error.place().file().ends_with("http/tests.rs"), "{error:?}");
    let error = get("http://empty/").send().json::<Order>().unwrap_err().to_string();
    assert_eq!(error, "the body is empty, no JSON to read");
}

#[test]
fn batch_keeps_the_order() {
    let host = Host::new();
    host.reply("http://a/", Reply::new(201).took(Duration::from_secs(2)));
    host.reply("http://b/", Reply::new(202));
    let responses = batch([get("http://a/").header("h", "1"), post("http://b/").tag("t", "2")]);
    let statuses: Vec<u16> = responses.iter().map(Response::status).collect();
    assert_eq!(statuses, [201, 202]);
    assert_eq!(host.requests()[0].headers, [("h".into(), "1".into())]);
    assert_eq!(host.requests()[1].tags, [("t".into(), "2".into())]);
    assert!(batch([]).is_empty());
}

#[test]
fn wait_any_picks_the_first_and_keeps_to_its_limit() {
    let host = Host::new();
    host.reply("http://slow/", Reply::new(200).took(Duration::from_secs(5)));
    host.reply("http://fast/", Reply::new(200).took(Duration::from_secs(1)));
    let start = crate::timers::Instant::now();
    let mut pending = vec![get("http://slow/").start(), get("http://fast/").start()];
    assert!(!pending[0].ready() && !pending[1].ready());

    assert_eq!(wait_any(&pending, Some(Duration::from_millis(400))), None);
    assert_eq!(start.elapsed(), Duration::from_millis(400));
    assert_eq!(wait_any(&pending, None), Some(1));
    assert_eq!(start.elapsed(), Duration::from_secs(1));
    assert!(pending[1].ready());
    assert_eq!(pending.swap_remove(1).finish().status(), 200);
    assert_eq!(pending.swap_remove(0).finish().status(), 200);
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert_eq!(wait_any(&[], None), None);
}

#[test]
fn extras_are_sent_where_they_are_said() {
    let host = Host::new();
    let jar = CookieJar::new();
    post("http://shop/")
        .redirects(0)
        .cookie("a", "1")
        .replace_cookie("b", "2")
        .jar(&jar)
        .auth_as(AuthScheme::Digest, "joe", "secret")
        .compress([Encoding::Gzip, Encoding::Zstd])
        .version(Version::Http2)
        .send();
    get("http://joe:secret@shop/").auth(AuthScheme::Ntlm).send();
    get("http://shop/").send();
    let [all, auth, none] = host.requests().try_into().unwrap();
    let said = all.extras;
    assert_eq!((said.redirects_max, said.has_own_jar, said.version), (Some(0), true, "http2"));
    let cookies = [("a", "1", false), ("b", "2", true)];
    assert_eq!(said.cookies, cookies.map(|(n, v, r)| (n.to_owned(), v.to_owned(), r)));
    assert_eq!(said.auth, Some(("digest", Some(("joe".to_owned(), "secret".to_owned())))));
    assert_eq!(said.compression, ["gzip", "zstd"]);
    assert_eq!(auth.extras.auth, Some(("ntlm", None)));
    assert_eq!(none.extras, Extras::default());
}

#[test]
fn cookies_of_responses_and_jars_are_told() {
    let host = Host::new();
    host.reply("http://shop/", Reply::new(200).header("Set-Cookie", "a=1; Path=/"));
    let response = get("http://shop/").header("X", "1").cookie("c", "2").send();
    assert_eq!(response.cookies(), [Cookie::new("a", "1")]);
    assert_eq!((response.url().as_str(), response.reason()), ("http://shop/", None));
    let sent = response.sent();
    assert_eq!(sent.url, "http://shop/");
    assert_eq!(sent.headers, [("X".to_owned(), "1".to_owned())]);
    assert_eq!(sent.cookies, [("c".to_owned(), "2".to_owned())]);
    let jar = CookieJar::new();
    jar.set("http://shop/", &Cookie::new("b", "2")).unwrap();
    jar.set("http://shop/x", &Cookie::new("c", "3")).unwrap();
    jar.delete("http://shop/", "b").unwrap();
    assert_eq!(jar.cookies("http://shop/y").unwrap(), [("c".to_owned(), "3".to_owned())]);
    jar.clear("http://shop/").unwrap();
    assert!(jar.cookies("http://shop/").unwrap().is_empty());
    assert!(jar.set("shop", &Cookie::new("b", "2")).is_err());
}

#[test]
fn a_handshake_is_told_where_there_is_one() {
    let host = Host::new();
    host.reply("http://shop/", Reply::new(200));
    host.reply("https://shop/cart", Reply::new(200));
    assert_eq!(get("http://shop/").send().tls(), None);
    let tls = get("https://shop/cart").send().tls().unwrap();
    assert_eq!((tls.version.as_str(), tls.ocsp.status.as_str()), ("tls1.3", "unknown"));
    assert_eq!(tls.certificate.unwrap().subject, "CN=shop");
}

#[test]
fn a_stream_is_read_in_pieces() {
    let host = Host::new();
    let reply = Reply::new(200).body("one\ntwo\nthree").header("Content-Type", "text/csv");
    host.reply("GET http://shop/export", reply);
    let mut stream = get("http://shop/export").open();
    assert_eq!((stream.status(), stream.header("content-type")), (200, Some("text/csv")));
    let mut lines = std::io::BufRead::lines(std::io::BufReader::with_capacity(4, &mut stream));
    assert_eq!(lines.next().unwrap().unwrap(), "one");
    assert_eq!(lines.by_ref().map(|line| line.unwrap()).collect::<Vec<_>>(), ["two", "three"]);
    drop(lines);
    assert_eq!(stream.next(None), Next::End);
    assert_eq!(stream.close().status(), 200);
}

#[test]
fn events_are_read_where_there_are_any() {
    let host = Host::new();
    let body = "id: 1\nevent: price\ndata: 7\n\nretry: 250\ndata: a\ndata: b\n\ndata: cut";
    let reply = || Reply::new(200).body(body);
    let took = Duration::from_secs(2);
    host.reply(
        "GET http://shop/events",
        reply().header("Content-Type", "Text/Event-Stream; x=y").took(took),
    );
    host.reply("GET http://shop/plain", reply().header("Content-Type", "text/plain"));
    let mut events = get("http://shop/events").events();
    let event = |kind: &str, data: &str| {
        Next::Item(Event { kind: kind.into(), data: data.into(), last_id: "1".into() })
    };
    assert_eq!(events.next(Some(Duration::ZERO)), event("price", "7"));
    assert_eq!(events.next(None), event("message", "a\nb"));
    assert_eq!((events.last_id(), events.retry()), ("1", Some(Duration::from_millis(250))));
    assert_eq!(events.next(None), Next::End);
    assert_eq!(events.close().status(), 200);
    let [sent] = host.requests().try_into().unwrap();
    assert!(sent.headers.contains(&("Accept".to_owned(), "text/event-stream".to_owned())));
    let mut none = get("http://shop/plain").events();
    assert_eq!((none.status(), none.next(None)), (200, Next::End));
}
