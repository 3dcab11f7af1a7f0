//! A checkout with everything that a production test has: a token from `setup`, custom metrics,
//! checks, think time, thresholds as the contract of the test, and a `teardown` that leaves nothing
//! behind.
//!
//! ```console
//! $ cargo build --release --target wasm32-wasip2
//! $ export TARGET=http://127.0.0.1:8080 API_SECRET=...
//! $ squall run target/wasm32-wasip2/release/checkout_flow.wasm
//! ```
//!
//! The stages take 16 minutes. For a first look: `--stage 3s:5,5s:5,2s:0`.
//!
//! The target needs `POST /auth/token` (gives `{"access_token": ...}`), `POST /checkout` (gives
//! `{"order_id": ...}`) and `DELETE /auth/token`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use squall_sdk::prelude::*;

/// What a customer waits for.
#[metric]
static CHECKOUT_LATENCY: Trend = Trend::new("checkout_latency_ms").time();

#[metric]
static CHECKOUT_ERRORS: Rate = Rate::new("checkout_error_rate");

#[metric]
static CHECKOUT_COUNT: Counter = Counter::new("checkouts_attempted");

static TARGET: LazyLock<String> =
    LazyLock::new(|| execution::env("TARGET").unwrap_or("http://127.0.0.1:8080".to_owned()));

/// What `setup` hands to every VU and to `teardown`.
#[derive(Serialize, Deserialize)]
struct Session {
    token: String,
}

#[derive(Serialize)]
struct Credentials<'a> {
    client_id: &'a str,
    client_secret: &'a str,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

#[derive(Serialize)]
struct Checkout<'a> {
    cart_id: &'a str,
    promo_code: &'a str,
}

#[derive(Deserialize)]
struct Order {
    #[serde(rename = "order_id")]
    _order_id: u64,
}

#[options]
fn options() -> Options {
    Options::new()
        .stage("2m", 50) // ramp up
        .stage("5m", 50) // hold steady load
        .stage("2m", 200) // spike
        .stage("5m", 200) // hold the spike
        .stage("2m", 0) // ramp down
        .threshold("http_req_duration", "p(95)<500")
        .threshold("http_req_duration", "p(99)<1500")
        .threshold("checkout_error_rate", "rate<0.01")
        .threshold("http_req_failed", "rate<0.005")
}

#[setup]
fn setup() -> Result<Session> {
    // Secrets come from the environment, never from the source.
    let secret = execution::env("API_SECRET").unwrap_or_default();
    let response = http::post(format!("{}/auth/token", *TARGET))
        .json(&Credentials { client_id: "load-test-bot", client_secret: &secret })
        .send();
    check!(response, "auth OK" => |r| r.status() == 200);
    let token: Token = response.ok()?.json()?;
    Ok(Session { token: token.access_token })
}

#[scenario]
fn default(session: &Session) {
    let vu = execution::vu();
    let cart = format!("cart-{}-{}", vu.id_in_instance, vu.iteration_in_instance);

    let start = Instant::now();
    let response = http::post(format!("{}/checkout", *TARGET))
        .header("Authorization", format!("Bearer {}", session.token))
        .json(&Checkout { cart_id: &cart, promo_code: "LOAD_TEST" })
        .send();
    CHECKOUT_LATENCY.add(start.elapsed());
    CHECKOUT_COUNT.add(1);

    let fine = check!(response,
        "status 200" => |r| r.status() == 200,
        "order_id present" => |r| r.json::<Order>().is_ok(),
    );
    CHECKOUT_ERRORS.add(!fine);

    sleep_s(1.0); // think time
}

#[teardown]
fn teardown(session: &Session) {
    // Revokes the token, to leave the system clean.
    http::delete(format!("{}/auth/token", *TARGET))
        .header("Authorization", format!("Bearer {}", session.token))
        .send();
}
