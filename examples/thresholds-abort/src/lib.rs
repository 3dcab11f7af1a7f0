//! A threshold that ends the test: when the target is down, more load proves nothing.
//!
//! ```console
//! $ cargo build --release --target wasm32-wasip2
//! $ export TARGET=http://127.0.0.1:8080/status/503
//! $ squall run target/wasm32-wasip2/release/thresholds_abort.wasm
//! $ echo $?
//! 99
//! ```
//!
//! The test would take a minute; against a target that fails it ends after about two seconds, with
//! exit code 99 for breached thresholds.

use std::sync::LazyLock;

use squall_sdk::prelude::*;

static TARGET: LazyLock<String> = LazyLock::new(|| {
    execution::env("TARGET").unwrap_or("http://127.0.0.1:8080/status/503".to_owned())
});

#[options]
fn options() -> Options {
    Options::new()
        .vus(5)
        .duration("1m")
        // Judged at the end.
        .threshold("http_req_duration", "p(95)<500")
        // Judged every two seconds. The delay keeps a bad start from ending the test.
        .threshold(
            "http_req_failed",
            Threshold::new("rate<0.1").abort_on_fail().delay_abort_eval("1s"),
        )
}

#[scenario]
fn default() {
    http::get(TARGET.as_str()).send();
    sleep_s(0.1);
}
