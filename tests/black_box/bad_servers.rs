//! Servers that misbehave: every failure is a counted, coded exchange, and the run goes on.

use std::collections::BTreeSet;

use serde_json::Value;
use squall_test_support::{Config, Listener, TestServer};

use crate::squall::{Done, Squall};

const ITERATIONS: u64 = 4;

/// Runs the simplest guest against one URL and returns what it did, with all samples. Whichever
/// client speaks HTTP/1, the codes are the same.
fn get(url: &str, extra: &[&str]) -> Done {
    let (lean, hyper) = (get_by("lean", url, extra), get_by("hyper", url, extra));
    assert_eq!(codes(&lean), codes(&hyper), "{} {}", lean.said(), hyper.said());
    lean
}

fn get_by(http1_client: &str, url: &str, extra: &[&str]) -> Done {
    let target = format!("TARGET={url}");
    let squall = Squall::run("http-get").args(&["-e", &target, "--vus", "2"]);
    let squall = squall.args(&["--http1-client", http1_client]);
    let iterations = ITERATIONS.to_string();
    let done = squall
        .args(&["--iterations", &iterations, "--out", "json=samples.json"])
        .args(extra)
        .done();
    done.expect_code(0);
    assert_eq!(done.figure("iterations", "count"), ITERATIONS as f64, "{}", done.said());
    assert_eq!(done.figure("http_reqs", "count"), ITERATIONS as f64, "{}", done.said());
    done
}

/// The `error_code` tags of the samples of `http_reqs`.
fn codes(done: &Done) -> BTreeSet<String> {
    let samples = std::fs::read_to_string(done.path("samples.json")).unwrap();
    let points = samples.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let points = points.filter(|point| point["type"] == "Point" && point["metric"] == "http_reqs");
    points.map(|point| point["data"]["tags"]["error_code"].as_str().unwrap_or("").into()).collect()
}

#[track_caller]
fn assert_code(done: &Done, expected: &str) {
    assert_eq!(codes(done), BTreeSet::from([expected.to_owned()]), "{}", done.said());
    assert_eq!(done.figure("http_req_failed", "value"), 1.0, "{}", done.said());
}

#[test]
fn refused_connections() {
    let server = TestServer::start(Config::default()).unwrap();
    assert_code(&get(&server.url_of(Listener::Refused, "/"), &[]), "1212");
}

#[test]
fn resets() {
    let server = TestServer::start(Config::default()).unwrap();
    assert_code(&get(&server.url("/misbehave/reset"), &[]), "1220");
}

#[test]
fn unknown_hosts() {
    let done = get("http://squall.invalid/", &[]);
    let found = codes(&done);
    // Without a resolver the lookup itself fails; with one it says that there is no such host.
    let lookup_failures = BTreeSet::from(["1100".to_owned(), "1101".to_owned()]);
    assert!(found.is_subset(&lookup_failures) && found.len() == 1, "{found:?} {}", done.said());
}

#[test]
fn untrusted_certificates() {
    let server = TestServer::start(Config::default()).unwrap();
    assert_code(&get(&server.url_of(Listener::TlsUnknownCa, "/"), &[]), "1310");
}

#[test]
fn untrusted_certificates_can_be_accepted() {
    let server = TestServer::start(Config::default()).unwrap();
    let url = server.url_of(Listener::TlsUnknownCa, "/");
    let done = get(&url, &["--insecure-skip-tls-verify"]);
    assert_eq!(done.figure("http_req_failed", "value"), 0.0, "{}", done.said());
    assert!(done.figure("http_req_tls_handshaking", "max") > 0.0);
}

#[test]
fn malformed_responses() {
    let server = TestServer::start(Config::default()).unwrap();
    for path in ["garbage", "bad-chunk", "close-mid-body", "close-mid-head", "bad-status"] {
        let done = get(&server.url(&format!("/misbehave/{path}")), &[]);
        let found = codes(&done);
        assert!(found.len() == 1 && !found.contains(""), "{path}: {found:?} {}", done.said());
        assert_eq!(done.figure("http_req_failed", "value"), 1.0, "{path}: {}", done.said());
    }
}

