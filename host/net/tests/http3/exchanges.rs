//! Requests that come to a response: bodies, connections, phases, addresses.

use std::rc::Rc;

use squall_net::http_types::Method;
use squall_net::{
    Client, DnsSettings, Header, HostOverrides, HostnamePatterns, HttpVersion, LocalIps, Request,
    Settings, TlsVersion,
};
use squall_test_support::{H3Config, H3Server};

use crate::support::{
    MANY, PATIENCE, all_of, client, failure, get, header_of, network, ok, request, run, server,
    settings,
};

#[test]
fn a_request_and_its_answer() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        let exchange = ok(&client, get(&server.url("/"))).await;
        assert_eq!(exchange.body, "ok");
        assert_eq!((exchange.proto.as_str(), exchange.reason.clone()), ("HTTP/3.0", None));
        assert_eq!(exchange.remote_address, Some(server.address()));
        let tls = exchange.tls.unwrap();
        assert_eq!((tls.version, tls.alpn.as_deref()), (TlsVersion::Tls13, Some("h3")));
        assert!(tls.cipher_suite.to_string().starts_with("TLS_"), "{}", tls.cipher_suite);
        let names = &tls.certificate().unwrap().subject_alt_names;
        assert!(names.iter().any(|name| name == "127.0.0.1"), "{names:?}");
    });
}

#[test]
fn a_request_chooses_for_itself() {
    let server = server();
    run(async {
        let client = client(Settings { http_version: HttpVersion::Auto, ..settings(&server) });
        let request = Request { version: HttpVersion::Http3, ..get(&server.url("/")) };
        ok(&client, request).await;
    });
}

#[test]
fn bodies_and_headers_go_both_ways() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        let mut post = request(Method::POST, &server.url("/echo"));
        post.body = "hello".into();
        for (name, value) in [("X-Own", "1"), ("Connection", "close"), ("Host", "other.test")] {
            post.headers.push(Header::new(name, value.as_bytes()).unwrap());
        }
        let exchange = ok(&client, post).await;
        assert_eq!(exchange.body, "hello");
        assert_eq!(header_of(&exchange, "x-method"), Some("POST"));
        assert_eq!(header_of(&exchange, "x-authority"), Some("other.test"));
        assert_eq!(header_of(&exchange, "x-sent-x-own"), Some("1"));
        assert_eq!(header_of(&exchange, "x-sent-content-length"), Some("5"));
        assert_eq!(header_of(&exchange, "x-sent-connection"), None);
        let user_agent = header_of(&exchange, "x-sent-user-agent").unwrap();
        assert!(user_agent.starts_with("squall/"), "{user_agent}");
    });
}

#[test]
fn large_bodies_go_both_ways_and_are_counted() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        let exchange = ok(&client, get(&server.url(&format!("/bytes/{MANY}")))).await;
        assert_eq!((exchange.body.len(), exchange.body_bytes), (MANY, MANY as u64));
        let down = client.take_traffic();
        assert!(down.received_bytes > MANY as u64, "{down:?}");
        assert!(down.received_bytes < 2 * MANY as u64, "{down:?}");
        assert!(down.sent_bytes < MANY as u64 / 2, "{down:?}");
        let mut post = request(Method::POST, &server.url("/echo"));
        post.body = vec![b'y'; MANY].into();
        let exchange = ok(&client, post).await;
        assert_eq!(exchange.body.len(), MANY);
        let both = client.take_traffic();
        assert!(both.sent_bytes > MANY as u64 && both.received_bytes > MANY as u64, "{both:?}");
    });
}

#[test]
fn bodies_can_be_discarded_and_have_a_bound() {
    let server = server();
    run(async {
        let client = client(Settings { body_bytes_max: 10_000, ..settings(&server) });
        let discarded = Request { discard_body: true, ..get(&server.url("/bytes/9000")) };
        let exchange = ok(&client, discarded).await;
        assert_eq!((exchange.body.len(), exchange.body_bytes), (0, 9000));
        let (code, message) = failure(&client, get(&server.url("/bytes/10001"))).await;
        assert_eq!(code, 1000);
        assert!(message.contains("10000 bytes"), "{message}");
        ok(&client, get(&server.url("/"))).await;
        assert_eq!(server.connections(), 1);
    });
}

#[test]
fn a_head_has_no_body_and_hints_and_trailers_are_passed_over() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        let mut head = request(Method::HEAD, &server.url("/short"));
        head.timeout = PATIENCE;
        // This server sends some nevertheless.
        assert_eq!(client.execute(head).await.failure, None);
        for path in ["/hints", "/trailers"] {
            assert_eq!(ok(&client, get(&server.url(path))).await.body, "ok", "{path}");
        }
    });
}

#[test]
fn a_hundred_requests_at_once_share_one_connection() {
    let server = server();
    run(async {
        let network = network(settings(&server));
        let client = Client::new(Rc::clone(&network));
        let url = server.url("/delay/20");
        let exchanges = all_of(&client, (0..100).map(|_| get(&url)).collect()).await;
        assert!(exchanges.iter().all(|exchange| exchange.status == 200));
        assert_eq!(network.counters().connections_opened, 1);
        assert_eq!((server.connections(), server.requests()), (1, 100));
    });
}

#[test]
fn requests_beyond_what_a_server_takes_at_once_wait() {
    let server = H3Server::start(&H3Config { streams_max: 3, ..H3Config::default() }).unwrap();
    run(async {
        let client = client(settings(&server));
        let url = server.url("/delay/10");
        let exchanges = all_of(&client, (0..20).map(|_| get(&url)).collect()).await;
        assert!(exchanges.iter().all(|exchange| exchange.status == 200));
        assert_eq!(server.connections(), 1);
    });
}

