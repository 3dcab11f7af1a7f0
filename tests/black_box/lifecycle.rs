//! Setup, teardown, aborts, signals: what runs, what does not, and the exit code.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use squall_test_support::{Config, TestServer};

use crate::squall::Squall;

#[test]
fn setup_data_reaches_every_vu_and_teardown() {
    let done = Squall::run("setup-data").args(&["--vus", "4", "--iterations", "12"]).done();
    done.expect_code(0);
    assert_eq!(done.figure("checks", "fails"), 0.0, "{}", done.said());
    assert!(done.figure("checks", "passes") >= 12.0, "{}", done.said());
}

#[test]
fn a_failing_setup_ends_the_test_with_107_and_runs_nothing() {
    let done = Squall::run("panics").args(&["-e", "STAGE=setup", "--iterations", "3"]).done();
    done.expect_code(107);
    assert!(!done.has_metric("iterations") || done.figure("iterations", "count") == 0.0);
}

#[test]
fn a_failing_teardown_is_107_after_all_iterations() {
    let done = Squall::run("panics").args(&["-e", "STAGE=teardown", "--iterations", "3"]).done();
    done.expect_code(107);
    assert_eq!(done.figure("iterations", "count"), 3.0, "{}", done.said());
}

#[test]
fn a_panicking_iteration_is_told_and_counted_and_the_vu_goes_on() {
    let done = Squall::run("panics").args(&["-e", "STAGE=run", "--iterations", "5"]).done();
    done.expect_code(0);
    assert_eq!(done.figure("iterations", "count"), 5.0, "{}", done.said());
    // Of one VU's iterations 0 to 4 the even ones panic.
    assert_eq!(done.figure("iteration_errors", "count"), 3.0, "{}", done.said());
    // The place in the source, for people.
    done.expect_said("lib.rs:");
}

#[test]
fn abort_interrupts_runs_teardown_and_exits_108() {
    let done =
        Squall::run("abort").args(&["-e", "HOW=abort", "--vus", "2", "--duration", "30s"]).done();
    done.expect_code(108).expect_said("test aborted");
    assert!(done.took < Duration::from_secs(20), "{}", done.said());
}

#[test]
fn a_marked_failure_goes_on_and_exits_110() {
    let done =
        Squall::run("abort").args(&["-e", "HOW=fail", "--vus", "1", "--iterations", "5"]).done();
    done.expect_code(110);
    assert_eq!(done.figure("iterations", "count"), 5.0, "{}", done.said());
}

#[test]
fn sigint_interrupts_runs_teardown_and_exits_105() {
    let server = TestServer::start(Config::default()).unwrap();
    let running = Squall::run("checkout-flow")
        .against(&server)
        .args(&["--vus", "5", "--duration", "60s"])
        .start();
    assert!(server.wait_for_arrivals(5, Duration::from_mins(1)));
    running.signal(Signal::INT);
    let done = running.wait();
    done.expect_code(105);
    assert!(done.took < Duration::from_secs(50), "{}", done.said());
    let revoked = server.arrivals_at("/auth/token");
    let revoked = revoked.iter().any(|arrival| arrival.method.as_str() == "DELETE");
    assert!(revoked, "teardown did not run: {}", done.said());
}

#[test]
fn sigterm_is_as_sigint() {
    let server = TestServer::start(Config::default()).unwrap();
    let running =
        Squall::run("http-get").against(&server).args(&["--vus", "2", "--duration", "60s"]).start();
    assert!(server.wait_for_arrivals(5, Duration::from_mins(1)));
    running.signal(Signal::TERM);
    running.wait().expect_code(105);
}

#[test]
fn no_setup_and_no_teardown() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = Squall::run("checkout-flow")
        .against(&server)
        .args(&["--iterations", "1", "--no-setup", "--no-teardown"])
        .done();
    done.expect_code(0);
    assert!(server.arrivals_at("/auth/token").is_empty(), "{}", done.said());
}

#[test]
fn a_breached_threshold_exits_99() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = Squall::run("http-get")
        .against(&server)
        .args(&["--vus", "1", "--iterations", "5"])
        .options(&json!({"thresholds": {"http_req_duration": ["p(95)<0.001"]}}))
        .done();
    done.expect_code(99).expect_said("http_req_duration");
}

#[test]
fn abort_on_fail_stops_early() {
    let server = TestServer::start(Config::default()).unwrap();
    let threshold = json!([{"threshold": "count<10", "abortOnFail": true}]);
    let done = Squall::run("http-get")
        .against(&server)
        .args(&["--vus", "2", "--duration", "60s"])
        .options(&json!({"thresholds": {"http_reqs": threshold}}))
        .done();
    done.expect_code(99);
    assert!(done.took < Duration::from_secs(30), "{}", done.said());
}
