//! Ports that do not answer, limits on connections, and the end of the server.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use squall_test_support::{Config, Limits, Listener, StartError, TestServer};

use crate::client::Client;

#[test]
fn a_refused_port_refuses() {
    let server = TestServer::start_default().unwrap();
    let error = TcpStream::connect(server.address(Listener::Refused)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_port_lets_nobody_in() {
    let server = TestServer::start_default().unwrap();
    let address = server.address(Listener::Full);
    let error = TcpStream::connect_timeout(&address, Duration::from_millis(300)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

#[test]
fn a_silent_port_takes_everything_and_says_nothing() {
    let server = TestServer::start_default().unwrap();
    let mut client = Client::to(&server, Listener::Silent);
    client.send("GET / HTTP/1.1\r\n\r\n");
    assert!(client.is_silent());
    assert_eq!(server.arrivals_total(), 0);
}

#[test]
fn connections_over_the_limit_are_turned_away() {
    let limits = Limits { connections_max: 1, ..Limits::default() };
    let server = TestServer::start(Config { limits, ..Config::default() }).unwrap();
    let mut first = Client::new(&server);
    assert_eq!(first.get("/").status(), 200);
    let (bytes, _) = Client::new(&server).rest();
    assert!(bytes.is_empty());
    assert_eq!((server.connections_opened(), server.connections_turned_away()), (1, 1));
    assert_eq!(first.get("/").status(), 200);
}

#[test]
fn several_threads_serve_one_port() {
    let server = TestServer::start(Config { threads: 3, ..Config::default() }).unwrap();
    let mut clients: Vec<Client> = (0..30).map(|_| Client::new(&server)).collect();
    for client in &mut clients {
        assert_eq!(client.get("/").status(), 200);
    }
    assert_eq!(server.connections_open(), 30);
    assert_eq!(server.arrivals_total(), 30);
}

#[test]
fn a_dropped_server_is_gone() {
    let server = TestServer::start_default().unwrap();
    let address = server.address(Listener::Plain);
    let mut client = Client::new(&server);
    assert_eq!(client.get("/").status(), 200);
    let ca_file = server.ca_file().to_owned();
    drop(server);
    assert!(client.rest().0.is_empty());
    assert!(TcpStream::connect(address).is_err());
    assert!(!ca_file.exists());
}

#[test]
fn only_loopback_is_served() {
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let error = TestServer::start(Config { address, ..Config::default() }).unwrap_err();
    assert!(matches!(error, StartError::NotLoopback { .. }));
    assert!(error.to_string().contains("0.0.0.0:0"));
}

#[test]
fn a_taken_port_is_an_error_with_its_place() {
    let server = TestServer::start_default().unwrap();
    let address = server.address(Listener::Plain);
    let error = TestServer::start(Config { address, ..Config::default() }).unwrap_err();
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}
