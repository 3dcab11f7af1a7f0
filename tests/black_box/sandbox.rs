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
    done.expect_said(&format!("`--allow-read {}` adds a folder", real(root.path())));
    assert_eq!(done.figure("iteration_errors", "count"), 1.0, "{}", done.said());

    let allowed = [&outside[..], &["--allow-read", root.path().to_str().unwrap()]].concat();
    let done = Squall::run_file(&script).args(&allowed).done();
    done.expect_code(0);
    assert_eq!(done.figure("file_bytes", "max"), 2.0, "{}", done.said());
}

fn real(path: &std::path::Path) -> String {
    path.canonicalize().unwrap().display().to_string()
}

/// A script that opens files in other folders, once by `open`, once by `k6/experimental/fs`.
const READER: &str = "
    import { open as openFile } from 'k6/experimental/fs';
    const text = open(__ENV.FILE);
    const file = await openFile(__ENV.FILE);
    export default async function () {
      const buffer = new Uint8Array(16);
      console.log('read', text, await file.read(buffer));
    }";

#[test]
fn folders_can_be_allowed_for_scripts() {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    for folder in ["script", "data", "other"] {
        std::fs::create_dir(at(folder)).unwrap();
    }
    std::fs::write(at("data/x.json"), "[1]").unwrap();
    std::fs::write(at("other/secret"), "no").unwrap();
    std::os::unix::fs::symlink(at("other/secret"), at("data/link")).unwrap();
    std::fs::write(at("script/main.js"), READER).unwrap();
    let run = |file: &str, args: &[&str]| {
        let file = format!("FILE={file}");
        Squall::run_file(&at("script/main.js")).args(&["-e", &file]).args(args).done()
    };
    let data = at("data");
    let data = data.to_str().unwrap();

    let refused = run("../data/x.json", &[]);
    refused.expect_code(107).expect_said("../data/x.json").expect_said("main.js:3:");
    refused.expect_said(&format!("`--allow-read {}` adds a folder", real(&at("data"))));

    let allowed = ["--allow-read", "/usr", "--allow-read", data];
    run("../data/x.json", &allowed).expect_code(0).expect_said("read [1] 3");
    run(&format!("{data}/x.json"), &allowed).expect_code(0).expect_said("read [1] 3");
    run(&format!("file://{data}/x.json"), &allowed).expect_code(0).expect_said("read [1] 3");
    // A link leads where it leads.
    run("../data/link", &allowed).expect_code(107).expect_said(&real(&at("other")));
    run("../other/secret", &allowed).expect_code(107).expect_said("--allow-read");

    let variable = Squall::run_file(&at("script/main.js"))
        .args(&["-e", "FILE=../data/x.json"])
        .env("SQUALL_ALLOW_READ", &format!("/usr:{data}"))
        .done();
    variable.expect_code(0).expect_said("read [1] 3");
    let missing = run("x", &["--allow-read", "/nowhere/at/all"]);
    missing.expect_code(104).expect_said("--allow-read: `/nowhere/at/all` is no folder");
}
