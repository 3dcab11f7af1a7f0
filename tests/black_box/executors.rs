//! Every executor, run for real: how many iterations, when, by how many VUs.

use std::time::Duration;

use serde_json::{Value, json};
use squall_test_support::{Config, TestServer};

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
