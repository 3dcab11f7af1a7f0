//! How a connection gets to its server: from which address, to which of several, over a Unix
//! socket.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use squall_net::{
    Client, DnsPolicy, DnsSelect, DnsSettings, HttpVersion, LocalIps, Settings, UnixSockets,
};
use squall_test_support::Listener;
use tokio::net::{TcpListener, UnixListener};

use crate::support::{
    answer, client, code, get, name_server, network, ok, read_head, run, server, until,
};

fn local_ips(ranges: &[(&str, &str)]) -> LocalIps {
    LocalIps::new(ranges.iter().map(|(a, b)| (a.parse().unwrap(), b.parse().unwrap())))
}

/// A server on an address that notes where connections come from.
async fn noting_peers(at: &str) -> (SocketAddr, Rc<RefCell<Vec<String>>>) {
    let listener = TcpListener::bind((at, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let peers = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&peers);
    tokio::task::spawn_local(async move {
        loop {
            let (mut stream, peer) = listener.accept().await.unwrap();
            seen.borrow_mut().push(peer.ip().to_string());
            tokio::task::spawn_local(async move {
                while read_head(&mut stream).await.is_some() {
                    answer(&mut stream, "ok").await;
                }
            });
        }
    });
    (address, peers)
}

#[test]
fn clients_send_from_the_addresses_of_the_pool_in_turn() {
    run(async {
        let (address, peers) = noting_peers("127.0.0.1").await;
        let local_ips = local_ips(&[("127.0.0.5", "127.0.0.6"), ("127.3.2.1", "127.3.2.1")]);
        let network = network(Settings { local_ips, ..Settings::default() });
        for place in 0..5 {
            let client = Client::new(Rc::clone(&network)).at_place(place);
            for _ in 0..2 {
                ok(&client, get(&format!("http://{address}/"))).await;
            }
        }
        let expected = ["127.0.0.5", "127.0.0.6", "127.3.2.1", "127.0.0.5", "127.0.0.6"];
        assert_eq!(*peers.borrow(), expected);
    });
}

#[test]
fn ipv6_addresses_work_where_the_server_has_one() {
    run(async {
        let (address, peers) = noting_peers("::1").await;
        let settings = Settings { local_ips: local_ips(&[("::1", "::1")]), ..Settings::default() };
        let client = client(settings);
        ok(&client, get(&format!("http://{address}/"))).await;
        assert_eq!(*peers.borrow(), ["::1"]);
        assert_eq!(code(&client, get("http://127.0.0.1:1/")).await, 1210);
    });
}

#[test]
fn an_address_of_somebody_else_cannot_be_sent_from() {
    run(async {
        let local_ips = local_ips(&[("203.0.113.7", "203.0.113.7")]);
        let client = client(Settings { local_ips, ..Settings::default() });
        let failure = client.execute(get("http://127.0.0.1:1/")).await.failure.unwrap();
        assert_eq!(failure.code.get(), 1213);
        assert!(failure.message.contains("203.0.113.7"), "{failure}");
        let failure = client.execute(get("http://[::1]:1/")).await.failure.unwrap();
        assert_eq!(failure.code.get(), 1210);
    });
}

/// More connections from one address than it has ephemeral ports would need too many descriptors
/// here; that a bound socket has no port before it is connected shows the same.
#[cfg(target_os = "linux")]
#[test]
fn one_local_port_serves_several_servers() {
    run(async {
        // A range of one port: were it chosen at the time of binding, the second could not bind.
        let mut clients = Vec::new();
        let local_ips = local_ips(&[("127.0.0.9", "127.0.0.9")]);
        let network = network(Settings { local_ips, ..Settings::default() });
        let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap();
        let mut range = range.split_whitespace().map(|port| port.parse::<usize>().unwrap());
        let (low, high) = (range.next().unwrap(), range.next().unwrap());
        // As many sockets as there are ports of one parity, which is what `bind` searches first.
        let wanted = 200.min(high - low);
        let (one, _) = noting_peers("127.0.0.1").await;
        let (two, _) = noting_peers("127.0.0.2").await;
        for address in [one, two] {
            for _ in 0..wanted {
                let client = Client::new(Rc::clone(&network));
                ok(&client, get(&format!("http://{address}/"))).await;
                clients.push(client);
            }
        }
        assert_eq!(network.counters().connections_opened, 2 * wanted as u64);
    });
}

#[test]
fn unix_sockets_speak_all_protocols() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let server = server();
    run(async {
        // A pipe to the test server.
        let listener = UnixListener::bind(&path).unwrap();
        let ports = [Listener::Plain, Listener::H2c, Listener::Tls];
        let addresses = ports.map(|listener| server.address(listener));
        tokio::task::spawn_local(async move {
            for address in addresses {
                let (mut from, _) = listener.accept().await.unwrap();
                tokio::task::spawn_local(async move {
                    let mut to = tokio::net::TcpStream::connect(address).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
                });
            }
        });
        let unix_sockets = UnixSockets::new([("App.squall.test", path.clone())]);
        let settings = Settings { unix_sockets, ..crate::support::trusting(&server) };
        let client = client(settings);
        for round in 0..2 {
            let exchange = ok(&client, get("http://app.squall.test/")).await;
            assert_eq!((exchange.remote_address, exchange.connection_reused), (None, round > 0));
        }
        let mut h2c = get("http://app.squall.test/");
        h2c.version = HttpVersion::Http2PriorKnowledge;
        ok(&client, h2c).await;
        ok(&client, get("https://app.squall.test/")).await;
        assert!(client.take_traffic().received_bytes > 100);
    });
}

