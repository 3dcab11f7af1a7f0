//! What compiled guests learn from responses: pages with forms and links, JSON, the connection.

use squall_test_support::{Listener, TestServer};

use crate::squall::Squall;

/// One iteration of the guest `pages` in which all `checks` pass.
fn passes(case: &str, target: &str, checks: f64) {
    let done = Squall::run("pages")
        .args(&["--iterations", "1", "--insecure-skip-tls-verify"])
        .args(&["-e", &format!("CASE={case}"), "-e", &format!("TARGET={target}")])
        .done();
    done.expect_code(0);
    let counts = (done.figure("checks", "passes"), done.figure("checks", "fails"));
    assert_eq!(counts, (checks, 0.0), "{}", done.said());
    assert_eq!(done.figure("iterations", "count"), 1.0, "{}", done.said());
}

#[test]
fn forms_are_submitted_and_links_followed() {
    let server = TestServer::start_default().unwrap();
    passes("pages", &server.url(""), 13.0);
}

#[test]
fn paths_find_values_in_json() {
    let server = TestServer::start_default().unwrap();
    passes("json", &server.url(""), 8.0);
}

#[test]
fn the_connection_is_told() {
    let server = TestServer::start_default().unwrap();
    passes("connection", &server.url(""), 7.0);
    passes("connection", &server.url_of(Listener::Tls, ""), 7.0);
}

#[test]
fn the_example_logs_in() {
    let server = TestServer::start_default().unwrap();
    let target = format!("TARGET={}", server.url(""));
    let run = |password| Squall::run("login").args(&["-e", &target, "-e", password]).done();
    run("PASSWORD=secret").expect_code(0);
    // The threshold on checks.
    run("PASSWORD=wrong").expect_code(99);
}
