//! The scripts of `examples/lesson`, which were written for k6: as they are, from outside only.
//!
//! Host names, certificates and the size of the load are given by flags and variables, never in a
//! script. Where there is a k6 (`K6_BIN`, or `target/k6/bin/k6`), it runs the same with the same
//! settings, and checks and exit codes must agree; else the test says that it compared nothing.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use squall_test_support::{Config, Listener, TestServer};

use crate::k6::{self, Checks, Ran, checks, root};
use crate::squall::{Done, Squall};

/// The host of all its scripts.
const HOST: &str = "api.example.com";
/// A library that k6 downloads, and what stands in for it, so that no test needs the network.
const LIBRARY: &str = "https://jslib.k6.io/k6-utils/1.4.0/index.js";
const STAND_IN: &str = "guest-sdk/js/jslib/k6-utils.js";

fn server() -> TestServer {
    TestServer::start(Config::default()).unwrap()
}

fn hosts(server: &TestServer) -> Value {
    json!({ HOST: server.address(Listener::Tls).to_string() })
}

/// `squall run` with a script of the lesson, which reaches the server under the lesson's name.
fn squall(script: &str, server: &TestServer) -> Squall {
    Squall::run_file(&root().join("examples/lesson").join(script))
        .env("SQUALL_HOSTS", &hosts(server).to_string())
}

/// Runs a script under both, with the same flags; returns what squall did.
fn both(script: &str, args: &[&str], code: i32) -> Done {
    let ours = server();
    let done = squall(script, &ours).args(args).done();
    done.expect_code(code);
    let theirs = server();
    if let Some(k6) = k6(script, &theirs, args) {
        let said = format!("{}\n{}", done.said(), k6.said());
        assert_eq!(done.code, k6.code, "{said}");
        assert_eq!(checks(&done.summary), checks(&k6.summary), "{said}");
        assert_eq!(ours.arrivals_total(), theirs.arrivals_total(), "{said}");
    }
    done
}

/// The same under the real k6, if there is one.
fn k6(script: &str, server: &TestServer, args: &[&str]) -> Option<Ran> {
    let folder = tempfile::tempdir().unwrap();
    let path = without_network(script, folder.path());
    let config = folder.path().join("config.json");
    // k6 has no variable for this option.
    std::fs::write(&config, json!({ "hosts": hosts(server) }).to_string()).unwrap();
    let flags = args.iter().map(Into::into);
    k6::run(script, ["--config".into(), config, path].into_iter().chain(flags))
}

/// A copy of the lesson whose scripts take the library from this repository.
fn without_network(script: &str, folder: &Path) -> PathBuf {
    let lesson = root().join("examples/lesson");
    let stand_in = root().join(STAND_IN);
    for entry in std::fs::read_dir(&lesson).unwrap().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "js") {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let text = text.replace(LIBRARY, &stand_in.to_string_lossy());
            std::fs::write(folder.join(entry.file_name()), text).unwrap();
        }
    }
    std::fs::create_dir(folder.join("data")).unwrap();
    for name in ["data/products.json", "data/users.json"] {
        std::fs::copy(lesson.join(name), folder.join(name)).unwrap();
    }
    folder.join(script)
}

#[track_caller]
fn expect_checks(done: &Done, expected: &[(&str, u64)]) {
    let expected: Checks =
        expected.iter().map(|(path, passes)| ((*path).to_owned(), (*passes, 0))).collect();
    assert_eq!(checks(&done.summary), expected, "{}", done.said());
}

#[test]
fn checkout_flow() {
    let args = ["--insecure-skip-tls-verify", "-e", "API_SECRET=s", "-u", "2", "-i", "4"];
    let done = both("checkout-flow.js", &args, 0);
    expect_checks(
        &done,
        &[("::setup::auth OK", 1), ("::status 200", 4), ("::order_id present", 4)],
    );
    assert_eq!(done.figure("checkouts_attempted", "count"), 4.0, "{}", done.said());
    assert_eq!(done.figure("checkout_error_rate", "value"), 0.0, "{}", done.said());
    assert!(done.figure("checkout_latency_ms", "max") < 1_500.0, "{}", done.said());
    done.expect_said("checkout_error_rate");
}

