//! A fixed rate of arrivals: 1 000 iterations start in every second, however long they take.
//!
//! ```console
//! $ cargo build --release --target wasm32-wasip2
//! $ squall run -e TARGET=http://127.0.0.1:8080/ target/wasm32-wasip2/release/arrival_rate.wasm
//! ```
//!
//! This is how to test a service level: a slow target does not slow the load down, it makes more
//! users wait at the same time. An arrival that finds no free VU is dropped and counted in
//! `dropped_iterations`; `iteration_response_time` counts from the planned start, as a user would.

use std::sync::LazyLock;

use squall_sdk::prelude::*;

static TARGET: LazyLock<String> =
    LazyLock::new(|| execution::env("TARGET").unwrap_or("http://127.0.0.1:8080".to_owned()));

#[options]
fn options() -> Options {
    Options::new()
        .scenario(
            "arrivals",
            Scenario::constant_arrival_rate(1_000, "20s").pre_allocated_vus(50).max_vus(500),
        )
        .threshold("http_req_failed", "rate<0.01")
}

#[scenario]
fn default() {
    let response = http::get(TARGET.as_str()).send();
    check!(response, "status is 200" => |r| r.status() == 200);
}
