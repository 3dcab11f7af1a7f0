//! Every executor, run for real: how many iterations, when, by how many VUs.

use std::time::Duration;

use serde_json::{Value, json};
use squall_test_support::{Config, Freeze, TestServer};

use crate::squall::{Done, Squall};

fn run(server: &TestServer, scenario: &Value, extra: &[&str]) -> Done {
    let options = json!({"scenarios": {"s": scenario}}).to_string();
    Squall::run("configurable")
        .against(server)
        .args(&["-e", &format!("OPTIONS={options}")])
        .args(extra)
        .done()
}

fn server() -> TestServer {
    TestServer::start(Config::default()).unwrap()
}

#[test]
fn constant_vus_loops_until_the_duration_is_over() {
    let server = server();
    let scenario = json!({"executor": "constant-vus", "vus": 3, "duration": "2s"});
    let done = run(&server, &scenario, &["-e", "SLEEP_MS=100"]);
    done.expect_code(0);
    let iterations = done.figure("iterations", "count");
    assert!((48.0..=60.0).contains(&iterations), "{}", done.said());
    assert_eq!(done.figure("vus", "max"), 3.0, "{}", done.said());
    assert_eq!(server.arrivals_total(), iterations as u64);
}

#[test]
fn ramping_vus_follows_its_stages() {
    let server = server();
    let stages = json!([{"duration": "2s", "target": 10}, {"duration": "1s", "target": 0}]);
    let scenario = json!({"executor": "ramping-vus", "startVUs": 0, "stages": stages});
    let done = run(&server, &scenario, &["-e", "SLEEP_MS=50"]);
    done.expect_code(0);
    // The area under the curve is 15 VU-seconds, at up to 20 iterations a second and VU.
    let iterations = done.figure("iterations", "count");
    assert!((200.0..=330.0).contains(&iterations), "{}", done.said());
    assert!(done.figure("vus", "max") >= 5.0, "{}", done.said());
}

#[test]
fn shared_iterations_are_shared_exactly() {
    let server = server();
    let scenario = json!({"executor": "shared-iterations", "vus": 7, "iterations": 100});
    let done = run(&server, &scenario, &["--workers", "2"]);
    done.expect_code(0);
    assert_eq!(done.figure("iterations", "count"), 100.0, "{}", done.said());
    assert_eq!(server.arrivals_total(), 100);
}

#[test]
fn per_vu_iterations_are_each_vus_own() {
    let server = server();
    let scenario = json!({"executor": "per-vu-iterations", "vus": 5, "iterations": 4});
    let done = run(&server, &scenario, &["--workers", "2"]);
    done.expect_code(0);
    assert_eq!(done.figure("iterations", "count"), 20.0, "{}", done.said());
}

#[test]
fn what_time_does_not_allow_is_dropped_and_said() {
    let server = server();
    let scenario = json!({
        "executor": "per-vu-iterations", "vus": 2, "iterations": 1000,
        "maxDuration": "1s", "gracefulStop": "1s",
    });
    let done = run(&server, &scenario, &["-e", "SLEEP_MS=100"]);
    done.expect_code(0);
    let completed = done.figure("iterations", "count");
    assert_eq!(completed + done.figure("dropped_iterations", "count"), 2000.0, "{}", done.said());
}

#[test]
fn constant_arrival_rate_starts_all_or_counts_what_it_drops() {
    let server = server();
    let scenario = json!({
        "executor": "constant-arrival-rate", "rate": 200, "duration": "3s",
        "preAllocatedVUs": 20, "maxVUs": 40,
    });
    let done = run(&server, &scenario, &[]);
    done.expect_code(0);
    let dropped = if done.has_metric("dropped_iterations") {
        done.figure("dropped_iterations", "count")
    } else {
        0.0
    };
    let arrivals = done.figure("iterations", "count") + dropped;
    assert!((599.0..=601.0).contains(&arrivals), "{}", done.said());
    assert!(done.has_metric("iteration_start_lag"), "{}", done.said());
    assert!(done.has_metric("iteration_response_time"), "{}", done.said());
}

#[test]
fn ramping_arrival_rate_integrates_its_curve() {
    let server = server();
    let stages = json!([{"duration": "2s", "target": 100}, {"duration": "1s", "target": 100}]);
    let scenario = json!({
        "executor": "ramping-arrival-rate", "startRate": 0, "stages": stages,
        "preAllocatedVUs": 20,
    });
    let done = run(&server, &scenario, &[]);
    done.expect_code(0);
    // 100 in the ramp, 100 in the plateau.
    let arrivals = done.figure("iterations", "count");
    assert!((195.0..=201.0).contains(&arrivals), "{}", done.said());
}

#[test]
fn too_few_vus_drop_arrivals_and_the_verdict_says_so() {
    let server = server();
    let scenario = json!({
        "executor": "constant-arrival-rate", "rate": 100, "duration": "2s",
        "preAllocatedVUs": 2, "maxVUs": 2, "gracefulStop": "2s",
    });
    let done = run(&server, &scenario, &["-e", "SLEEP_MS=500"]);
    done.expect_code(0).expect_said("Insufficient VUs").expect_said("invalid");
    assert!(done.figure("dropped_iterations", "count") > 150.0, "{}", done.said());
}

/// Ten seconds of constant arrivals at a server that stands still for 200 ms of every 2 s: for the
/// quantiles, see the load model's formula in `squall_test_support::Freeze`.
fn frozen(extra: &[&str], scenario: &Value) -> Done {
    let freeze = Freeze::new(Duration::from_millis(200), Duration::from_secs(2)).unwrap();
    let server = TestServer::start(Config { freeze: Some(freeze), ..Config::default() }).unwrap();
    let mut whole = json!({
        "executor": "constant-arrival-rate", "rate": 500, "duration": "10s",
        "preAllocatedVUs": 5, "maxVUs": 5,
    });
    whole.as_object_mut().unwrap().extend(scenario.as_object().unwrap().clone());
    let stats = ["--summary-trend-stats", "avg,med,p(95),p(99)"];
    run(&server, &whole, &[&stats, extra].concat())
}

