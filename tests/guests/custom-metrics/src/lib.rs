//! Metrics of all kinds, and everything that can be wrong with them.
//!
//! `CASE`:
//! - `all` (the default): each kind gets known samples in each iteration;
//! - `bad-name`: options declare a metric whose name is not valid, which ends the test before it
//!   begins;
//! - `kind-clash`: options declare a known name with another kind, which does the same;
//! - `built-in-clash`: as `kind-clash`, with a name of squall's own;
//! - `late`: an iteration declares a new name, which fails the iteration;
//! - `nan`: an iteration adds a sample that is not a number, which is refused.

use squall_sdk::metrics::{self, Contains, Kind};
use squall_sdk::prelude::*;

#[metric]
static COUNT: Counter = Counter::new("things_counted");

#[metric]
static BYTES: Counter = Counter::new("things_bytes").data();

#[metric]
static LEVEL: Gauge = Gauge::new("things_level");

#[metric]
static FAILED: Rate = Rate::new("things_failed");

#[metric]
static LATENCY: Trend = Trend::new("things_latency_ms").time();

#[metric]
static SIZE: Trend = Trend::new("things_size");

static ODD: Tags = Tags::new(&[("parity", "odd")]);
static EVEN: Tags = Tags::new(&[("parity", "even")]);

fn case() -> String {
    execution::env("CASE").unwrap_or("all".to_owned())
}

#[options]
fn options() -> Result<Options> {
    match case().as_str() {
        "bad-name" => {
            metrics::register("no good", Kind::Trend, Contains::Default)?;
        }
        "kind-clash" => {
            metrics::register("things_failed", Kind::Trend, Contains::Default)?;
        }
        "built-in-clash" => {
            metrics::register("http_reqs", Kind::Trend, Contains::Default)?;
        }
        _ => {}
    }
    Ok(Options::new().vus(2).iterations(10).threshold("things_latency_ms{parity:odd}", "max<=9"))
}

#[scenario]
fn default() -> Result<()> {
    match case().as_str() {
        "late" => {
            metrics::register("things_late", Kind::Counter, Contains::Default)?;
        }
        "nan" => ensure!(!LATENCY.add(f64::NAN), "NaN was taken for a sample"),
        _ => {}
    }
    let Some(scenario) = execution::scenario() else { bail!("an iteration has a scenario") };
    let number = scenario.iteration_in_test;
    let parity = if number.is_multiple_of(2) { &EVEN } else { &ODD };
    COUNT.add(1);
    BYTES.add(1_000);
    LEVEL.add(number);
    FAILED.add_with(number.is_multiple_of(2), parity);
    LATENCY.add_with(number, parity);
    SIZE.add(100);
    Ok(())
}
