//! Three kinds of users at once, each with its own executor, function, tags and environment.
//!
//! ```console
//! $ cargo build --release --target wasm32-wasip2
//! $ squall run -e TARGET=http://127.0.0.1:8080 target/wasm32-wasip2/release/scenarios.wasm
//! ```
//!
//! Readers arrive at a fixed rate, however slow the target is; buyers ramp up and down; an
//! administrator looks in now and then, beginning a little later.

use std::sync::LazyLock;

use squall_sdk::prelude::*;

static TARGET: LazyLock<String> =
    LazyLock::new(|| execution::env("TARGET").unwrap_or("http://127.0.0.1:8080".to_owned()));

#[options]
fn options() -> Options {
    Options::new()
        .scenario(
            "readers",
            Scenario::constant_arrival_rate(100, "10s")
                .pre_allocated_vus(20)
                .max_vus(100)
                .exec("read")
                .tag("team", "catalog"),
        )
        .scenario(
            "buyers",
            Scenario::ramping_vus()
                .start_vus(0)
                .stage("4s", 10)
                .stage("4s", 10)
                .stage("2s", 0)
                .graceful_ramp_down("1s")
                .exec("buy")
                .tag("team", "orders")
                .env("PAUSE_S", "0.2"),
        )
        .scenario(
            "administrators",
            Scenario::per_vu_iterations(1, 5)
                .start_time("2s")
                .max_duration("8s")
                .exec("administrate")
                .tag("team", "operations"),
        )
        // A threshold can stand on a part of a metric.
        .threshold("http_req_duration{scenario:readers}", "p(95)<200")
        .threshold("http_req_duration{team:orders}", "p(95)<500")
        .threshold("checks", "rate>0.99")
}

#[scenario]
fn read() {
    let product = random::below(1_000);
    // One name for all products: one series, not a thousand.
    let response =
        http::get(format!("{}/products/{product}", *TARGET)).name("GET /products/:id").send();
    check!(response, "product found" => |r| r.status() == 200);
}

#[scenario]
fn buy() -> Result<()> {
    let pause_s: f64 = execution::env("PAUSE_S").context("no PAUSE_S")?.parse()?;
    group("look around", || {
        let responses = http::batch([
            http::get(TARGET.as_str()).name("GET /"),
            http::get(format!("{}/catalog", *TARGET)).name("GET /catalog"),
        ]);
        for response in &responses {
            check!(response, "page found" => |r| r.status() == 200);
        }
    });
    sleep_s(random::between(pause_s..2.0 * pause_s));
    group("decide", || {
        let response = http::post(format!("{}/mirror", *TARGET)).json(&json!({ "article": 7 }));
        check!(response.send(), "order confirmed" => |r| r.text().contains("article"));
    });
    Ok(())
}

#[scenario]
fn administrate() {
    let response =
        http::get(format!("{}/json", *TARGET)).timeout(std::time::Duration::from_secs(2));
    check!(response.send(), "report is there" => |r| r.status() == 200);
    sleep_s(1.0);
}
