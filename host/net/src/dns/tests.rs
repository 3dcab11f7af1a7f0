//! The cache against a small name server on loopback.

use super::*;
use std::future::Future;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

use crate::settings::DnsPolicy;

const A: u16 = 1;
const AAAA: u16 = 28;
const NXDOMAIN: u8 = 3;
const SERVFAIL: u8 = 2;

/// Runs a test on one thread with a local set.
fn run<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, test)
}

/// A name server that knows `both.test` (two IPv4 and one IPv6), `six.test` (one IPv6) and
/// `none.test` (nothing), and fails for `broken.test`. Counts the questions for IPv4.
async fn name_server(delay: Duration) -> (DnsSettings, Rc<Cell<u64>>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let servers = vec![socket.local_addr().unwrap()];
    let questions = Rc::new(Cell::new(0));
    let count = Rc::clone(&questions);
    tokio::task::spawn_local(async move {
        let mut message = [0; 512];
        loop {
            let (length, from) = socket.recv_from(&mut message).await.unwrap();
            let (name, kind, question_end) = question(&message[..length]);
            if kind == A {
                count.set(count.get() + 1);
            }
            tokio::time::sleep(delay).await;
            let (code, addresses) = zone(&name);
            let answer = answer(&message[..question_end], kind, code, &addresses);
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    (DnsSettings { servers, ..DnsSettings::default() }, questions)
}

fn zone(name: &str) -> (u8, Vec<IpAddr>) {
    let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    match name.to_ascii_lowercase().as_str() {
        "both.test" => (0, addresses(&["10.0.0.1", "10.0.0.2", "fd00::1"])),
        "six.test" => (0, addresses(&["fd00::6"])),
        "none.test" => (0, Vec::new()),
        "broken.test" => (SERVFAIL, Vec::new()),
        _ => (NXDOMAIN, Vec::new()),
    }
}

/// Name, type and end of the question in a message.
fn question(message: &[u8]) -> (String, u16, usize) {
    let mut at = 12;
    let mut labels = Vec::new();
    while message[at] != 0 {
        let length = usize::from(message[at]);
        labels.push(String::from_utf8(message[at + 1..=at + length].to_vec()).unwrap());
        at += length + 1;
    }
    (labels.join("."), u16::from_be_bytes([message[at + 1], message[at + 2]]), at + 5)
}

/// An answer to a question, with the addresses of its type.
fn answer(question: &[u8], kind: u16, code: u8, addresses: &[IpAddr]) -> Vec<u8> {
    let addresses: Vec<_> = addresses
        .iter()
        .filter(|ip| ip.is_ipv4() == (kind == A) && (kind == A || kind == AAAA))
        .collect();
    let mut message = question.to_vec();
    message[2..12].copy_from_slice(&[
        0x81,
        0x80 | code,
        0,
        1,
        0,
        addresses.len() as u8,
        0,
        0,
        0,
        0,
    ]);
    for ip in addresses {
        message.extend([0xc0, 12, 0, kind as u8, 0, 1, 0, 0, 0, 60]);
        match ip {
            IpAddr::V4(ip) => {
                message.extend([0, 4]);
                message.extend(ip.octets());
            }
            IpAddr::V6(ip) => {
                message.extend([0, 16]);
                message.extend(ip.octets());
            }
        }
    }
    message
}

/// A name server that says over UDP that the answer is too long, and gives it over TCP: so many
/// addresses, others each time.
async fn long_answers(count: u32) -> DnsSettings {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let socket = UdpSocket::bind(address).await.unwrap();
    tokio::task::spawn_local(async move {
        let mut message = [0; 512];
        loop {
            let (length, from) = socket.recv_from(&mut message).await.unwrap();
            let (_, kind, question_end) = question(&message[..length]);
            let mut short = answer(&message[..question_end], kind, 0, &[]);
            short[2] |= 2;
            socket.send_to(&short, from).await.unwrap();
        }
    });
    let turn = Rc::new(Cell::new(0));
    tokio::task::spawn_local(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let turn = Rc::clone(&turn);
            tokio::task::spawn_local(async move {
                while let Ok(length) = stream.read_u16().await {
                    let mut message = vec![0; usize::from(length)];
                    stream.read_exact(&mut message).await.unwrap();
                    let (_, kind, question_end) = question(&message);
                    let base = 0x0a00_0000 + turn.replace(turn.get() + 1) * 0x1_0000;
                    let ips: Vec<IpAddr> = (0..count)
                        .map(|n| std::net::Ipv4Addr::from_bits(base + n).into())
                        .collect();
                    let mut answer = answer(&message[..question_end], kind, 0, &ips);
                    let told = if kind == A { count as u16 } else { 0 };
                    answer[6..8].copy_from_slice(&told.to_be_bytes());
                    stream.write_u16(answer.len() as u16).await.unwrap();
                    stream.write_all(&answer).await.unwrap();
                }
            });
        }
    });
    DnsSettings { servers: vec![address], ..DnsSettings::default() }
}

#[test]
fn a_huge_answer_is_taken_whole() {
    run(async {
        let settings = long_answers(3000).await;
        let dns = dns(DnsSettings { select: DnsSelect::RoundRobin, ..settings });
        let found = addresses(&dns, "huge.test", 3001).await;
        assert_eq!(found[0], found[3000]);
        let mut different = found[..3000].to_vec();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), 3000);
        // Not all of them are tried.
        assert_eq!(dns.resolve_all("huge.test").await.unwrap().len(), TRIED_MAX);
    });
}

