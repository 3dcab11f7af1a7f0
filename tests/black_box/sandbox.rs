//! Guests that misbehave: they are ended, counted and named, and their neighbours keep their schedule.

use serde_json::{Value, json};

use crate::squall::{Done, Squall};

/// The rate of the well-behaved neighbour, in iterations a second.
const RATE: f64 = 200.0;

/// Runs a misbehaving scenario beside a paced healthy one, on one worker.
fn beside_a_healthy_one(guest: &str, offender: &str, extra: &[&str]) -> Done {
    let options: Value = json!({"scenarios": {
        "healthy": {
            "executor": "constant-arrival-rate", "exec": "healthy", "rate": RATE,
            "duration": "5s", "preAllocatedVUs": 10,
        },
        "offender": {
            "executor": "constant-vus", "exec": offender, "vus": 2, "duration": "5s",
            "gracefulStop": "0s",
        },
    }, "thresholds": {
        "iterations{scenario:healthy}": [],
        "iteration_errors{scenario:offender}": [],
        "iteration_start_lag{scenario:healthy}": ["p(99)<10"],
    }});
    let done = Squall::run(guest)
        .args(&["-e", &format!("OPTIONS={options}"), "--workers", "1"])
        .args(extra)
        .done();
    let healthy = done.figure("iterations{scenario:healthy}", "count");
    assert!((healthy / (5.0 * RATE) - 1.0).abs() <= 0.05, "{healthy}: {}", done.said());
    assert!(done.figure("iteration_errors{scenario:offender}", "count") >= 1.0, "{}", done.said());
    done
}

#[test]
fn an_endless_loop_is_ended_and_holds_nobody_up() {
    let done = beside_a_healthy_one("endless-loop", "spin", &["--cpu-max", "500ms"]);
    done.expect_code(0).expect_said("CPU limit");
}

#[test]
fn a_guest_that_eats_memory_is_ended_and_holds_nobody_up() {
    let done = beside_a_healthy_one("memory-hog", "hog", &["--memory-max", "16MiB"]);
    done.expect_code(0).expect_said("memory limit");
}

#[test]
fn an_interrupted_endless_loop_does_not_hang_the_end() {
    let done = Squall::run("endless-loop")
        .args(&["-e", r#"OPTIONS={"scenarios":{"s":{"executor":"constant-vus","exec":"spin","vus":1,"duration":"1s","gracefulStop":"0s"}}}"#])
        .done();
    done.expect_code(0);
    assert!(done.took < std::time::Duration::from_secs(20), "{}", done.said());
}

#[test]
fn files_outside_of_the_scripts_folder_cannot_be_opened() {
    let done = Squall::run("files").args(&["--iterations", "1"]).done();
    done.expect_code(0);
    assert_eq!(done.figure("checks", "fails"), 0.0, "{}", done.said());
}
