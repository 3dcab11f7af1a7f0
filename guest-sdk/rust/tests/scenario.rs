//! A whole script as its author writes it, run natively against the host in memory.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::time::Duration;

use serde::{Deserialize, Serialize};
use squall_sdk::prelude::*;
use squall_sdk::testing::{self, Host, Reply};

#[metric]
static LATENCY: Trend = Trend::new("checkout_latency_ms").time();

#[metric]
static ERRORS: Rate = Rate::new("checkout_error_rate");

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Session {
    token: String,
}

#[options]
fn options() -> Options {
    Options::new().vus(3).duration("1s")
}

#[setup]
fn setup() -> Result<Session> {
    let response = http::post("http://shop/auth/token").send().ok().context("log in")?;
    Ok(Session { token: response.text() })
}

#[scenario]
fn default(session: &Session) -> Result<()> {
    let start = Instant::now();
    let response = http::post("http://shop/checkout")
        .header("Authorization", format!("Bearer {}", session.token))
        .json(&json!({ "cart_id": format!("cart-{}", execution::vu().id_in_test) }))
        .send();
    LATENCY.add(start.elapsed());
    let fine = check!(response, "status is 200" => |r| r.status() == 200);
    ERRORS.add(!fine);
    ensure!(fine, "checkout answered {}", response.status());
    sleep_s(1.0);
    Ok(())
}

#[scenario(name = "admin-poll")]
fn admin_poll() {
    http::get("http://shop/admin").send();
}

#[scenario]
fn r#move() -> std::result::Result<(), String> {
    Err("stuck".to_owned())
}

#[teardown]
fn teardown(session: &Session) -> Result<()> {
    http::delete("http://shop/auth/token").header("Authorization", &session.token).send().ok()?;
    Ok(())
}

#[handle_summary]
fn handle_summary(summary: &Summary) -> Result<Report> {
    let data: JsonValue = summary.read()?;
    Ok(Report::new().stdout("done\n").file("metrics.json", data["metrics"].to_string()))
}

fn shop() -> Host {
    let host = Host::new();
    host.reply("POST http://shop/auth/token", Reply::new(200).body("t0ken"));
    host.reply("http://shop/checkout", Reply::new(200).took(Duration::from_millis(30)));
    host.reply("DELETE http://shop/auth/token", Reply::new(204));
    host
}

#[test]
fn all_functions_are_found() {
    let _host = shop();
    assert_eq!(testing::entries(), ["admin-poll", "default", "move"]);
    assert_eq!(testing::options(), r#"{"vus":3,"duration":"1s"}"#);
}

#[test]
fn a_run_from_setup_to_teardown() {
    let host = shop();
    testing::setup().unwrap();
    host.set_vu(4, 0);
    testing::run("default").unwrap();
    testing::teardown().unwrap();

    let sent = host.requests();
    let urls: Vec<&str> = sent.iter().map(|sent| sent.url.as_str()).collect();
    assert_eq!(urls, ["http://shop/auth/token", "http://shop/checkout", "http://shop/auth/token"]);
    assert_eq!(sent[1].headers[0], ("Authorization".to_owned(), "Bearer t0ken".to_owned()));
    assert_eq!(sent[1].body.as_deref(), Some(br#"{"cart_id":"cart-4"}"#.as_slice()));
    assert_eq!(host.checks(), [("status is 200".to_owned(), true)]);
    assert_eq!(host.values("checkout_latency_ms"), [30.0]);
    assert_eq!(host.values("checkout_error_rate"), [0.0]);
    assert_eq!(host.slept(), Duration::from_secs(1));
}

#[test]
fn an_error_of_an_iteration_names_its_place() {
    let host = shop();
    testing::setup().unwrap();
    host.reply("http://shop/checkout", Reply::new(503));
    let message = testing::run("default").unwrap_err();
    assert!(message.starts_with("checkout answered 503 (at "), "{message}");
    assert!(message.contains("scenario.rs:"), "{message}");
    assert_eq!(host.values("checkout_error_rate"), [1.0]);
    assert_eq!(testing::run("move").unwrap_err(), "stuck");
}

#[test]
fn a_failed_setup_says_what_it_was_doing() {
    let host = shop();
    host.reply("POST http://shop/auth/token", Reply::failure(1212, "connection refused"));
    let message = testing::setup().unwrap_err();
    assert!(
        message.starts_with("log in: request failed: connection refused (error code 1212) (at "),
        "{message}"
    );
    let message = testing::run("default").unwrap_err();
    assert!(message.starts_with("there is no setup data"), "{message}");
}

#[test]
fn the_summary_is_handled() {
    let _host = shop();
    let files = testing::handle_summary(r#"{"metrics":{"vus":1}}"#).unwrap().unwrap();
    assert_eq!(
        files,
        [
            ("stdout".to_owned(), b"done\n".to_vec()),
            ("metrics.json".to_owned(), br#"{"vus":1}"#.to_vec()),
        ]
    );
    assert!(testing::handle_summary("not JSON").is_err());
}

#[test]
fn abort_ends_the_test_with_its_reason() {
    let host = Host::new();
    execution::fail("marked");
    assert_eq!(host.failures(), ["marked"]);
    let panic = std::panic::catch_unwind(|| execution::abort("enough")).unwrap_err();
    let aborted = panic.downcast::<testing::Aborted>().unwrap();
    assert_eq!(aborted.reason, "enough");
}
