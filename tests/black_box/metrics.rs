//! What comes out of a run: built-in and custom metrics, checks, thresholds, summaries, single
//! samples.

use std::collections::BTreeSet;
use std::io::Read;

use serde_json::Value;
use squall_test_support::{Config, TestServer};

use crate::squall::{Done, Squall};

/// Metrics that a run of checkout-flow must have: k6's, and those of our own.
const EXPECTED: [&str; 22] = [
    "vus",
    "vus_max",
    "iterations",
    "iteration_duration",
    "iteration_response_time",
    "checks",
    "data_sent",
    "data_received",
    "http_reqs",
    "http_req_failed",
    "http_req_duration",
    "http_req_blocked",
    "http_req_looking_up",
    "http_req_connecting",
    "http_req_tls_handshaking",
    "http_req_sending",
    "http_req_waiting",
    "http_req_receiving",
    "http_req_duration{expected_response:true}",
    "checkout_latency_ms",
    "checkout_error_rate",
    "checkouts_attempted",
];

fn checkout(server: &TestServer, extra: &[&str]) -> Done {
    Squall::run("checkout-flow")
        .against(server)
        .args(&["--vus", "3", "--iterations", "6"])
        .args(extra)
        .done()
}

#[test]
fn a_checkout_flow_has_every_metric_with_plausible_values() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = checkout(&server, &[]);
    done.expect_code(0);
    for metric in EXPECTED {
        assert!(done.has_metric(metric), "{metric} is missing: {}", done.said());
    }
    assert_eq!(done.figure("checkouts_attempted", "count"), 6.0);
    assert_eq!(done.figure("checkout_error_rate", "value"), 0.0);
    assert_eq!(done.figure("http_req_failed", "value"), 0.0);
    // One token, six checkouts, one revocation.
    assert_eq!(done.figure("http_reqs", "count"), 8.0);
    assert_eq!(server.arrivals_total(), 8);
    let parts = ["http_req_sending", "http_req_waiting", "http_req_receiving"];
    let parts: f64 = parts.iter().map(|part| done.figure(part, "avg")).sum();
    let duration = done.figure("http_req_duration", "avg");
    assert!((parts - duration).abs() <= 0.01 * duration + 0.003, "{parts} is not {duration}");
    assert!(done.figure("data_sent", "count") >= server.bytes_received() as f64 * 0.99);
}

#[test]
fn the_text_summary_names_checks_metrics_and_the_verdict() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = checkout(&server, &[]);
    for words in ["TOTAL RESULTS", "checks_succeeded", "http_req_duration", "GENERATOR"] {
        done.expect_said(words);
    }
}

#[test]
fn every_sample_reaches_the_json_output() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = checkout(&server, &["--out", "json=samples.json.gz"]);
    let file = std::fs::File::open(done.path("samples.json.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let points: Vec<_> = lines.iter().filter(|line| line["type"] == "Point").collect();
    let declared: BTreeSet<_> = lines
        .iter()
        .filter(|line| line["type"] == "Metric")
        .map(|line| line["data"]["name"].as_str().unwrap())
        .collect();
    for point in &points {
        assert!(declared.contains(point["metric"].as_str().unwrap()), "{point}");
    }
    let requests: Vec<_> = points.iter().filter(|point| point["metric"] == "http_reqs").collect();
    assert_eq!(requests.len(), 8, "{}", done.said());
    let tags = &requests[1]["data"]["tags"];
    for tag in ["method", "url", "name", "status", "proto", "expected_response", "group"] {
        assert!(tags.get(tag).is_some(), "{tag} is missing in {tags}");
    }
}

#[test]
fn custom_metrics_of_every_kind() {
    let done = Squall::run("custom-metrics").args(&["--iterations", "5"]).done();
    done.expect_code(0);
}

#[test]
fn groups_and_checks_in_the_summary() {
    let done = Squall::run("groups").args(&["--iterations", "3"]).done();
    done.expect_code(0);
    assert!(done.has_metric("group_duration"), "{}", done.said());
    let groups = &done.summary["root_group"]["groups"];
    assert!(groups.as_object().is_some_and(|groups| !groups.is_empty()), "{}", done.said());
}

#[test]
fn handle_summary_writes_what_the_guest_returns() {
    let out = ["-e", "OUT=own.json", "-i", "2"];
    let done = Squall::run("handle-summary").args(&out).done();
    done.expect_code(0);
    assert_eq!(done.stdout, "things done: 2\n", "{}", done.said());
    done.expect_said("to standard error");
    let own: Value =
        serde_json::from_slice(&std::fs::read(done.path("own.json")).unwrap()).unwrap();
    assert!(own.is_object() || own.is_array(), "{own}");
}

#[test]
fn a_failing_handle_summary_does_not_lose_the_summary() {
    for case in ["CASE=error", "CASE=panic"] {
        let done = Squall::run("handle-summary").args(&["-e", case, "-i", "2"]).done();
        done.expect_said("TOTAL RESULTS").expect_said("things_done");
    }
}

#[test]
fn pending_requests_run_at_the_same_time() {
    let server = TestServer::start(Config::default()).unwrap();
    let done = Squall::run("pending").against(&server).args(&["--iterations", "2"]).done();
    done.expect_code(0);
    assert_eq!(done.figure("checks", "fails"), 0.0, "{}", done.said());
}
