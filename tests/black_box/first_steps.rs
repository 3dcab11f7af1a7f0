//! What people try first.

use serde_json::Value;
use squall_test_support::{Config, TestServer};

use crate::squall::{Squall, guest};

#[test]
fn run_with_flags_only() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = Squall::run("http-get").against(&server).args(&["-u", "3", "-i", "30"]).done();
    done.expect_code(0);
    assert_eq!(done.figure("iterations", "count"), 30.0, "{}", done.said());
    assert_eq!(done.figure("checks", "passes"), 30.0, "{}", done.said());
    assert_eq!(server.arrivals_total(), 30);
}

#[test]
fn keep_alive_is_used() {
    let server = TestServer::start(Config::default()).unwrap();
    Squall::run("http-get").against(&server).args(&["-u", "2", "-i", "40"]).done().expect_code(0);
    assert_eq!(server.connections_opened(), 2);
}

#[test]
fn environment_variables_and_their_precedence() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = Squall::run("http-get")
        .against(&server)
        .env("K6_ITERATIONS", "50")
        .env("SQUALL_ITERATIONS", "7")
        .env("SQUALL_VUS", "1")
        .done();
    assert_eq!(done.figure("iterations", "count"), 7.0, "{}", done.said());
    let done = Squall::run("http-get")
        .against(&server)
        .env("K6_ITERATIONS", "50")
        .args(&["--iterations", "5", "--vus", "1"])
        .done();
    assert_eq!(done.figure("iterations", "count"), 5.0, "{}", done.said());
}

#[test]
fn quiet_prints_only_the_summary() {
    let server = TestServer::start(Config::default()).unwrap();
    let done =
        Squall::run("http-get").against(&server).args(&["--quiet", "-u", "1", "-i", "3"]).done();
    done.expect_code(0);
    assert!(done.stderr.trim().is_empty(), "{}", done.said());
}

#[test]
fn inspect_shows_world_exports_memory_and_options() {
    let done = Squall::new("inspect").arg(guest("checkout-flow")).done();
    done.expect_code(0).expect_said("squall:vu");
    let done =
        Squall::new("inspect").arg("--execution-requirements").arg(guest("checkout-flow")).done();
    done.expect_code(0).expect_said("maxVUs");
}

#[test]
fn version_for_people_and_for_programs() {
    Squall::new("version").done().expect_code(0).expect_said("squall");
    let done = Squall::new("version").arg("--json").done();
    let json: Value = serde_json::from_str(&done.stdout).unwrap();
    assert!(json.is_object(), "{}", done.said());
}

#[test]
fn completions() {
    let done = Squall::new("completions").arg("bash").done();
    done.expect_code(0).expect_said("squall");
}

#[test]
fn http_debug_shows_requests_and_responses() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = Squall::run("http-get")
        .against(&server)
        .args(&["--http-debug", "-u", "1", "-i", "1"])
        .done();
    done.expect_code(0).expect_said("GET / HTTP").expect_said("HTTP/1.1 200");
}

#[test]
fn the_example_of_thresholds_stops_early_with_99() {
    let server = TestServer::start(Config::default()).unwrap();
    let target = format!("TARGET={}", server.url("/status/503"));
    let done = Squall::run("thresholds-abort").args(&["-e", &target]).done();
    done.expect_code(99);
    // Its options ask for a minute; the threshold ends it after some seconds.
    assert!(done.took < std::time::Duration::from_secs(30), "{}", done.said());
}

#[test]
fn the_example_of_arrival_rate_loses_no_arrival() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = Squall::run("arrival-rate").against(&server).done();
    let dropped = if done.has_metric("dropped_iterations") {
        done.figure("dropped_iterations", "count")
    } else {
        0.0
    };
    let arrivals = done.figure("iterations", "count") + dropped;
    assert!((19_999.0..=20_001.0).contains(&arrivals), "{}", done.said());
    assert_eq!(server.arrivals_total() as f64, done.figure("http_reqs", "count"));
}
