//! Sleeps `SLEEP_MS` milliseconds (default 1 000) in each iteration, and as long in `setup` and
//! `teardown` where `SETUP_SLEEP_MS` and `TEARDOWN_SLEEP_MS` say so.

use std::time::Duration;

use squall_sdk::prelude::*;

#[metric]
static SLEPT: Counter = Counter::new("sleeps_finished");

fn sleep_as_told(variable: &str, default_ms: u64) -> Result<()> {
    let ms = match execution::env(variable) {
        Some(text) => text.parse().context(variable)?,
        None => default_ms,
    };
    sleep(Duration::from_millis(ms));
    Ok(())
}

#[setup]
fn setup() -> Result<()> {
    sleep_as_told("SETUP_SLEEP_MS", 0)
}

#[scenario]
fn default() -> Result<()> {
    sleep_as_told("SLEEP_MS", 1_000)?;
    SLEPT.add(1);
    Ok(())
}

#[teardown]
fn teardown() -> Result<()> {
    sleep_as_told("TEARDOWN_SLEEP_MS", 0)
}
