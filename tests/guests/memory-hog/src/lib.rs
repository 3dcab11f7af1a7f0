//! A VU that eats memory until it is refused, beside healthy ones.
//!
//! `hog` takes megabyte after megabyte and writes to all of it. `healthy` gets `TARGET` if there is
//! one; it runs 200 times a second, for as long as `DURATION` says (default 5 s).

use std::hint::black_box;

use squall_sdk::prelude::*;

#[metric]
static HEALTHY: Counter = Counter::new("healthy_iterations");

#[metric]
static EATEN: Gauge = Gauge::new("eaten_bytes").data();

const BITE_BYTES: usize = 1024 * 1024;

#[options]
fn options() -> Options {
    let duration = execution::env("DURATION").unwrap_or("5s".to_owned());
    Options::new()
        .scenario(
            "hog",
            Scenario::constant_vus(1, duration.clone()).exec("hog").graceful_stop("0s"),
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
fn hog() {
    let mut eaten = Vec::new();
    loop {
        eaten.push(black_box(vec![1_u8; BITE_BYTES]));
        EATEN.add(eaten.len() * BITE_BYTES);
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