/// Stages from outside stand in for the script's, which take a quarter of an hour.
#[test]
fn checkout_flow_with_shorter_stages() {
    let server = server();
    let done = squall("checkout-flow.js", &server)
        .args(&["--insecure-skip-tls-verify", "-e", "API_SECRET=s"])
        .args(&["--stage", "1s:3", "--stage", "1s:0"])
        .done();
    done.expect_code(0);
    let iterations = done.figure("iterations", "count");
    assert!(iterations >= 2.0, "{}", done.said());
    assert_eq!(server.arrivals_at("/checkout").len() as f64, iterations, "{}", done.said());
    // One to get the token, one to revoke it.
    assert_eq!(server.arrivals_at("/auth/token").len(), 2, "{}", done.said());
}

/// The three nodes of the lesson do each a third, and together all of it.
#[test]
fn checkout_flow_on_three_nodes() {
    let server = server();
    let nodes = ["0:1/3", "1/3:2/3", "2/3:1"].map(|segment| {
        squall("checkout-flow.js", &server)
            .args(&["--insecure-skip-tls-verify", "-u", "3", "-i", "9"])
            .args(&["--execution-segment", segment])
            .args(&["--execution-segment-sequence", "0,1/3,2/3,1"])
            .start()
    });
    for node in nodes {
        let done = node.wait();
        done.expect_code(0);
        assert_eq!(done.figure("iterations", "count"), 3.0, "{}", done.said());
    }
    assert_eq!(server.arrivals_at("/checkout").len(), 9);
}

/// `setup()` has no token to give when the certificate is not to be trusted.
#[test]
fn checkout_flow_stops_at_a_certificate_that_is_not_trusted() {
    let done = both("checkout-flow.js", &["-u", "1", "-i", "1"], 107);
    done.expect_said("setup");
}

#[test]
fn thresholds() {
    let args = ["--insecure-skip-tls-verify", "-u", "2", "-i", "4"];
    let done = both("thresholds.js", &args, 0);
    expect_checks(&done, &[("::catalog has products", 4), ("::order is placed", 4)]);
    for path in ["checkout", "catalog"] {
        let metric = format!("http_req_duration{{url:https://{HOST}/{path}}}");
        assert!(done.figure(&metric, "p(95)") > 0.0, "{}", done.said());
        done.expect_said(&format!("{{url:https://{HOST}/{path}}}"));
    }
}

#[test]
fn realistic_data() {
    let args = ["--insecure-skip-tls-verify", "-u", "8", "-i", "16"];
    let done = both("realistic-data.js", &args, 0);
    expect_checks(&done, &[("::status 200", 16)]);
}

/// Ids come from the whole of the data, and the tag `name` holds them together.
#[test]
fn realistic_data_is_spread_over_all_products() {
    let server = server();
    let done = squall("realistic-data.js", &server)
        .args(&["--insecure-skip-tls-verify", "-u", "40", "-i", "40", "--out", "json=points.json"])
        .done();
    done.expect_code(0);
    let points = std::fs::read_to_string(done.path("points.json")).unwrap();
    let points = points.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let names: Vec<String> = points
        .filter(|point| point["type"] == "Point" && point["metric"] == "http_reqs")
        .map(|point| point["data"]["tags"]["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(names, vec!["GET /products/:id"; 40]);
    let mut paths: Vec<String> =
        server.arrivals().iter().map(|arrival| arrival.path().to_owned()).collect();
    paths.sort_unstable();
    paths.dedup();
    // Forty of ten thousand: two the same are likely enough, ten the same are not.
    assert!(paths.len() > 30, "{paths:?}");
}
