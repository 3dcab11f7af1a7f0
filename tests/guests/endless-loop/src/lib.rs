//! A VU that never gives the processor back, beside healthy ones.
//!
//! `spin` loops for ever. `healthy` gets `TARGET` if there is one; it runs 200 times a second, for
//! as long as `DURATION` says (default 5 s).

use std::hint::black_box;

use squall_sdk::prelude::*;

#[metric]
static HEALTHY: Counter = Counter::new("healthy_iterations");

#[options]
fn options() -> Options {
    let duration = execution::env("DURATION").unwrap_or("5s".to_owned());
    Options::new()
        .scenario(
            "spin",
            Scenario::constant_vus(1, duration.clone()).exec("spin").graceful_stop("0s"),
        )
        .scenario(
            "healthy",
            Scenario::constant_arrival_rate(200, duration)
                .pre_allocated_vus(10)
                .max_vus(50)
                .exec("healthy")
                .graceful_stop("1s"),
        )
}

#[scenario]
fn spin() {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

#[scenario]
fn healthy() {
    if let Some(target) = execution::env("TARGET") {
        let response = http::get(target).send();
        check!(response, "status is 200" => |r| r.status() == 200);
    }
    HEALTHY.add(1);
}
