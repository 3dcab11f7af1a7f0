//! A VU whose options come from outside: `OPTIONS` is a JSON object.
//!
//! Each iteration gets `TARGET`, if there is one, and then sleeps `SLEEP_MS` milliseconds, if that
//! is set.

use std::time::Duration;

use squall_sdk::prelude::*;

#[options]
fn options() -> Result<Options> {
    let Some(text) = execution::env("OPTIONS") else { return Ok(Options::new()) };
    let given: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).context("OPTIONS")?;
    let raw = |options: Options, (name, value): (String, serde_json::Value)| {
        options.raw(&name, value.to_string())
    };
    Ok(given.into_iter().fold(Options::new(), raw))
}

#[scenario]
fn default() -> Result<()> {
    if let Some(target) = execution::env("TARGET") {
        let response = http::get(target).send();
        check!(response, "status is 200" => |r| r.status() == 200);
    }
    if let Some(ms) = execution::env("SLEEP_MS") {
        sleep(Duration::from_millis(ms.parse().context("SLEEP_MS")?));
    }
    Ok(())
}