#[test]
fn http_errors_are_coded_by_their_status() {
    let server = TestServer::start(Config::default()).unwrap();
    assert_code(&get(&server.url("/status/503"), &[]), "1503");
    assert_code(&get(&server.url("/status/404"), &[]), "1404");
}

/// What the script of [`a_scenario_is_not_disturbed_by_those_that_meet_bad_servers`] asks, below
/// the server's URLs.
const BAD: &[(&str, &str)] = &[
    ("HTTP", "hang"),
    ("HTTP", "hang-mid-body"),
    ("HTTP", "slow-head/20"),
    ("HTTP", "endless-headers"),
    ("HTTP", "endless-body"),
    ("HTTP", "huge-header/2000000"),
    ("HTTP", "one-xx-flood"),
    ("HTTP", "chunked-overflow"),
    ("HTTP", "reset"),
    ("HTTP", "close-mid-body"),
    ("HTTPS", "endless-headers"),
    ("HTTPS", "endless-body"),
    ("HTTPS", "hang-mid-body"),
    ("HTTPS", "rst/8"),
    ("HTTPS", "goaway/11"),
    ("HTTPS", "h2-garbage"),
];

#[test]
fn a_scenario_is_not_disturbed_by_those_that_meet_bad_servers() {
    let (good, bad) = (TestServer::start_default().unwrap(), TestServer::start_default().unwrap());
    let paths: Vec<String> =
        BAD.iter().map(|(base, path)| format!("[__ENV.{base}, '{path}']")).collect();
    let script = format!(
        "import http from 'k6/http';
         import {{ check, sleep }} from 'k6';
         import exec from 'k6/execution';
         const BAD = [{}];
         const scenarios = {{
           good: {{ executor: 'per-vu-iterations', vus: 4, iterations: 20, exec: 'good' }},
         }};
         BAD.forEach((_, number) => {{
           scenarios[`bad${{number}}`] = {{ executor: 'constant-vus', vus: 1, duration: '3s',
             exec: 'bad', env: {{ NUMBER: String(number) }} }};
         }});
         export const options = {{ scenarios, insecureSkipTLSVerify: true, thresholds: {{
           checks: ['rate==1'], 'http_reqs{{scenario:good}}': ['count==80'] }} }};
         export function good() {{
           const length = 1000 + exec.scenario.iterationInTest;
           const res = http.get(`${{__ENV.GOOD}}/bytes/${{length}}`, {{ timeout: '3s' }});
           sleep(0.1);
           check(res, {{
             'has its answer': (r) => r.status === 200 && r.error_code === 0,
             'has all of it': (r) => r.body.length === length && r.body.startsWith('abc'),
           }});
         }}
         export function bad() {{
           const [base, path] = BAD[Number(__ENV.NUMBER)];
           const res = http.get(`${{base}}/misbehave/${{path}}`, {{ timeout: '500ms' }});
           check(res, {{ 'is a failure': (r) => r.status === 0 && r.error_code >= 1000 }});
         }}",
        paths.join(", ")
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.js");
    std::fs::write(&path, script).unwrap();
    let urls = [
        format!("GOOD={}", good.url("")),
        format!("HTTP={}", bad.url("")),
        format!("HTTPS={}", bad.https_url("")),
    ];
    let squall = urls.iter().fold(Squall::run_file(&path), |run, url| run.args(&["-e", url]));
    // Two for all scenarios, so that each VU has bad company.
    let done = squall.args(&["--workers", "2"]).done();
    done.expect_code(0);
    assert_eq!(done.figure("checks", "value"), 1.0, "{}", done.said());
    assert_eq!(good.arrivals_total(), 80, "{}", done.said());
    for (number, (_, path)) in BAD.iter().enumerate() {
        let met = bad.arrivals_at(&format!("/misbehave/{path}")).len();
        assert!(met >= 1, "{number} {path}: {met}");
    }
}
