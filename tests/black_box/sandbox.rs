//! Guests that misbehave: they are ended, counted and named, and their neighbours keep their
//! schedule.

use serde_json::json;

use crate::squall::{Done, Squall, guest};

/// The rate of the well-behaved neighbour, in iterations a second.
const RATE: f64 = 200.0;

/// Runs a guest's offending scenario beside its healthy one, on one worker.
fn beside_a_healthy_one(guest: &str, offender: &str, extra: &[&str]) -> Done {
    let errors = format!("iteration_errors{{scenario:{offender}}}");
    let thresholds = json!({
        "iterations{scenario:healthy}": [],
        errors.as_str(): [],
    });
    let done = Squall::run(guest)
        .args(&["-e", "DURATION=5s", "--workers", "1"])
        .args(extra)
        .options(&json!({"thresholds": thresholds}))
        .done();
    let healthy = done.figure("iterations{scenario:healthy}", "count");
    assert!((healthy / (5.0 * RATE) - 1.0).abs() <= 0.05, "{healthy}: {}", done.said());
    assert!(done.figure(&errors, "count") >= 1.0, "{}", done.said());
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
fn an_endless_loop_ends_with_its_scenario() {
    // Below the CPU limit of an iteration: only the end of the scenario can stop it.
    let done = Squall::run("endless-loop").args(&["-e", "DURATION=1s"]).done();
    done.expect_code(0);
    assert!(done.took < std::time::Duration::from_secs(20), "{}", done.said());
}

#[test]
fn only_files_under_the_scripts_folder_can_be_opened() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("script");
    std::fs::create_dir(&folder).unwrap();
    let script = folder.join("files.wasm");
    std::fs::copy(guest("files"), &script).unwrap();
    std::fs::write(folder.join("words.txt"), "one\ntwo\n").unwrap();
    std::fs::write(root.path().join("secret.txt"), "no").unwrap();

    let done = Squall::run_file(&script).args(&["-u", "2", "-i", "4"]).done();
    done.expect_code(0);
    assert_eq!(done.figure("file_bytes", "max"), 8.0, "{}", done.said());

    let outside = ["-u", "1", "-i", "1", "-e", "FILE=../secret.txt"];
    let done = Squall::run_file(&script).args(&outside).done();
    done.expect_code(0).expect_said("only files under the script's folder");
    assert_eq!(done.figure("iteration_errors", "count"), 1.0, "{}", done.said());
}
