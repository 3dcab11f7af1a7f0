//! The arrival record and the freeze.

use std::time::Duration;

use squall_test_support::{Config, Freeze, TestServer, now_ns};

use crate::client::{Client, Stopwatch};

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn arrivals_are_recorded_as_they_came() {
    let server = TestServer::start_default().unwrap();
    let before_ns = now_ns();
    let mut clients = [Client::new(&server), Client::new(&server)];
    clients[0].get("/bytes/1?a=b");
    clients[1].post("/mirror", "hello");
    clients[0].get("/status/500");
    let after_ns = now_ns();
    let arrivals = server.arrivals();
    let seen: Vec<(u64, &str, &str, &str)> = arrivals
        .iter()
        .map(|one| (one.connection, one.method.as_str(), &*one.target, one.path()))
        .collect();
    assert_eq!(
        seen,
        [
            (1, "GET", "/bytes/1?a=b", "/bytes/1"),
            (2, "POST", "/mirror", "/mirror"),
            (1, "GET", "/status/500", "/status/500"),
        ]
    );
    assert!(arrivals.is_sorted_by_key(|arrival| arrival.at_ns));
    assert!(before_ns <= arrivals[0].at_ns && arrivals[2].at_ns <= after_ns);
    assert_eq!(server.arrivals_at("/mirror").len(), 1);
    assert_eq!(server.inter_arrivals().count, 2);
}

#[test]
fn looking_at_the_record_does_not_change_it() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    client.get("/a");
    client.get("/b");
    client.get("/b");
    let report = client.get("/__arrivals").json();
    assert_eq!((&report["total"], &report["per_second"][0]), (&3.into(), &3.into()));
    assert_eq!(report["by_path"], serde_json::json!({ "GET /a": 1, "GET /b": 2 }));
    assert_eq!(report["connections_opened"], 1);
    assert_eq!(client.get("/__arrivals?path=%2Fb").json()["total"], 2);
    assert_eq!(client.post("/__reset", "").status(), 204);
    assert_eq!(client.get("/__arrivals").json()["total"], 0);
    assert_eq!(client.post("/__arrivals", "").status(), 404);
    assert_eq!(server.arrivals_total(), 0);
}

#[test]
fn a_frozen_server_records_but_does_not_answer() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::new(&server);
    client.get("/");
    server.freeze_for(Duration::from_millis(400));
    let started = Stopwatch::start();
    client.send("GET /frozen HTTP/1.1\r\n\r\n");
    assert!(server.wait_for_arrivals(2, PATIENCE));
    assert!(client.is_silent());
    assert_eq!(Client::new(&server).get("/__arrivals").json()["total"], 2);
    assert_eq!(client.answer().status(), 404);
    assert!(started.elapsed() >= Duration::from_millis(350));
}

#[test]
fn a_periodic_freeze_catches_a_client_once_a_period() {
    let freeze = Freeze::new(Duration::from_millis(60), Duration::from_millis(200)).unwrap();
    let server = TestServer::start(Config { freeze: Some(freeze), ..Config::default() }).unwrap();
    let mut client = Client::new(&server);
    let started = Stopwatch::start();
    let mut caught = 0;
    while started.elapsed() < Duration::from_secs(2) {
        let asked = Stopwatch::start();
        client.get("/");
        caught += u32::from(asked.elapsed() >= Duration::from_millis(40));
    }
    // Ten periods; a busy machine may sleep through some or look frozen itself now and then.
    assert!((5..=20).contains(&caught), "{caught}");
}

#[test]
fn a_service_time_holds_up_every_request() {
    let delay = Duration::from_millis(30);
    let server = TestServer::start(Config { delay, ..Config::default() }).unwrap();
    let mut client = Client::new(&server);
    let started = Stopwatch::start();
    for _ in 0..3 {
        client.get("/");
    }
    assert!(started.elapsed() >= 3 * delay);
}

#[test]
fn waiting_for_arrivals_ends() {
    let server = TestServer::start_default().unwrap();
    assert!(!server.wait_for_arrivals(1, Duration::from_millis(20)));
}