#[test]
fn a_unix_socket_that_is_not_there_says_so() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let closed = folder.path().join("closed.sock");
        drop(UnixListener::bind(&closed).unwrap());
        let unix_sockets = UnixSockets::new([
            ("missing.test", folder.path().join("missing.sock")),
            ("closed.test", closed),
        ]);
        let client = client(Settings { unix_sockets, ..Settings::default() });
        for (name, expected) in [("missing", 1213), ("closed", 1212)] {
            let exchange = client.execute(get(&format!("http://{name}.test/"))).await;
            let failure = exchange.failure.unwrap();
            assert_eq!(failure.code.get(), expected);
            assert!(failure.message.contains(&format!("{name}.sock")), "{failure}");
        }
    });
}

async fn eyes(addresses: &'static [&'static str], happy_eyeballs: bool) -> Settings {
    let dns = DnsSettings {
        servers: name_server(addresses, Duration::ZERO).await,
        policy: DnsPolicy::Any,
        select: DnsSelect::First,
        happy_eyeballs,
        ..DnsSettings::default()
    };
    Settings { dns, ..Settings::default() }
}

#[test]
fn happy_eyeballs_get_around_a_dead_address() {
    run(async {
        let (address, _) = noting_peers("127.0.0.1").await;
        let url = format!("http://name.test:{}/", address.port());
        // Nothing listens at the first two.
        let addresses = &["127.0.0.2", "127.0.0.3", "127.0.0.1", "::1"];
        assert_eq!(code(&client(eyes(addresses, false).await), get(&url)).await, 1212);
        let network = network(eyes(addresses, true).await);
        let client = Client::new(Rc::clone(&network));
        let exchange = ok(&client, get(&url)).await;
        assert_eq!(exchange.remote_address, Some(address));
        assert!(exchange.timings.connecting_ns < 200_000_000, "{:?}", exchange.timings);
        assert_eq!(network.counters().connections_opened, 1);
    });
}

#[test]
fn happy_eyeballs_go_on_beside_an_address_that_does_not_answer() {
    let server = server();
    run(async {
        let full = server.address(Listener::Full);
        let listener = TcpListener::bind(("127.0.0.3", full.port())).await.unwrap();
        tokio::task::spawn_local(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_head(&mut stream).await;
            answer(&mut stream, "ok").await;
        });
        let url = format!("http://name.test:{}/", full.port());
        let client = client(eyes(&["127.0.0.1", "127.0.0.3"], true).await);
        let exchange = ok(&client, get(&url)).await;
        assert_eq!(exchange.remote_address.unwrap().ip().to_string(), "127.0.0.3");
        let connecting = Duration::from_nanos(exchange.timings.connecting_ns);
        assert!(connecting >= Duration::from_millis(250), "{connecting:?}");
        assert!(connecting < Duration::from_secs(3), "{connecting:?}");
    });
}

#[test]
fn happy_eyeballs_tell_of_the_first_when_none_answers() {
    let server = server();
    run(async {
        let port = server.address(Listener::Refused).port();
        let mut settings = eyes(&["127.0.0.1", "127.0.0.2", "127.0.0.9"], true).await;
        settings.blacklist_ips = vec!["127.0.0.9/32".parse().unwrap()];
        let client = client(settings.clone());
        let exchange = client.execute(get(&format!("http://name.test:{port}/"))).await;
        let failure = exchange.failure.unwrap();
        assert_eq!(failure.code.get(), 1212);
        let text = failure.message;
        assert!(text.contains("127.0.0.1") && text.contains("none of 2"), "{text}");
        settings.blacklist_ips = vec!["127.0.0.0/8".parse().unwrap()];
        let client = self::client(settings);
        assert_eq!(code(&client, get("http://name.test/")).await, 1110);
        until(|| true).await;
    });
}