#[test]
fn phases_are_measured() {
    let server = server();
    run(async {
        let client = client(settings(&server));
        let first = ok(&client, get(&server.url("/delay/30"))).await.timings;
        assert!(first.tls_handshaking_ns > 0 && first.connecting_ns > 0, "{first:?}");
        assert!(first.blocked_ns >= first.connecting_ns + first.tls_handshaking_ns, "{first:?}");
        assert!(first.waiting_ns >= 30_000_000, "{first:?}");
        assert_eq!(first.looking_up_ns, 0);
        let second = ok(&client, get(&server.url("/delay/30"))).await.timings;
        assert_eq!((second.connecting_ns, second.tls_handshaking_ns), (0, 0));
        assert!(second.waiting_ns >= 30_000_000, "{second:?}");
        assert!(second.blocked_ns < second.waiting_ns, "{second:?}");
        let many = ok(&client, get(&server.url("/bytes/4000000"))).await.timings;
        assert!(many.receiving_ns > many.sending_ns, "{many:?}");
        assert_eq!(many.duration_ns(), many.sending_ns + many.waiting_ns + many.receiving_ns);
    });
}

#[test]
fn connections_are_reused_unless_that_is_forbidden() {
    let server = server();
    run(async {
        let reusing = client(settings(&server));
        for round in 0..3 {
            let exchange = ok(&reusing, get(&server.url("/"))).await;
            assert_eq!(exchange.connection_reused, round > 0);
        }
        assert_eq!(server.connections(), 1);
        let fresh = client(Settings { no_connection_reuse: true, ..settings(&server) });
        for _ in 0..3 {
            assert!(!ok(&fresh, get(&server.url("/"))).await.connection_reused);
        }
        assert_eq!(server.connections(), 4);
        let settings = Settings { no_vu_connection_reuse: true, ..settings(&server) };
        let by_iteration = client(settings);
        for _ in 0..2 {
            assert!(!ok(&by_iteration, get(&server.url("/"))).await.connection_reused);
            assert!(ok(&by_iteration, get(&server.url("/"))).await.connection_reused);
            by_iteration.end_iteration();
        }
        assert_eq!(server.connections(), 6);
    });
}

#[test]
fn sessions_are_resumed_by_the_same_client_only() {
    let server = server();
    run(async {
        let network = network(Settings { no_connection_reuse: true, ..settings(&server) });
        let client = Client::new(Rc::clone(&network));
        let mut resumed = Vec::new();
        for _ in 0..2 {
            resumed.push(ok(&client, get(&server.url("/"))).await.tls.unwrap().resumed);
        }
        let other = Client::new(network);
        resumed.push(ok(&other, get(&server.url("/"))).await.tls.unwrap().resumed);
        assert_eq!(resumed, [false, true, false]);
    });
}

#[test]
fn a_server_may_ask_for_a_proof_of_address() {
    let server = H3Server::start(&H3Config { retries: true, ..H3Config::default() }).unwrap();
    run(async { ok(&client(settings(&server)), get(&server.url("/"))).await });
}

#[test]
fn addresses_are_those_that_the_options_say() {
    let server = server();
    run(async {
        let ip = server.address().ip();
        let blacklist_ips = vec![format!("{ip}/32").parse().unwrap()];
        let refused = client(Settings { blacklist_ips, ..settings(&server) });
        assert_eq!(failure(&refused, get(&server.url("/"))).await.0, 1110);
        let block_hostnames = HostnamePatterns::parse(["*.squall.test"]).unwrap();
        let blocked = client(Settings { block_hostnames, ..settings(&server) });
        assert_eq!(failure(&blocked, get("https://a.squall.test/")).await.0, 1111);
        let port = server.address().port();
        let hosts = HostOverrides::parse([("a.squall.test", ip.to_string())]).unwrap();
        let mapped = client(Settings { hosts, ..settings(&server) });
        ok(&mapped, get(&format!("https://a.squall.test:{port}/"))).await;
        let dns = DnsSettings { happy_eyeballs: true, ..DnsSettings::default() };
        let racing = client(Settings { dns, ..settings(&server) });
        ok(&racing, get(&format!("https://localhost:{port}/"))).await;
    });
}

#[cfg(target_os = "linux")]
#[test]
fn clients_of_a_worker_share_a_socket_and_leave_none_behind() {
    let server = server();
    let mine = || {
        let links = std::fs::read_dir("/proc/self/fd").unwrap();
        let is_socket = |link: std::io::Result<std::fs::DirEntry>| {
            let target = std::fs::read_link(link.unwrap().path());
            target.is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
        };
        links.map(is_socket).filter(|is| *is).count()
    };
    let before = mine();
    run(async {
        let network = network(settings(&server));
        let clients: Vec<_> = (0..20).map(|_| Client::new(Rc::clone(&network))).collect();
        for client in &clients {
            ok(client, get(&server.url("/"))).await;
        }
        assert_eq!((server.connections(), mine()), (20, before + 1));
        let local = ["127.0.0.2", "127.0.0.3"].map(|ip| ip.parse().unwrap());
        let local_ips = LocalIps::new([(local[0], local[1])]);
        let elsewhere = self::network(Settings { local_ips, ..settings(&server) });
        for place in 0..4 {
            let client = Client::new(Rc::clone(&elsewhere)).at_place(place);
            ok(&client, get(&server.url("/"))).await;
        }
        assert_eq!(mine(), before + 3);
    });
    assert_eq!(mine(), before);
}
