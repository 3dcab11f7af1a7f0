//! Wrong input: each has an error that says what was found, what was expected and what to do;
//! nothing panics.

use std::path::Path;

use serde_json::json;

use crate::squall::{Done, Squall};

fn run_bytes(name: &str, contents: &[u8]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, contents).unwrap();
    let done = Squall::run_file(&path).done();
    assert!(!done.stderr.contains("panicked"), "{}", done.said());
    assert_ne!(done.code, 0, "{}", done.said());
    done
}

#[test]
fn a_missing_file() {
    let done = Squall::run_file(Path::new("no/such/file.wasm")).done();
    assert_ne!(done.code, 0);
    done.expect_said("no/such/file.wasm");
}

#[test]
fn files_that_are_no_components() {
    run_bytes("empty.wasm", b"").expect_said("empty");
    run_bytes("noise.wasm", b"this is not Wasm at all").expect_said("noise.wasm");
    run_bytes("cut.wasm", b"\0asm\x0d\0\x01\0\x07\x45").expect_said("cut.wasm");
    run_bytes("core.wat", b"(module (func (export \"hello\")))").expect_said("hello");
}

#[test]
fn a_component_for_another_version() {
    let wat = br#"(component (import "squall:vu/http@9.1.0" (instance)))"#;
    run_bytes("newer.wat", wat).expect_said("9.1.0").expect_said("0.1.x");
}

#[test]
fn option_texts() {
    let with = |options: &str| {
        let done = Squall::run("configurable").args(&["-e", &format!("OPTIONS={options}")]).done();
        done.expect_code(104);
        done
    };
    with(r#"{"scenarios":{"s":{"executor":"galloping-vus"}}}"#)
        .expect_said("unknown executor type");
    with(r#"{"vus":"many"}"#).expect_said("vus");
    with(r#"{"iterations":1,"stages":[{"duration":"1s","target":1}]}"#)
        .expect_said("simultaneously");
    with(r#"{"scenarios":{"s":{"executor":"constant-vus","vus":1,"duration":"1s","exec":"no"}}}"#)
        .expect_said("not found in exports");
    with(r#"{"thresholds":{"http_req_duration":["p95<1"]}}"#)
        .expect_said("malformed threshold expression");
    with(r#"{"thresholds":{"no_such_metric":["count>1"]}}"#).expect_said("no_such_metric");
}

#[test]
fn unknown_option_keys_are_warned_about() {
    let done =
        Squall::run("configurable").args(&["-e", r#"OPTIONS={"iterations":1,"vsu":3}"#]).done();
    done.expect_code(0).expect_said("vsu");
}

#[test]
fn metric_names_and_kinds() {
    for case in ["bad-name", "kind-clash"] {
        let done = Squall::run("custom-metrics")
            .args(&["-e", &format!("CASE={case}"), "--iterations", "1"])
            .done();
        assert_ne!(done.code, 0, "{case}: {}", done.said());
        done.expect_said("metric");
    }
}

#[test]
fn a_guest_that_panics_in_options() {
    let done = Squall::run("panics").args(&["-e", "STAGE=options"]).done();
    done.expect_code(107).expect_said("lib.rs:");
}

#[test]
fn unwritable_outputs_are_found_before_the_run() {
    let done = Squall::run("configurable")
        .args(&["--out", "json=/no/such/folder/out.json", "--iterations", "1"])
        .done();
    assert_ne!(done.code, 0);
    done.expect_said("/no/such/folder/out.json");
    assert!(done.summary.is_null(), "{}", done.said());
    let done = Squall::run("configurable").args(&["--out", "carrier-pigeon", "-i", "1"]).done();
    assert_ne!(done.code, 0);
    done.expect_said("carrier-pigeon");
}

#[test]
fn options_in_a_configuration_file_are_checked_too() {
    let done =
        Squall::run("http-get").options(&json!({"thresholds": {"http_reqs": ["p(95)<1"]}})).done();
    done.expect_code(104).expect_said("unsupported aggregation method");
}