#[test]
fn an_answer_may_change_every_time() {
    run(async {
        let settings = long_answers(2).await;
        let dns = dns(DnsSettings { ttl: DnsTtl::For(Duration::ZERO), ..settings });
        let mut found = Vec::new();
        for _ in 0..5 {
            let ip = addresses(&dns, "moving.test", 1).await.remove(0);
            found.push(ip.rsplit_once('.').unwrap().0.to_owned());
        }
        found.sort();
        found.dedup();
        assert_eq!(found.len(), 5, "{found:?}");
    });
}

#[test]
fn families_take_turns_where_several_addresses_are_tried() {
    run(async {
        let (settings, _) = name_server(Duration::ZERO).await;
        let of = |policy, select| dns(DnsSettings { select, policy, ..settings.clone() });
        let all = async |dns: &Rc<Dns>| {
            let found = dns.resolve_all("both.test").await.unwrap();
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let any = of(DnsPolicy::Any, DnsSelect::First);
        assert_eq!(all(&any).await, ["10.0.0.1", "fd00::1", "10.0.0.2"]);
        let turns = of(DnsPolicy::Any, DnsSelect::RoundRobin);
        assert_eq!(all(&turns).await[0], "10.0.0.1");
        assert_eq!(all(&turns).await, ["10.0.0.2", "fd00::1", "10.0.0.1"]);
        assert_eq!(all(&turns).await, ["fd00::1", "10.0.0.1", "10.0.0.2"]);
        let first = of(DnsPolicy::PreferIpv4, DnsSelect::First);
        assert_eq!(all(&first).await, ["10.0.0.1", "10.0.0.2"]);
    });
}

/// A name server whose every answer is this.
async fn answering(bytes: &'static [u8]) -> DnsSettings {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let servers = vec![socket.local_addr().unwrap()];
    tokio::task::spawn_local(async move {
        let mut message = [0; 512];
        loop {
            let (_, from) = socket.recv_from(&mut message).await.unwrap();
            socket.send_to(&[&message[..2], bytes].concat(), from).await.unwrap();
        }
    });
    DnsSettings { servers, ..DnsSettings::default() }
}

#[test]
fn answers_that_make_no_sense_are_no_answers() {
    run(async {
        for bytes in [&b""[..], &[0xff; 300], b"\x81\x80\0\x01\xff\xff\0\0\0\0\xc0\x0c"] {
            let dns = dns(answering(bytes).await);
            let asked = dns.resolve("odd.test");
            // Until then the server is asked again.
            let ended = tokio::time::timeout(Duration::from_millis(300), asked).await;
            if let Ok(answer) = ended {
                assert_eq!(answer.unwrap_err().code.get(), 1100);
            }
        }
    });
}

fn dns(settings: DnsSettings) -> Rc<Dns> {
    Rc::new(Dns::new(settings))
}

async fn addresses(dns: &Rc<Dns>, host: &str, times: usize) -> Vec<String> {
    let mut found = Vec::new();
    for _ in 0..times {
        found.push(dns.resolve(host).await.unwrap().to_string());
    }
    found
}

#[test]
fn an_answer_is_kept_for_its_time() {
    run(async {
        let (settings, questions) = name_server(Duration::ZERO).await;
        for (ttl, expected) in [
            (DnsTtl::default(), 1),
            (DnsTtl::Forever, 1),
            (DnsTtl::For(Duration::ZERO), 3),
            (DnsTtl::For(Duration::MAX), 1),
        ] {
            questions.set(0);
            let dns = dns(DnsSettings { ttl, ..settings.clone() });
            addresses(&dns, "both.test", 3).await;
            assert_eq!((questions.get(), dns.counts().0), (expected, expected), "{ttl:?}");
        }
        let ttl = DnsTtl::For(Duration::from_millis(20));
        let dns = dns(DnsSettings { ttl, ..settings });
        addresses(&dns, "both.test", 2).await;
        tokio::time::sleep(Duration::from_millis(25)).await;
        addresses(&dns, "both.test", 1).await;
        assert!(dns.counts().0 >= 2);
    });
}

#[test]
fn one_lookup_serves_all_that_wait() {
    run(async {
        let (settings, questions) = name_server(Duration::from_millis(30)).await;
        let dns = dns(settings);
        let asked: Vec<_> = (0..20)
            .map(|_| {
                let dns = Rc::clone(&dns);
                tokio::task::spawn_local(async move { dns.resolve("both.test").await })
            })
            .collect();
        // The first gives up; the others do not notice.
        tokio::task::yield_now().await;
        asked[0].abort();
        for (index, task) in asked.into_iter().enumerate() {
            assert_eq!(task.await.is_ok_and(|found| found.is_ok()), index > 0);
        }
        assert_eq!((questions.get(), dns.counts().0), (1, 1));
    });
}

#[test]
fn the_selection_is_the_runs() {
    run(async {
        let (settings, _) = name_server(Duration::ZERO).await;
        let with = |select| dns(DnsSettings { select, ..settings.clone() });
        let first = addresses(&with(DnsSelect::First), "both.test", 3).await;
        assert_eq!(first, ["10.0.0.1"; 3]);
        let turns = addresses(&with(DnsSelect::RoundRobin), "both.test", 4).await;
        assert_eq!(turns, ["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2"]);
        let random = addresses(&with(DnsSelect::Random), "both.test", 200).await;
        let ones = random.iter().filter(|ip| *ip == "10.0.0.1").count();
        assert!((50..150).contains(&ones), "{ones}");
        // Turns go on when the answer has to be asked for again.
        let ttl = DnsTtl::For(Duration::ZERO);
        let dns = dns(DnsSettings { ttl, select: DnsSelect::RoundRobin, ..settings.clone() });
        assert_eq!(addresses(&dns, "both.test", 3).await, ["10.0.0.1", "10.0.0.2", "10.0.0.1"]);
    });
}

#[test]
fn the_policy_is_the_runs() {
    run(async {
        let (settings, _) = name_server(Duration::ZERO).await;
        let with =
            |policy| dns(DnsSettings { policy, select: DnsSelect::First, ..settings.clone() });
        for (policy, both, six) in [
            (DnsPolicy::PreferIpv4, Some("10.0.0.1"), Some("fd00::6")),
            (DnsPolicy::PreferIpv6, Some("fd00::1"), Some("fd00::6")),
            (DnsPolicy::OnlyIpv4, Some("10.0.0.1"), None),
            (DnsPolicy::OnlyIpv6, Some("fd00::1"), Some("fd00::6")),
            (DnsPolicy::Any, Some("10.0.0.1"), Some("fd00::6")),
        ] {
            let dns = with(policy);
            for (host, expected) in [("both.test", both), ("six.test", six)] {
                let found = dns.resolve(host).await.map(|ip| ip.to_string());
                match (found, expected) {
                    (Ok(found), Some(expected)) => assert_eq!(found, expected, "{policy:?}"),
                    (Err(failure), None) => assert_eq!(failure.code.get(), 1101, "{policy:?}"),
                    other => panic!("{policy:?} {host}: {other:?}"),
                }
            }
        }
    });
}

#[test]
fn failures_have_codes_and_are_not_kept() {
    run(async {
        let (settings, questions) = name_server(Duration::ZERO).await;
        let dns = dns(settings);
        for (host, code) in [("missing.test", 1101), ("none.test", 1101), ("broken.test", 1100)] {
            for _ in 0..2 {
                questions.set(0);
                assert_eq!(dns.resolve(host).await.unwrap_err().code.get(), code, "{host}");
                assert!(questions.get() > 0);
            }
        }
        assert!(dns.names.borrow().is_empty());
    });
}

#[test]
fn what_needs_no_name_server_asks_none() {
    run(async {
        let (settings, questions) = name_server(Duration::ZERO).await;
        let dns = dns(settings);
        for host in ["localhost", "LocalHost", "api.localhost"] {
            assert!(dns.resolve(host).await.unwrap().is_loopback(), "{host}");
        }
        let failure = dns.resolve("anything.invalid").await.unwrap_err();
        assert_eq!(failure.code.get(), 1101);
        assert_eq!(questions.get(), 0);
    });
}

#[test]
fn the_cache_is_bounded() {
    run(async {
        let (settings, _) = name_server(Duration::ZERO).await;
        let dns = dns(DnsSettings { ttl: DnsTtl::Forever, ..settings });
        let full = || Entry { expires_ns: u64::MAX, ..Entry::default() };
        for index in 0..NAMES_MAX {
            dns.names.borrow_mut().insert(format!("{index}.test").into(), full());
        }
        addresses(&dns, "both.test", 2).await;
        assert_eq!((dns.counts(), dns.names.borrow().len()), ((2, 2), NAMES_MAX));
        // What has expired makes room.
        dns.names.borrow_mut().insert("0.test".into(), Entry::default());
        addresses(&dns, "both.test", 2).await;
        assert_eq!((dns.counts(), dns.names.borrow().len()), ((3, 2), NAMES_MAX));
    });
}