#[test]
fn late_arrivals_queue_and_their_wait_is_in_the_response_time() {
    let done = frozen(&["--strict"], &json!({"late": "queue"}));
    done.expect_code(0).expect_said("late: queue").expect_said("waited until a VU was free");
    assert_eq!(done.figure("iterations", "count"), 5000.0, "{}", done.said());
    assert!(!done.has_metric("dropped_iterations"), "{}", done.said());
    // Wide bounds: the machine may be busy. Without the wait p(99) would be near 0.
    let response_ms = |stat| done.figure("iteration_response_time", stat);
    assert!((160.0..240.0).contains(&response_ms("p(99)")), "{}", done.said());
    assert!((80.0..160.0).contains(&response_ms("p(95)")), "{}", done.said());
    assert!((8.0..30.0).contains(&response_ms("avg")), "{}", done.said());
    let lag_ms = done.figure("iteration_start_lag", "p(99)");
    assert!(lag_ms > 120.0, "{}", done.said());
}

#[test]
fn late_arrivals_are_dropped_unless_asked_and_strict_refuses_what_is_left() {
    let done = frozen(&["--strict"], &json!({}));
    done.expect_code(120).expect_said("--strict").expect_said("were dropped");
    assert!(done.figure("dropped_iterations", "count") > 300.0, "{}", done.said());
    let queued = frozen(&["--late", "queue"], &json!({}));
    queued.expect_code(0).expect_said("late: queue");
}

#[test]
fn what_waits_at_the_end_is_dropped() {
    let server = server();
    let scenario = json!({
        "executor": "constant-arrival-rate", "rate": 50, "duration": "2s", "late": "queue",
        "preAllocatedVUs": 2, "maxVUs": 2, "gracefulStop": "1s",
    });
    let done = run(&server, &scenario, &["-e", "SLEEP_MS=100"]);
    done.expect_code(0);
    // Two VUs of ten iterations a second for three seconds; the last two may be cut short.
    let completed = done.figure("iterations", "count");
    assert!((30.0..=60.0).contains(&completed), "{}", done.said());
    let dropped = done.figure("dropped_iterations", "count");
    assert!((98.0..=100.0).contains(&(completed + dropped)), "{}", done.said());
}

#[test]
fn arrivals_by_chance_are_as_many_and_the_same_again() {
    let gaps = || {
        let server = server();
        let scenario = json!({
            "executor": "constant-arrival-rate", "rate": 40, "duration": "5s", "seed": 5,
            "preAllocatedVUs": 50, "arrivals": "poisson",
        });
        let done = run(&server, &scenario, &["--precise"]);
        done.expect_code(0).expect_said("arrivals: poisson");
        assert_eq!(done.figure("iterations", "count"), 200.0, "{}", done.said());
        let at_ns: Vec<u64> = server.arrivals().iter().map(|arrival| arrival.at_ns).collect();
        at_ns.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / 1e6).collect::<Vec<f64>>()
    };
    let (first, again) = (gaps(), gaps());
    // The mean gap is 25 ms. Of gaps by chance 27 of 200 are above 50 ms and 36 below 5 ms, of even
    // ones none.
    let above = first.iter().filter(|gap| **gap > 50.0).count();
    let below = first.iter().filter(|gap| **gap < 5.0).count();
    assert!((10..55).contains(&above) && (15..75).contains(&below), "{above} {below}");
    let mut differences: Vec<f64> = first.iter().zip(&again).map(|(a, b)| (a - b).abs()).collect();
    differences.sort_by(f64::total_cmp);
    assert!(differences[differences.len() / 2] < 5.0, "{differences:?}");
}

#[test]
fn graceful_stop_lets_iterations_end_and_then_interrupts_them() {
    let server = server();
    let scenario = |graceful_stop: &str| {
        json!({
            "executor": "constant-vus", "vus": 2, "duration": "1s", "gracefulStop": graceful_stop,
        })
    };
    let sleep = ["-e", "SLEEP_MS=1500"];
    let finished = run(&server, &scenario("10s"), &sleep);
    assert_eq!(finished.figure("iterations", "count"), 2.0, "{}", finished.said());
    let cut = run(&server, &scenario("0s"), &sleep);
    cut.expect_code(0);
    assert!(!cut.has_metric("iterations") || cut.figure("iterations", "count") == 0.0);
    assert!(cut.took < Duration::from_secs(20));
}

#[test]
fn scenarios_run_side_by_side_with_their_own_start_env_and_tags() {
    let server = server();
    let done = Squall::run("scenarios").against(&server).done();
    done.expect_code(0);
    assert!(done.figure("iterations", "count") > 10.0, "{}", done.said());
}

#[test]
fn segments_add_up_to_the_whole() {
    let server = server();
    let scenario = json!({"executor": "shared-iterations", "vus": 5, "iterations": 50});
    let sequence = ["--execution-segment-sequence", "0,1/3,2/3,1", "--execution-segment"];
    let parts = ["0:1/3", "1/3:2/3", "2/3:1"].map(|segment| {
        let done = run(&server, &scenario, &[&sequence[..], &[segment]].concat());
        done.expect_code(0).figure("iterations", "count")
    });
    assert_eq!(parts.iter().sum::<f64>(), 50.0, "{parts:?}");
    assert_eq!(server.arrivals_total(), 50);
}
