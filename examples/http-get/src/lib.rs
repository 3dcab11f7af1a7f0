//! The smallest useful test: one GET and one check.
//!
//! ```console
//! $ cargo build --release --target wasm32-wasip2
//! $ squall run -e TARGET=http://127.0.0.1:8080/ target/wasm32-wasip2/release/http_get.wasm
//! ```
//!
//! Without flags it runs 10 VUs for 10 seconds; `-u 50 -d 1m` changes that.

use std::sync::LazyLock;

use squall_sdk::prelude::*;

/// Read from the environment once for each VU.
static TARGET: LazyLock<String> =
    LazyLock::new(|| execution::env("TARGET").unwrap_or("http://127.0.0.1:8080".to_owned()));

#[options]
fn options() -> Options {
    Options::new().vus(10).duration("10s")
}

#[scenario]
fn default() {
    let response = http::get(TARGET.as_str()).send();
    check!(response, "status is 200" => |r| r.status() == 200);
}
